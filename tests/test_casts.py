"""windlass.rtl.casts: a C++ program casts as it does without, and Icarus simulates as it does without."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from windlass.rtl import casts

# One base in two places, a virtual one, a private one, a cast to the side, one that fails, and an object that is being made.
PROGRAM = """
#include <cstdio>
#include <dlfcn.h>
#include <initializer_list>
struct A { virtual ~A() {} long a = 1; };
struct V { virtual ~V() {} long v = 2; };
struct B : A, virtual V { B(); long b = 3; };
struct C : A, virtual V { long c = 4; };
struct D : B, C { long d = 5; };
struct P : private A, public V { A *inside() { return this; } };
struct Q : P {};
struct E : D { long e = 6; };
void say(const char *what, const void *from, const void *to) {
  std::printf("%s %s %ld\\n", what, to ? "yes" : "no", to ? (const char *)to - (const char *)from : 0L);
}
B::B() { A *a = this; say("in the making", a, dynamic_cast<D *>(a)); }
template <class To, class From> void all(const char *what, From *p) { for (int i = 0; i < 3; i++) say(what, p, dynamic_cast<To *>(p)); }
int main() {
  E e; D d; B b; C c; P p; Q q; A a; V v;
  for (D *x : {&d, static_cast<D *>(&e)}) {
    A *left = static_cast<B *>(x), *right = static_cast<C *>(x);
    V *virt = x;
    all<D>("left down", left); all<C>("to the side", left); all<D>("right down", right); all<B>("to the other", right);
    all<A>("which", virt); all<E>("further", virt); all<E>("further left", left); all<V>("to the virtual one", right); all<P>("never", virt);
  }
  A *ab = &b, *ac = &c;
  V *vb = &b, *vc = &c, *vp = &p;
  all<B>("b", ab); all<B>("not b", ac); all<C>("c", vc); all<C>("not c", vb); all<P>("p", vp); all<A>("hidden", vp); all<V>("from hidden", p.inside());
  all<Q>("from its base", static_cast<P *>(&q)); all<Q>("from what it hides", q.inside()); all<Q>("none", p.inside());
  all<B>("not a", &a); all<B>("not v", &v);
  Dl_info info;
  dladdr(dlsym(RTLD_DEFAULT, "__dynamic_cast"), &info);
  std::fprintf(stderr, "%s\\n", info.dli_fname);
}
"""


def run(command: list[str], env: dict[str, str]) -> tuple[str, str]:
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout, done.stderr.strip()


def test_same_casts(tmp_path: Path) -> None:
    """Also where there is only one place to remember in, which each cast finds taken by the one before."""
    (tmp_path / "casts.cpp").write_text(PROGRAM)
    program, narrow = str(tmp_path / "casts"), str(tmp_path / "narrow.so")
    subprocess.run(["g++", "-O1", tmp_path / "casts.cpp", "-o", program, "-ldl"], check=True)
    subprocess.run(["g++", *casts.FLAGS, "-DPLACES=1u", casts.SOURCE, "-o", narrow, "-ldl"], check=True)
    env = dict(os.environ)
    plain, _ = run([program], env)
    assert len(plain.splitlines()) > 80 and plain.count(" yes ") > 20 and plain.count(" no ") > 20
    assert run([program], casts.quick(env, tmp_path)) == (plain, str(casts.library(tmp_path)))
    assert run([program], {**env, "LD_PRELOAD": narrow}) == (plain, narrow)


@pytest.mark.parametrize("compiler", ["missing", "refuses"])
def test_without(compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be compiled the environment stays as it is, and nothing is left behind."""
    if compiler == "refuses":
        (tmp_path / "g++").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "g++").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    build = tmp_path / "build"
    assert casts.quick({"A": "b"}, build) == {"A": "b"}
    assert not build.exists() or not list(build.iterdir())


def test_a_place_that_cannot_be_told(tmp_path: Path) -> None:
    """The loader takes a blank for the end of a name."""
    assert casts.quick({}, tmp_path / "a b") == {}


def test_beside_another_library(tmp_path: Path) -> None:
    assert casts.quick({"LD_PRELOAD": "other.so"}, tmp_path)["LD_PRELOAD"] == f"{casts.library(tmp_path)} other.so"

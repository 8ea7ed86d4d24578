// C++'s dynamic_cast with a memory, put in front of the C++ library's by LD_PRELOAD: see casts.py.
//
// What a cast of a polymorphic object comes to depends on its table of virtual functions, which belongs to one type of object and one base within it, and on
// the two types of the cast. So the distance from the pointer that is given to the one that comes back is kept by these three.
#include <cstddef>
#include <cstdint>
#include <dlfcn.h>

#ifndef PLACES
#define PLACES 1024u  // vvp has some hundred kinds
#endif

namespace {
struct Known {
  const void *table, *from, *to;
  std::ptrdiff_t distance;
  bool none;
};
thread_local Known known[PLACES];
using Cast = void *(*)(const void *, const void *, const void *, std::ptrdiff_t);
}  // namespace

extern "C" void *__dynamic_cast(const void *object, const void *from, const void *to, std::ptrdiff_t hint) {
  static const Cast cast = reinterpret_cast<Cast>(dlsym(RTLD_NEXT, "__dynamic_cast"));
  const void *table = *static_cast<const void *const *>(object);
  const auto bits = [](const void *p) { return reinterpret_cast<std::uintptr_t>(p) >> 3; };
  Known &k = known[(bits(table) ^ bits(from) * 7 ^ bits(to) * 31) % PLACES];
  if (k.table != table || k.from != from || k.to != to) {
    const char *found = static_cast<const char *>(cast(object, from, to, hint));
    k = {table, from, to, found ? found - static_cast<const char *>(object) : 0, !found};
  }
  return k.none ? nullptr : const_cast<char *>(static_cast<const char *>(object)) + k.distance;
}

"""A GPU: a small 2-D scene that the engine composes into a frame buffer in local memory, frame after frame.

The user-mode driver (:class:`Painter`) writes fills, rectangles and stored values into a command buffer; the graphics kernel and the display
miniport of :mod:`windlass.display` do the rest. What the painter draws it also draws for itself, on byte arrays: the frames must be the same. The
text that scrolls by is the driver's data.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from ..display import CommandBuffer, DisplayChoices, GraphicsKernel
from ..platform import Platform
from ..wdm import STATUS_SUCCESS, Kernel
from .result import ScenarioFailed, ScenarioResult

#: The frame buffer, in pixels of 4 bytes (red, green, blue, unused), and the parts of it: a picture above a line of text.
WIDTH, HEIGHT, PIXEL = 192, 120, 4
PITCH = WIDTH * PIXEL
PICTURE = 104
#: Pixels that the text moves on from one frame to the next; characters of it at most.
SCROLL, MOST_TEXT = 6, 120
TILE, BALL = 16, 24
FRAMES = 6
#: Clock of the simulated board, in Hz: what "simulated time" is counted in.
CLOCK = 100_000_000


def rgb(red: int, green: int, blue: int) -> int:
    """A pixel as a FILL takes it."""
    return red | green << 8 | blue << 16


@dataclass
class Surface:
    """An allocation that is drawn on: its handle, and what should be in it."""

    handle: int
    pitch: int
    content: bytearray


@dataclass
class Painter:
    """The user-mode driver: collects commands and submits them."""

    graphics: GraphicsKernel
    surfaces: list[Surface] = field(default_factory=list)
    commands: CommandBuffer = field(default_factory=CommandBuffer)
    written: set[int] = field(default_factory=set)
    statuses: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.device = self.graphics.create_device()
        self._page = self.graphics.user.allocate(1 << 16)

    def surface(self, width: int, height: int, local: bool = False) -> int:
        """A surface of `width` × `height` pixels; its number, which is also its index in the allocation list."""
        size = width * height * PIXEL
        handle = self.graphics.create_allocation(self.device, size, local=local)
        self.surfaces.append(Surface(handle, width * PIXEL, bytearray(size)))
        return len(self.surfaces) - 1

    def load(self, which: int, image: Image.Image) -> None:
        """The CPU draws (lock)."""
        surface = self.surfaces[which]
        surface.content[:] = image.convert("RGB").tobytes("raw", "RGBX")
        self.graphics.write_allocation(self.device, surface.handle, bytes(surface.content))

    def fill(self, which: int, x: int, y: int, width: int, height: int, value: int) -> None:
        """A rectangle of one colour."""
        surface = self.surfaces[which]
        at = y * surface.pitch + x * PIXEL
        self.commands.fill_rect((which, at), surface.pitch, width * PIXEL, height, value)
        self.written.add(which)
        for row in range(height):
            first = at + row * surface.pitch
            surface.content[first : first + width * PIXEL] = value.to_bytes(4, "little") * width

    def blit(self, to: int, x: int, y: int, come: int, from_x: int, from_y: int, width: int, height: int) -> None:
        """A rectangle of another surface, or of the same one from further right or below."""
        target, source = self.surfaces[to], self.surfaces[come]
        dst, src = y * target.pitch + x * PIXEL, from_y * source.pitch + from_x * PIXEL
        self.commands.blit((to, dst), (come, src), (target.pitch, source.pitch), width * PIXEL, height)
        self.written.add(to)
        for row in range(height):
            first, last = dst + row * target.pitch, src + row * source.pitch
            target.content[first : first + width * PIXEL] = bytes(source.content[last : last + width * PIXEL])

    def store(self, which: int, offset: int, value: int) -> None:
        """A 64-bit value, when everything before has been drawn."""
        self.commands.store((which, offset), value)
        self.written.add(which)
        self.surfaces[which].content[offset : offset + 8] = value.to_bytes(8, "little")

    def flush(self) -> None:
        """Submit what was drawn."""
        data = self.commands.to_bytes()
        allocations = [(surface.handle, number in self.written) for number, surface in enumerate(self.surfaces)]
        self.graphics.user.write(self._page, data)
        status = self.graphics.render_command(self.device, self._page, len(data), allocations)
        self.statuses.append(("render", status))
        if status != STATUS_SUCCESS:
            raise ScenarioFailed(f"display: Render answered {status:#010x}")
        self.commands, self.written = CommandBuffer(), set()

    def read(self, which: int) -> bytes:
        """What the engine has drawn."""
        return self.graphics.read_allocation(self.device, self.surfaces[which].handle)


def text_strip(data: bytes) -> Image.Image:
    """The data as one line of text, at least as wide as the screen."""
    words = " ".join("".join(chr(c) if 32 <= c < 127 else " " for c in data[: 8 * MOST_TEXT]).split())
    font = ImageFont.load_default_imagefont()
    text = f"{words[:MOST_TEXT]}   "
    width = max(WIDTH, math.ceil(font.getbbox(text)[2])) + WIDTH
    image = Image.new("RGB", (width, HEIGHT - PICTURE), (16, 16, 32))
    ImageDraw.Draw(image).text((WIDTH // 2, 2), text, fill=(255, 220, 120), font=font)
    return image


def tile() -> Image.Image:
    """A brick."""
    image = Image.new("RGB", (TILE, TILE), (120, 60, 40))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, TILE - 1, 1), fill=(180, 140, 110))
    draw.line((0, 8, TILE - 1, 8), fill=(180, 140, 110))
    draw.line((7, 0, 7, 8), fill=(180, 140, 110))
    draw.line((15, 8, 15, 15), fill=(180, 140, 110))
    return image


def ball() -> tuple[Image.Image, list[tuple[int, int]]]:
    """A ball, and the span (first pixel, pixels) of each of its rows."""
    image = Image.new("RGB", (BALL, BALL))
    middle, spans = (BALL - 1) / 2, []
    for y in range(BALL):
        half = math.isqrt(int(4 * (middle + 0.5) ** 2 - (2 * y - 2 * middle) ** 2)) // 2
        first = math.ceil(middle - half)
        spans.append((first, BALL - 2 * first))
        for x in range(BALL):
            shade = max(0, 255 - 7 * (abs(x - 7) + abs(y - 7)))
            image.putpixel((x, y), (255, shade, shade // 2))
    return image, spans


def sky(painter: Painter, backdrop: int) -> None:
    """The engine draws the backdrop, once: bands of blue, and a sun."""
    for y in range(0, PICTURE, 4):
        painter.fill(backdrop, 0, y, WIDTH, 4, rgb(40 + y, 90 + y, 200))
    for y in range(-16, 17):
        half = math.isqrt(16 * 16 - y * y)
        painter.fill(backdrop, 150 - half, 26 + y, 2 * half + 1, 1, rgb(255, 240, 150))


def frame(painter: Painter, number: int, names: dict[str, int], spans: list[tuple[int, int]], strip: int) -> None:
    """One frame. `strip` is the width of the text."""
    screen = names["screen"]
    painter.blit(screen, 0, 0, names["backdrop"], 0, 0, WIDTH, PICTURE)
    for x in range(-(5 * number % TILE), WIDTH, TILE):  # the ground moves to the left
        first = max(0, -x)
        width = min(TILE, WIDTH - x) - first
        painter.blit(screen, x + first, PICTURE - TILE, names["tile"], first, 0, width, TILE)
    for which in range(3):
        x = 12 + (55 * which + 7 * number) % (WIDTH - BALL - 12)
        height = abs((which * 5 + number) % 12 - 6)
        y = PICTURE - TILE - BALL - (36 - height * height)
        for row, (first, width) in enumerate(spans):
            painter.blit(screen, x + first, y + row, names["ball"], first, row, width, 1)
    if number == 0:
        painter.blit(screen, 0, PICTURE, names["text"], 0, 0, WIDTH, HEIGHT - PICTURE)
    else:  # the line moves, and what comes in at the right is new
        painter.blit(screen, 0, PICTURE, screen, SCROLL, PICTURE, WIDTH - SCROLL, HEIGHT - PICTURE)
        come = (WIDTH + SCROLL * (number - 1)) % (strip - SCROLL)
        painter.blit(screen, WIDTH - SCROLL, PICTURE, names["text"], come, 0, SCROLL, HEIGHT - PICTURE)
    painter.store(names["done"], 0, number + 1)


def png(frames: list[bytes], columns: int, scale: int) -> bytes:
    """Frames side by side, magnified."""
    rows = -(-len(frames) // columns)
    sheet = Image.new("RGB", (columns * WIDTH, rows * HEIGHT))
    for number, raw in enumerate(frames):
        image = Image.frombytes("RGB", (WIDTH, HEIGHT), raw, "raw", "RGBX")
        sheet.paste(image, (number % columns * WIDTH, number // columns * HEIGHT))
    out = io.BytesIO()
    sheet.resize((sheet.width * scale, sheet.height * scale), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


@dataclass
class DisplayResult(ScenarioResult):
    """With the pictures: file name → PNG."""

    files: dict[str, bytes] = field(default_factory=dict)


def display(platform: Platform, data: bytes, frames: int = FRAMES) -> DisplayResult:
    """Draw `frames` frames with the text of `data`. `data_out` are the raw frames, `data_in` what they should be."""
    graphics = GraphicsKernel(Kernel(platform), DisplayChoices(local_pages=48, aperture_pages=128, check_patch=False))
    painter = Painter(graphics)
    strip = text_strip(data)
    sprite, spans = ball()
    names = {
        "screen": painter.surface(WIDTH, HEIGHT, local=True),
        "backdrop": painter.surface(WIDTH, PICTURE, local=True),
        "tile": painter.surface(TILE, TILE),
        "ball": painter.surface(BALL, BALL),
        "text": painter.surface(*strip.size),
        "done": painter.surface(2, 1),
    }
    for name, image in (("tile", tile()), ("ball", sprite), ("text", strip)):
        painter.load(names[name], image)
    sky(painter, names["backdrop"])
    painter.flush()
    graphics.wait_idle()
    drawn, wanted, times = [], [], []
    for number in range(frames):
        begin = platform.now()
        frame(painter, number, names, spans, strip.width)
        painter.flush()
        graphics.wait_idle()
        times.append(platform.now() - begin)
        drawn.append(painter.read(names["screen"]))
        wanted.append(bytes(painter.surfaces[names["screen"]].content))
    done = painter.read(names["done"]) == frames.to_bytes(8, "little")
    submissions = sum(report.kind == "DMA_COMPLETED" for report in graphics.reports)
    graphics.stop()
    average = sum(times) / frames
    details: dict[str, Any] = {
        "frames": frames,
        "submissions": submissions,
        "cycles a frame": round(average),
        "simulated time a frame": f"{average / CLOCK * 1e6:.0f} us, {CLOCK / average:.0f} frames/s at {CLOCK // 1_000_000} MHz",
    }
    if not done:
        raise ScenarioFailed("display: the last frame's value was not stored")
    moved = frames * WIDTH * HEIGHT * PIXEL
    out, want = b"".join(drawn), b"".join(wanted)
    files = {"display.png": png(drawn[-1:], 1, 3), "display-frames.png": png(drawn, 3, 1)}
    return DisplayResult("display", want, out, moved, sum(times), painter.statuses, [], details, files)

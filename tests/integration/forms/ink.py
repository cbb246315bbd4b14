"""Pictures as rows of ink: 0 white ... 255 black. Reads what pdftoppm -gray and hb-view write."""
import struct
import subprocess
import zlib


def read_pgm(data):
    magic, size, depth, rest = data.split(b"\n", 3)
    width, height = map(int, size.split())
    assert magic == b"P5" and depth == b"255", data[:20]
    return [[255 - p for p in rest[y * width:(y + 1) * width]] for y in range(height)]


def unfilter(kind, row, before, step):
    for i, value in enumerate(row):
        left = row[i - step] if i >= step else 0
        up = before[i]
        corner = before[i - step] if i >= step else 0
        if kind == 1:
            row[i] = (value + left) & 255
        elif kind == 2:
            row[i] = (value + up) & 255
        elif kind == 3:
            row[i] = (value + (left + up) // 2) & 255
        elif kind == 4:
            guess = left + up - corner
            best = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            row[i] = (value + best[2]) & 255


def read_png(data):
    """Of 8 bits a channel; the ink is the first channel's."""
    assert data.startswith(b"\x89PNG"), "no PNG"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours = struct.unpack(">IIBB", body[:10])
            assert depth == 8, f"{depth} bits a channel"
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    step = {0: 1, 2: 3, 4: 2, 6: 4}[colours]
    raw, stride = zlib.decompress(packed), width * step + 1
    rows, before = [], bytearray(width * step)
    for y in range(height):
        row = bytearray(raw[y * stride + 1:(y + 1) * stride])
        unfilter(raw[y * stride], row, before, step)
        rows.append([255 - p for p in row[::step]])
        before = row
    return rows


def trimmed(rows, limit=96):
    """The smallest box that holds all ink."""
    ys = [y for y, row in enumerate(rows) if max(row) > limit]
    xs = [x for x in range(len(rows[0])) if max(row[x] for row in rows) > limit]
    assert ys and xs, "no ink at all"
    return [row[xs[0]:xs[-1] + 1] for row in rows[ys[0]:ys[-1] + 1]]


def likeness(one, other):
    """1: the same ink at the same places, 0: nothing in common; after the best shift by a pixel or two."""
    best = 0.0
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            best = max(best, overlap(one, other, dy, dx))
    return best


def overlap(one, other, dy, dx):
    common = every = 0
    for y in range(min(0, dy), max(len(one), len(other) + dy)):
        a = one[y] if 0 <= y < len(one) else ()
        b = other[y - dy] if 0 <= y - dy < len(other) else ()
        for x in range(min(0, dx), max(len(a), len(b) + dx)):
            p = 0 <= x < len(a) and a[x] > 127
            q = 0 <= x - dx < len(b) and b[x - dx] > 127
            common += p and q
            every += p or q
    return common / every if every else 0.0


def drawn_alone(word, font, pixels_per_em):
    """The word by another way: HarfBuzz and FreeType, without pango, without PDF."""
    png = subprocess.run(
        ["hb-view", f"--font-size={pixels_per_em}", "--margin=8", "--output-format=png", font, word],
        check=True, capture_output=True).stdout
    return trimmed(read_png(png))

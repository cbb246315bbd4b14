#!/usr/bin/python3
"""Form 01 as people see it: every hard Vietnamese word in the picture of the PDF looks as the font draws it, and the QR code
can be read. What pdftotext says does not count: a PDF can read "Hồ" and show "Ho"."""
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import ink  # noqa: E402

BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR", "build"))
SOURCE = Path(os.environ.get("LIENTHONG_SOURCE_DIR", Path(__file__).parents[3]))
SAMPLE = (SOURCE / "tests/unit/forms/sample.textproto").read_text()
FONT = "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"
WORDS = "Nguyễn Hồ Hữu Lợi Đặng Lễ Đỗ Sử Đậu Ngữ Hợi Khoẳng Thuỷ Trường Ưởng Kẹo Nghĩa Mỹ Ỵ Uẩn Ẳm Ỡm Quỳnh".split()
DPI = 432
PIXELS_PER_EM = 66  # 11 points
PAD_PT = 1
ALIKE = 0.9  # the same word by two ways, which may lie half a pixel apart


def pdf_of(dossier, environment=None):
    ran = subprocess.run([str(BUILD / "bin/form_sample")], input=dossier.encode(), capture_output=True,
                         env={**os.environ, **(environment or {})})
    return ran


def with_a_mark_lost(word):
    """The word without one of its marks, for each of them, and without any."""
    parts = unicodedata.normalize("NFD", word)
    marks = [i for i, c in enumerate(parts) if unicodedata.combining(c)]
    lost = [parts[:i] + parts[i + 1:] for i in marks]
    lost.append("".join(c for c in parts if not unicodedata.combining(c)))
    lost += [word.replace(barred, plain) for barred, plain in ("ĐD", "đd") if barred in word]
    return sorted({unicodedata.normalize("NFC", other) for other in lost} - {word})


def looks_like(picture, word):
    """Whether it is the word, and more so than the word with a mark lost."""
    right = ink.likeness(picture, ink.drawn_alone(word, FONT, PIXELS_PER_EM))
    return right > ALIKE and all(right > ink.likeness(picture, ink.drawn_alone(other, FONT, PIXELS_PER_EM))
                                 for other in with_a_mark_lost(word))


def seen(pdf, place):
    left, top, right, bottom = (float(v) for v in place)
    scale = DPI / 72
    box = [left - PAD_PT, top, right - left + 2 * PAD_PT, bottom - top]
    x, y, width, height = (str(int(v * scale)) for v in box)
    return ink.trimmed(ink.read_pgm(subprocess.run(
        ["pdftoppm", "-r", str(DPI), "-gray", "-x", x, "-y", y, "-W", width, "-H", height, pdf],
        check=True, capture_output=True).stdout))


class Picture(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def made(self, name="Nguyễn Thị Mẫu Thử"):
        ran = pdf_of(SAMPLE.replace("Nguyễn Thị Mẫu Thử", name))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        path = self.folder / "form.pdf"
        path.write_bytes(ran.stdout)
        return str(path)

    def places_in_order(self, pdf, count):
        """Where the words behind the label of the applicant stand; only places are taken from the PDF, no letters."""
        boxes = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<',
                           subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True).stdout.decode())
        label = next(i for i, box in enumerate(boxes) if box[4] == "của:")
        return [box[:4] for box in boxes[label + 1:label + 1 + count]]

    def pictures_of(self, words):
        pdf = self.made(" ".join(words))
        return [seen(pdf, place) for place in self.places_in_order(pdf, len(words))]

    def test_every_word_looks_as_the_font_draws_it(self):
        for word, picture in zip(WORDS, self.pictures_of(WORDS), strict=True):
            with self.subTest(word=word):
                self.assertTrue(looks_like(picture, word))

    def test_a_single_lost_mark_is_seen(self):
        lost = [(word, other) for word in WORDS for other in with_a_mark_lost(word)]
        for (word, other), picture in zip(lost, self.pictures_of([other for _, other in lost]), strict=True):
            with self.subTest(word=word, drawn=other):
                self.assertFalse(looks_like(picture, word))

    def test_the_qr_code_says_the_receipt_number(self):
        pdf = self.made()
        subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", pdf, pdf], check=True)
        read = subprocess.run(["zbarimg", "--quiet", "--raw", pdf + ".png"], check=True, capture_output=True).stdout
        self.assertEqual(read.decode().split(), ["H29.X05-261105-0007"])

    def test_the_font_is_in_the_file(self):
        fonts = subprocess.run(["pdffonts", self.made()], check=True, capture_output=True).stdout.decode().splitlines()[2:]
        self.assertTrue(fonts)
        for line in fonts:
            self.assertRegex(line, r"NotoSans.* yes +yes ")

    def test_names_its_package_when_the_font_is_missing(self):
        config = self.folder / "fonts.conf"
        config.write_text(f"<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{self.folder}</cachedir></fontconfig>")
        ran = pdf_of(SAMPLE, {"FONTCONFIG_FILE": str(config)})
        self.assertNotEqual(ran.returncode, 0)
        self.assertIn(b"fonts-noto-core", ran.stderr)


if __name__ == "__main__":
    unittest.main()

"""What deploy/demo is asked for is checked before anything is installed or built."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from scenario.options import ROOT, parse

WRONG = (("--dossiers", "5"), ("--portal", "gen3"), ("--kills", "many"), ("--plant", "lost-step@hub"))


class OptionsTest(unittest.TestCase):
    def test_wrong_values_are_said_before_the_build(self):
        with tempfile.TemporaryDirectory() as folder:
            build = Path(folder, "build")
            for wrong in WRONG:
                ran = subprocess.run([ROOT / "deploy" / "demo", *wrong], env={"BUILD_DIR": str(build), "PATH": "/usr/bin:/bin"},
                                     capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(ran.returncode, 2, wrong)
                self.assertIn(wrong[0], ran.stderr)
                self.assertNotIn("building", ran.stderr)
                self.assertFalse(build.exists())

    def test_they_are_known_without_what_is_installed_later(self):
        program = "import sys; sys.modules['psycopg2'] = None; from scenario.options import parse; parse(sys.argv[1:])"
        subprocess.run([sys.executable, "-c", program, "--plant", "lost-step"], env={"PYTHONPATH": str(ROOT / "tests")}, check=True)

    def test_chaos_brings_kills(self):
        self.assertEqual(parse(["--chaos"]).kills, 3)
        self.assertEqual(parse(["--chaos", "--kills", "1"]).kills, 1)
        self.assertEqual(parse([]).kills, 0)


if __name__ == "__main__":
    unittest.main()

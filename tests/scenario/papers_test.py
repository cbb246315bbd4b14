"""Papers come from the servers of a city and a district as they were made, and the judge sees when one does not."""
import hashlib
import os
import subprocess
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from rigs.district import paper_host
from scenario.judge import Known, Judge
from scenario.ledger import Ledger
from scenario.papers import Library, Link, digests, mark
from scenario.plan import make_plan
from scenario.processes import Rig
from scenario.snapshot import PortalShot, Snapshot


class PaperHostTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.key = (str(cls.folder / "crt"), str(cls.folder / "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                        "-subj", "/CN=papers", "-addext", "subjectAltName=IP:127.0.0.1", "-out", cls.key[0], "-keyout", cls.key[1]],
                       check=True, capture_output=True)
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        cls.rig = Rig([sys.executable, "-m", "rigs.district.paper_host", "--cert", cls.key[0], "--key", cls.key[1]],
                      cls.folder / "out", environment).start()
        cls.addClassCleanup(cls.rig.stop)

    def _address(self, name, size, system="city"):
        return paper_host.address(self.rig.ports[system], name, size)

    def test_the_same_bytes_at_every_call(self):
        addresses = {self._address(f"{n}.pdf", 1000 + n, system): paper_host.content(f"{n}.pdf", 1000 + n)
                     for n in range(20) for system in paper_host.SYSTEMS}
        addresses[self._address("big.pdf", 3_000_000)] = paper_host.content("big.pdf", 3_000_000)
        found = digests(addresses, [self.key[0]], self.key)
        self.assertEqual(found, {url: hashlib.sha256(body).hexdigest() for url, body in addresses.items()})

    def test_what_is_not_there_is_told(self):
        port = self.rig.ports["city"]
        found = digests([f"https://127.0.0.1:{port}/x/y", "https://127.0.0.1:1/1/z"], [self.key[0]], self.key)
        self.assertEqual(found[f"https://127.0.0.1:{port}/x/y"], "HTTP 404")
        self.assertIn("refused", found["https://127.0.0.1:1/1/z"])


class LibraryTest(unittest.TestCase):
    def test_marks_give_way_to_addresses_wherever_they_stand(self):
        library = Library("https://gateway/")
        library.put(mark("city", "a"), "https://city/a", "0" * 64, 5)
        raw = {"x": [{"y": mark("city", "a"), "z": 1}], "t": "mau"}
        self.assertEqual(library.filled(raw), {"x": [{"y": "https://city/a", "z": 1}], "t": "mau"})
        self.assertEqual(raw["x"][0]["y"], mark("city", "a"))

    def test_who_sees_which_address(self):
        library = Library("https://gateway/")
        library.put(mark("city", "a"), "https://city/a", "0" * 64, 5)
        for system, own in (("city", True), ("gateway", True), ("district", False), ("portal", False)):
            link = library.link(mark("city", "a"), system)
            self.assertEqual((link.may_be("https://city/a"), link.may_be("https://gateway/papers/1")), (own, not own), system)
            self.assertFalse(link.may_be("") or link.may_be("https://city/b") or link.may_be("https://gateway/"))
        self.assertTrue(library.link(mark("city", "a"), "district", is_gone=True).may_be(""))


class PapersJudgeTest(unittest.TestCase):
    def setUp(self):
        self.judge = Judge(Ledger(make_plan(20, 1)), Snapshot(portals={"portal": PortalShot()}), Known())
        link = Link("https://city/a", "a" * 64, 5, "https://gateway/")
        self.judge._link("#1", "city", "TaiLieuNop", "https://city/a", link)
        self.judge._link("#1", "portal", "TaiLieuNop", "https://gateway/1", replace(link, is_own=False))

    def _judge(self, digests_found, at_portal):
        self.judge._shot.portals["portal"].papers = at_portal
        self.judge.judge_papers(digests_found)
        return [(f.kind, f.system) for f in self.judge.verdict.findings]

    def test_equal_content(self):
        self.assertEqual(self._judge({"https://city/a": "a" * 64}, {"https://gateway/1": "a" * 64}), [])
        self.assertEqual(self.judge.verdict.papers_checked, 2)

    def test_other_content_at_the_portal(self):
        self.assertEqual(self._judge({"https://city/a": "a" * 64}, {"https://gateway/1": "b" * 64}), [("paper", "portal")])

    def test_nobody_could_fetch_it(self):
        self.assertEqual(self._judge({"https://city/a": "HTTP 404"}, {"https://gateway/1": "a" * 64}), [("paper", "city")])

    def test_a_portal_fetches_by_itself(self):
        self.judge._shot.portals["portal"].papers = {"https://gateway/1": "a" * 64}
        self.assertEqual(self.judge.addresses(), {"https://city/a"})


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/python3
"""Silent damage: the city answers updates and keeps nothing of them, fields change behind its back, clerks' edits never reach
its feed. One comparison names exactly what differs, and what is approved is equal again on both sides."""
import importlib
import json
import re
import subprocess
import unittest
import uuid

from integration.files import city_papers_test as city

LIENTHONGCTL = city.client.os.environ.get("LIENTHONGCTL", str(city.client.SOURCE / "build/bin/lienthongctl"))
STALE, ALTERED, THEIRS, VOID, SOUND = 50, 20, 10, 5, 15


class SilentDamage(city.CityWithGateway):
    def setUp(self):
        super().setUp()
        self.runs = importlib.import_module("lienthong.sync.v1.reconciliation_pb2")
        services = importlib.import_module("lienthong.dossier.v1.dossier_service_pb2_grpc")
        listen = (self.work / "gateway.yaml").read_text()
        port, self.admin = (re.search(rf'{name}: "127.0.0.1:(\d+)"', listen)[1] for name in ("grpc", "admin"))
        self.reader = services.DossierServiceStub(self.connect(port, "operator"))

    def push(self):
        return self.stub.PushDossier(self.new_request(), timeout=city.SECONDS_MAX).code

    def change(self, code, subject):
        request = self.pb.PushDossierRequest(request_id=str(uuid.uuid4()))
        request.dossier.code, request.dossier.subject = code, subject
        self.stub.PushDossier(request, timeout=city.SECONDS_MAX)

    def records(self):
        records, after = {}, 0
        while after is not None:
            page = self.rig(f"records?after={after}&limit=500")
            records.update({record["MaHoSo"]: record for record in page["records"]})
            after = page["next"]
        return records

    def settle(self):
        self.wait("something is left to do", lambda: self.link().pending == 0)

    def compare(self, **options):
        run = self.links.StartReconciliation(self.runs.StartReconciliationRequest(
            link="city", reason="một phép thử", request_id=str(uuid.uuid4()), **options), timeout=city.SECONDS_MAX)
        return self.ended(run.id)

    def ended(self, run):
        under_way = (self.runs.Reconciliation.STATE_RUNNING, self.runs.Reconciliation.STATE_REPAIRING)

        def look():
            now = self.links.GetReconciliation(self.runs.GetReconciliationRequest(id=run), timeout=city.SECONDS_MAX)
            return now if now.state not in under_way else None
        return self.wait("the comparison does not end", look)

    def findings(self, run):
        return self.links.ListFindings(self.runs.ListFindingsRequest(
            reconciliation=run.id, page_size=500, purpose="một phép thử"), timeout=city.SECONDS_MAX).findings

    def test_names_exactly_what_differs_and_mends_it(self):
        codes = [self.push() for _ in range(STALE + ALTERED + VOID + SOUND)]
        for _ in range(THEIRS):
            self.rig("intake", {"HoSo": city.INTAKE})
        self.settle()
        self.wait("the city does not have them all", lambda: len(self.records()) == len(codes) + THEIRS
                  and "" not in self.records())
        self.settle()
        own = [code for code, record in self.records().items() if record["MaDonViTiepNhan"] == "H29.C01"]
        stale, altered, void = codes[:STALE], codes[STALE:STALE + ALTERED], codes[STALE + ALTERED:STALE + ALTERED + VOID]

        run = self.compare()
        self.assertEqual((run.state, dict(run.counts)), (self.runs.Reconciliation.STATE_DONE, {"equal": len(codes) + THEIRS}))
        self.assertEqual(run.looked_up, 0, "sums tell what is equal")

        self.rig("fault", {"kind": "forget", "count": STALE})
        for number, code in enumerate(stale):
            self.change(code, f"Nội dung mới {number} (mẫu)")
        self.settle()
        self.assertEqual(self.rig("stats")["faults_injected"]["forget"], STALE)
        for number, code in enumerate(altered):
            self.rig("tamper", {"MaHoSo": code, "HoSo": {"TrichYeuHoSo": f"Nội dung lạ {number} (mẫu)"}})
        for number, code in enumerate(own):
            self.rig("tamper", {"MaHoSo": code, "HoSo": {"GhiChu": f"Viết ở quầy {number} (mẫu)"}})
        for code in void:
            self.stub.VoidDossier(self.pb.VoidDossierRequest(
                request_id=str(uuid.uuid4()), code=code, reason="nhập nhầm (mẫu)"), timeout=city.SECONDS_MAX)
        self.settle()
        for code in void:  # a repair would bring them back to life
            self.rig("tamper", {"MaHoSo": code, "HoSo": {"TrichYeuHoSo": "Nội dung lạ (mẫu)"}})

        run = self.compare()
        self.assertEqual(run.state, self.runs.Reconciliation.STATE_COMPARED)
        kinds = self.runs.Finding.Field
        found = {(finding.code, field.path, field.kind) for finding in self.findings(run) for field in finding.fields}
        self.assertEqual(found, {(code, "subject", kinds.KIND_STALE) for code in stale} |
                         {(code, "subject", kinds.KIND_ALTERED) for code in altered} |
                         {(code, "note", kinds.KIND_THEIRS) for code in own})
        self.assertEqual(run.counts["diverged"], STALE + ALTERED + THEIRS)

        shown = self.ctl("findings", run.id, "--state", "open", "--purpose", "một phép thử")["findings"]
        self.assertEqual({(one["code"], one["fields"][0]["kind"]) for one in shown},
                         {(code, "STALE") for code in stale} | {(code, "ALTERED") for code in altered} |
                         {(code, "THEIRS") for code in own})
        approved = self.links.ApproveFindings(self.runs.ApproveFindingsRequest(
            reconciliation=run.id, items_max=500, reason="một phép thử", request_id=str(uuid.uuid4())),
            timeout=city.SECONDS_MAX)
        self.assertEqual((approved.done, list(approved.failures)), (STALE + ALTERED + THEIRS, []))
        self.assertEqual(self.ended(run.id).state, self.runs.Reconciliation.STATE_DONE)
        self.settle()

        records = self.records()
        for number, code in enumerate(stale):
            self.assertEqual(records[code]["TrichYeuHoSo"], f"Nội dung mới {number} (mẫu)")
        for code in altered:
            self.assertEqual(records[code]["TrichYeuHoSo"], self.dossier(code).subject)
        for number, code in enumerate(own):
            self.assertEqual(self.note(code), f"Viết ở quầy {number} (mẫu)")
        for code in void:
            self.assertTrue(self.dossier(code).HasField("voiding"))
            self.assertEqual(records[code]["TrichYeuHoSo"], "Nội dung lạ (mẫu)", "nobody works on it any more")
        run = self.ctl("start", "city", "--reason", "một phép thử", "--wait")
        self.assertEqual((run["state"], run["counts"]), ("DONE", {"equal": str(len(codes) + THEIRS)}))
        self.assertEqual(self.ctl("show", run["id"]), run)
        self.assertEqual([one["id"] for one in self.ctl("list", "--link", "city")["reconciliations"]][0], run["id"])

    def ctl(self, *words):
        """An operator's `lienthongctl reconcile`, as JSON."""
        done = subprocess.run(
            [LIENTHONGCTL, "reconcile", *words, "--json", "--admin", f"127.0.0.1:{self.admin}", "--ca", self.pki / "ca.crt",
             "--cert", self.pki / "operator.crt", "--key", self.pki / "operator.key"],
            capture_output=True, text=True, timeout=city.SECONDS_MAX, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def note(self, code):
        """Of a dossier that the city received, as an operator sees it."""
        return self.reader.GetDossier(self.pb.GetDossierRequest(code=code, purpose="một phép thử"),
                                      timeout=city.SECONDS_MAX).note


if __name__ == "__main__":
    unittest.main()

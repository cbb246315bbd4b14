"""What stands in an invented dossier: applicant, papers, fees, times. Everything is drawn from the dossier's own rng."""
from datetime import datetime, timedelta, timezone

from scenario import words

_FIRST_DAY = datetime(2026, 9, 7, 0, 30, tzinfo=timezone.utc)    # Monday 07:30 at the counter


class Content:
    def __init__(self, dossier, rng):
        self.dossier = dossier
        self.rng = rng
        self.now = _FIRST_DAY + timedelta(days=7 * rng.randrange(6) + rng.randrange(5),
                                          minutes=rng.randrange(240), seconds=rng.randrange(60))

    def later(self, hours_max=5):
        """Moves the dossier's own clock on and returns the new time."""
        self.now += timedelta(minutes=self.rng.randrange(7, 60 * hours_max), seconds=self.rng.randrange(60))
        return self.now

    def due(self, days):
        """A due date printed for the citizen: 16:30, `days` working days on."""
        moment = self.now
        while days > 0:
            moment += timedelta(days=1)
            days -= moment.weekday() < 5
        return moment.replace(hour=9, minute=30, second=0)

    def person(self):
        rng = self.rng
        return f"{rng.choice(words.FAMILY_NAMES)} {rng.choice(words.MIDDLE_NAMES)} {rng.choice(words.GIVEN_NAMES)}"

    def officer(self):
        return f"{self.person()} (cán bộ mẫu)"

    def phone(self):
        return f"0900{self.rng.randrange(10**6):06d}"

    def email(self):
        return f"mau.{self.dossier.number:06d}.{self.rng.randrange(1000):03d}@vidu.example"

    def origin(self, channel):
        """Facts of origin, procedure, applicant and contact of a new dossier."""
        rng, number = self.rng, self.dossier.number
        code, name, field = words.PROCEDURES[number % len(words.PROCEDURES)]
        online = channel == "online"
        patch = {
            "origin.channel": channel,
            "origin.submission_place": "portal" if online and rng.random() < 0.6 else "local",
            "origin.submitted_time": self.now,
            "procedure.code": code,
            "procedure.name": name,
            "procedure.field_code": words.FIELDS[field],
            "procedure.field_name": field,
            "subject": f"Hồ sơ mẫu số {number:06d}: {name.lower()}",
            "reception.agency": self.dossier.receiving,
            "outcome.return_method": rng.choice(("direct", "postal")),
            "contact.phone": self.phone(),
            "online_payment": rng.choice(("portal", "local", "other")) if online else "none",
        }
        if online:
            patch["origin.portal_account"] = f"mau-{rng.getrandbits(48):012x}"
            patch["origin.account_verified"] = rng.random() < 0.8
        if rng.random() < 0.6 or "conflict" in self.dossier.traits:
            patch["contact.email"] = self.email()
        if rng.random() < 0.3 or "cleared" in self.dossier.traits:
            patch["contact.fax"] = f"0283{rng.randrange(10**6):06d}"
        if rng.random() < 0.4:
            patch["other_info"] = "Số bản in: 2; “giấy tờ mẫu” kèm theo\nngười nộp thay (mẫu)"
        return patch | self._applicant() | {"papers": self.papers(rng.randrange(1, 5))}

    def _applicant(self):
        rng, number = self.rng, self.dossier.number
        kind = rng.choices(("citizen", "enterprise", "state", "other"), (80, 14, 3, 3))[0]
        ward, ward_name = rng.choice(words.WARDS)
        identity = f"0000{number:06d}{rng.randrange(100):02d}"
        patch = {
            "applicant.kind": kind,
            "applicant.address": f"Số {rng.randrange(1, 400)}/{rng.randrange(1, 30)} đường Mẫu, {ward_name} (địa chỉ giả định)",
            "applicant.province_code": "79",
            "applicant.unit_code": ward,
            "applicant.identity_number": identity,
        }
        if kind == "citizen":
            patch["applicant.name"] = f"{self.person()} {number} (mẫu)"
            documents = {self.id("origin", "dd1"): {"kind": "cccd", "number": identity}}
            if rng.random() < 0.2:
                documents[self.id("origin", "dd2")] = {"kind": "cmnd", "number": f"000{number:06d}"}
            patch["applicant.identities"] = documents
        else:
            patch["applicant.name"] = f"{rng.choice(words.COMPANY_NAMES)} {number} (mẫu)"
        return patch

    def papers(self, count, first=1):
        rng, number = self.rng, self.dossier.number
        papers = {}
        for position in range(first, first + count):
            name, component = words.PAPER_NAMES[(number + position) % len(words.PAPER_NAMES)]
            reuse = rng.choices(("none", "component", "result"), (80, 12, 8))[0]
            paper = {
                "name": name, "component_code": component, "reuse": reuse,
                "file.source": f"https://tep.vidu.example/{number:06d}/giay-to-{position}.pdf?v=1&loai=m%E1%BA%ABu",
                "digitized": rng.random() < 0.7, "from_personal_store": rng.random() < 0.1,
            }
            if reuse == "result":
                paper["replacement_result_code"] = f"KQ.G15.{rng.randrange(10**6):06d}"
            if self.dossier.origin != "city":
                paper |= {"copy_kind": rng.choice(("original", "copy")), "quantity": rng.randrange(1, 4),
                          "file.sha256": f"{rng.getrandbits(256):064x}", "file.media_type": "application/pdf",
                          "file.size_bytes": rng.randrange(10_000, 5_000_000)}
            papers[self.id("origin", f"gt{position}")] = paper
        return papers

    def fee(self, position, collected_at, paid):
        rng = self.rng
        code, name, amount = words.FEE_LINES[(self.dossier.number + position) % len(words.FEE_LINES)]
        fee = {"code": code, "name": name, "amount_vnd": amount * rng.randrange(1, 6),
               "kind": rng.choice("123"), "collected_at": collected_at}
        return fee | self.payment(fee) if paid else fee

    def payment(self, fee):
        return {"paid_vnd": fee["amount_vnd"], "paid_time": self.now,
                "payment_reference": f"GD-MAU-{self.rng.getrandbits(40):010X}"}

    def id(self, actor, suffix):
        """Element ids carry who made them and the dossier: tp- city, nv- district, x05- and x06- the agencies."""
        return f"{prefix(self.dossier.origin if actor == 'origin' else actor)}-{self.dossier.number:06d}-{suffix}"


def prefix(actor):
    return {"city": "tp", "district": "nv"}.get(actor) or actor.rsplit(".", 1)[1].lower()

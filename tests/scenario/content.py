"""What stands in an invented dossier: applicant, papers, fees, times. Everything is drawn from the dossier's own rng."""
from datetime import datetime, timedelta, timezone

from scenario import words
from scenario.papers import SMALL_BYTES_MAX, SMALL_BYTES_MIN, mark

_PREFIXES = {"city": "tp", "district": "nv", "portal": "dvc", "hub": "dvc"}
_WEEKS_BACK = 9    # a plan begins within six weeks and a dossier lasts a few days: by now all of it has happened


def _first_day():
    """A Monday, 07:30 at the counter."""
    today = datetime.now(timezone.utc).replace(hour=0, minute=30, second=0, microsecond=0)
    return today - timedelta(weeks=_WEEKS_BACK, days=today.weekday())


_FIRST_DAY = _first_day()


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
        """Now and then with so long a title that no portal keeps all of it."""
        title = ""
        if self.rng.random() < 0.1:
            title = f" – {self.rng.choice(words.OFFICER_TITLES)}, {words.AGENCY_UNITS[self.dossier.receiving]}"
        return f"{self.person()} (cán bộ mẫu){title}"

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
            "origin.submission_place": "portal" if self.dossier.online or (online and rng.random() < 0.6) else "local",
            "origin.submitted_time": self.now,
            "procedure.code": code,
            "procedure.name": name,
            "procedure.field_code": words.FIELDS[field],
            "procedure.field_name": field,
            "subject": f"Hồ sơ mẫu số {number:06d}: {name.lower()}",
            "reception.agency": self.dossier.receiving,
            "outcome.return_method": rng.choice(("direct", "postal")),
            "contact.phone": self.phone(),
        }
        if online:
            patch["processing_unit"] = f"Bộ phận Một cửa {words.AGENCY_UNITS[self.dossier.receiving]}"
            patch["origin.portal_account"] = f"mau-{rng.getrandbits(48):012x}"
            patch["origin.account_verified"] = rng.random() < 0.8
        if rng.random() < 0.6 or "conflict" in self.dossier.traits:
            patch["contact.email"] = self.email()
        if rng.random() < 0.3 or "cleared" in self.dossier.traits:
            patch["contact.fax"] = f"0283{rng.randrange(10**6):06d}"
        if rng.random() < 0.4:
            patch["other_info"] = "Số bản in: 2; “giấy tờ mẫu” kèm theo\nngười nộp thay (mẫu)"
        patch |= self._applicant() | {"papers": self.papers(rng.randrange(1, 4))}
        return _as_hub_says(patch) if self.dossier.origin == "hub" else patch

    def _applicant(self):
        rng, number = self.rng, self.dossier.number
        # A hub has no code for the other two.
        weights = (84, 16, 0, 0) if "hub" in self.dossier.doors else (80, 14, 3, 3)
        kind = rng.choices(("citizen", "enterprise", "state", "other"), weights)[0]
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
            documents = {self._place("dd", 1): {"kind": "cccd", "number": identity}}
            if rng.random() < 0.2:
                documents[self._place("dd", 2)] = {"kind": "cmnd", "number": f"000{number:06d}"}
            patch["applicant.identities"] = documents
        else:
            patch["applicant.name"] = f"{rng.choice(words.COMPANY_NAMES)} {number} (mẫu)"
        return patch

    def _place(self, suffix, position):
        """Id of an element for which a portal has none: there the gateway names it by its place in the list."""
        return f"dvc-n{position}" if self.dossier.online else self.id("origin", f"{suffix}{position}")

    def papers(self, count, first=1):
        rng, number = self.rng, self.dossier.number
        papers = {}
        for position in range(first, first + count):
            name, component = words.PAPER_NAMES[(number + position) % len(words.PAPER_NAMES)]
            reuse = rng.choices(("none", "component", "result"), (80, 12, 8))[0]
            key = self.id("origin", f"gt{position}")
            if position == 1 and "inline paper" in self.dossier.traits:
                papers[key] = {"name": name, "component_code": component,
                               "file.source": self.hosted("inline", key.removeprefix("dvc-"))}
                continue
            paper = {"name": name, "component_code": component, "reuse": reuse, "digitized": rng.random() < 0.7,
                     "from_personal_store": rng.random() < 0.1}
            if reuse == "result":
                paper["replacement_result_code"] = f"KQ.G15.{rng.randrange(10**6):06d}"
            if not self.dossier.online and self.dossier.origin != "city":
                paper |= {"copy_kind": rng.choice(("original", "copy")), "quantity": rng.randrange(1, 4)}
            papers[key] = paper | self._file(key, position)
        return papers

    def _file(self, key, position):
        """Papers handed in online, and some others, lie on a file server; the rest are links to somewhere."""
        traits, origin = self.dossier.traits, self.dossier.origin
        big = position == 1 and "big paper" in traits
        if self.dossier.online:
            return {"file.source": self.hosted(origin, key.removeprefix("dvc-"), big)}
        if self.hosts_all or "counter files" in traits:
            return {"file.source": self.hosted("city" if origin == "city" else "agency", f"{key}.pdf", big)}
        source = {"file.source": f"https://tep.vidu.example/{key}.pdf?v=1&loai=m%E1%BA%ABu"}
        if origin != "city":
            source |= {"file.sha256": f"{self.rng.getrandbits(256):064x}", "file.media_type": "application/pdf",
                       "file.size_bytes": self.rng.randrange(10_000, 5_000_000)}
        return source

    @property
    def hosts_all(self):
        """A hub takes papers with their bytes or not at all."""
        return "hub" in self.dossier.doors

    def hosted(self, system, name, big=False):
        """The mark of a new file on the server of `system`."""
        marked = mark(system, name)
        self.dossier.files[marked] = self.dossier.big_bytes if big else self.rng.randrange(SMALL_BYTES_MIN, SMALL_BYTES_MAX)
        return marked

    def result_file(self, by, name, big):
        """Where a result lies: the district's software has a file server."""
        if by == "district" or self.hosts_all:
            return self.hosted("district" if by == "district" else "agency", f"{self.id(by, name)}.pdf", big)
        return f"https://tep.vidu.example/{self.id(by, name)}.pdf"

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
        """Element ids carry who made them and the dossier: tp- city, nv- district, dvc- a portal, x05- to x07- the agencies."""
        return f"{prefix(self.dossier.origin if actor == 'origin' else actor)}-{self.dossier.number:06d}-{suffix}"


def prefix(actor):
    return _PREFIXES.get(actor) or actor.rsplit(".", 1)[1].lower()


_HUB_SAYS = {
    "origin.channel", "origin.submission_place", "origin.submitted_time", "origin.portal_account", "procedure.code",
    "applicant.name", "applicant.kind", "applicant.identity_number", "applicant.address", "applicant.province_code",
    "applicant.unit_code", "contact.phone", "contact.email", "reception.agency"}
_HUB_SAYS_OF_PAPERS = {"name", "component_code", "replacement_result_code", "file.source"}


def _as_hub_says(patch):
    """What is left of a new dossier in NoiHoSo, and what the gateway adds from the list of procedures."""
    said = {path: value for path, value in patch.items() if path in _HUB_SAYS}
    papers = {key: {field: value for field, value in paper.items() if field in _HUB_SAYS_OF_PAPERS}
              | {"copy_kind": "electronic", "quantity": 1, "file.upload_id": key.removeprefix("dvc-")}
              for key, paper in patch["papers"].items()}
    added = {path: patch[path] for path in ("procedure.name", "procedure.field_code", "procedure.field_name")}
    return said | added | {"outcome.return_method": "direct", "papers": papers}

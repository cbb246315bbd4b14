"""The demo's world after a run without faults, and troubles that operators are to see to."""
import json
import uuid
from pathlib import Path

import psycopg2

from bench.city_world import AGENCY, Pusher
from bench.poison import new_dossier
from rigs.district.software import Software
from scenario import report
from scenario.forms import write
from scenario.judge import Judge
from scenario.ledger import Ledger
from scenario.main import look
from scenario.plan import make_plan
from scenario.processes import StartError, wait_until
from scenario.run import Run
from scenario.world import World

ROOT = Path(__file__).resolve().parents[2]
DOSSIERS, SEED = 60, 7
GIVEN_UP, CONFLICTS = 3, 3         # dead letters of the district's software; conflicts that are made besides the plan's
NOT_MERGED = "dien_thoai: cột quá ngắn"
GIVE_UP = "UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp(), loi = %s WHERE xu_ly_luc IS NULL"


class ConsoleWorld(World):
    def __init__(self, build):
        super().__init__(ROOT, build, make_plan(DOSSIERS, SEED))
        self._run = self._judge = None

    def start(self):
        super().start()
        self._run = Run(self, self.plan, 0, report.Progress(), calm=True)
        shot = self._run.execute(lambda: look(self))
        if self._run.counters.shortfalls:
            raise StartError(f"the demo's run fell short: {self._run.counters.shortfalls}")
        self._judge = Judge(Ledger(self.plan), shot, self._run.known)

    def make_troubles(self):
        """A dossier that the city refuses, changes that the district's software gives up on, and conflicts."""
        taken_in = self._taken_in()
        before = self.counts("conflicts")
        for number in taken_in[:GIVEN_UP]:
            self.edit_at_city(number, {"contact.phone": f"09000000{number:02d}"})
        self.push(is_complete=False)
        with Software(self.database.dsn) as software:
            for number in taken_in[-CONFLICTS:]:
                software.change(self._run.district.keys[number], write("district", {"contact.email": f"quay{number}@mau.example"}))
        wait_until(lambda: self.counts("conflicts") == before + CONFLICTS, "conflicts")
        self.district_gives_up(GIVEN_UP)
        wait_until(lambda: self.counts("dead_letters") >= GIVEN_UP + 1, "dead letters")
        self.wait_at_rest()

    def district_gives_up(self, count):
        """So many deliveries of those that its software has not merged yet."""
        left = count

        def give_up():
            nonlocal left
            left -= self.ask_district(GIVE_UP, NOT_MERGED)
            return left <= 0
        wait_until(give_up, "deliveries at the district")

    def waiting_at_district(self):
        """Deliveries that its software has not merged."""
        return self.ask_district("SELECT 1 FROM lienthong_inbox WHERE xu_ly_luc IS NULL")

    def ask_district(self, statement, *values):
        """How many rows that was."""
        connection = psycopg2.connect(self.database.dsn)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount
        finally:
            connection.close()

    def edit_at_city(self, number, patch):
        self.control("city").call("POST", "/rig/edit", self._run.city.name_of(number) | {"HoSo": write("city", patch)})

    def tamper_at_city(self, number, members):
        """Somebody writes into its database: no feed tells of it."""
        self.control("city").call("POST", "/rig/tamper", self._run.city.name_of(number) | {"HoSo": members})

    def letter(self):
        """The id of a dead letter."""
        return self.operator.json("dlq", "list")["dead_letters"][0]["id"]

    def _taken_in(self):
        return [d.number for d in self.plan.dossiers if d.origin == "city" and d.in_district and not d.conflict_path]

    def untroubled(self):
        """(number, code) of a dossier from the city with which nothing else is done."""
        number = self._taken_in()[GIVEN_UP]
        return number, self._judge.code_of(number)

    def make_green(self, link):
        """Gives up what waits at a link for people."""
        self.operator.run("dlq", "discard", "--link", link, "--yes", "--reason", "một phép thử")
        wait_until(lambda: next(one for one in self.links() if one["name"] == link)["state"] == "OK", f"{link} is well")

    def push(self, is_complete):
        """The code of one more dossier; the city refuses it when it is not complete."""
        pusher = Pusher(self.ctl(f"agency-{AGENCY}"))
        try:
            pusher.push(str(uuid.uuid4()), new_dossier("Hồ sơ thử (mẫu)", is_complete))
            return pusher.acknowledged()[1]
        finally:
            pusher.close()

    def links(self):
        return self.operator.json("links")["links"]

    def counts(self, name):
        """Of all links."""
        return sum(int(link.get(name, 0)) for link in self.links())

    def wait_at_rest(self):
        wait_until(lambda: not any(int(link.get("pending", 0)) for link in self.links() if not int(link.get("dead_letters", 0))),
                   "links at rest")

    def record(self, code):
        """The gateway's."""
        return json.loads(self.operator.run("get", code, "--json", "--purpose", "một phép thử"))

    def many_names(self):
        """(code, all its aliases) of a dossier from the portal that the gateway gave another code, and that the district holds."""
        aliases = {}
        for alias, number in self._judge.aliases().items():
            aliases.setdefault(number, []).append(alias)
        number = max((d.number for d in self.plan.dossiers if d.online and "own code" in d.traits), key=lambda n: len(aliases[n]))
        dossier = self.plan.dossiers[number - 1]
        return self._judge.code_of(number), dossier, aliases[number]

#!/usr/bin/python3
"""What operators see and do in the console, with a real browser against a real gateway with the demo's data: start at pages.py.

    tests/browser/browser_test.py --pictures gateway/docs/pictures    writes the pictures that documents show"""
import os
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
BUILD = Path(os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"))

from selenium.webdriver.common.keys import Keys  # pylint: disable=wrong-import-position
from selenium.webdriver.support.ui import Select, WebDriverWait  # pylint: disable=wrong-import-position

from browser.browser import Browser  # pylint: disable=wrong-import-position
from browser.pages import LOOKS, PAGES  # pylint: disable=wrong-import-position
from browser.world import ConsoleWorld  # pylint: disable=wrong-import-position

SHOTS = BUILD / "test-logs/browser"
RED_SECONDS_MAX, GREEN_SECONDS_MAX = 15, 30
OUTAGE_SECONDS_MAX = 120           # the test ends it before
DESK, PHONE = LOOKS[:2]
pictures = None                    # folder, when they are wanted


def setUpModule():
    Console.world = ConsoleWorld(BUILD)
    unittest.addModuleCleanup(Console.world.stop)
    Console.world.start()
    Console.world.make_troubles()
    folder = tempfile.TemporaryDirectory(prefix="lienthong-browser.")
    unittest.addModuleCleanup(folder.cleanup)
    Console.browser = Browser(folder.name, Console.world.public_url, Console.world.path("pki"), "operator-demo")
    unittest.addModuleCleanup(Console.browser.close)


class Console(unittest.TestCase):
    world = browser = None

    def setUp(self):
        self.browser.look(DESK)

    def tearDown(self):
        self.assertEqual(self.browser.complaints(), [])

    def until(self, condition, what, seconds_max=10):
        WebDriverWait(self.browser.driver, seconds_max, poll_frequency=0.1).until(lambda _: condition(), what)

    def card(self, link):
        """Classes of the card of a link, beside "card"."""
        states = self.browser.driver.execute_script(
            "return [...document.querySelectorAll('.card')].map(c => [c.querySelector('h2').textContent, c.className])")
        return dict(states)[link].removeprefix("card ")


class Checks(Console):
    """That the checks of every page can fail."""

    def test_axe_finds_a_field_without_a_label(self):
        self.browser.open("dossier")
        self.assertEqual(self.browser.violations(), [])
        self.browser.driver.execute_script("document.querySelector('label').remove()")
        self.assertRegex(self.browser.violations()[0], "^critical label: ")

    def test_a_page_that_is_too_wide_is_seen(self):
        self.browser.look(PHONE)
        self.browser.open("dossier")
        self.assertLessEqual(self.browser.page_width(), PHONE.width)
        self.browser.driver.execute_script("document.querySelector('h1').style.width = '900px'")
        self.assertGreater(self.browser.page_width(), PHONE.width)

    def test_a_text_too_pale_to_read_is_seen(self):
        self.browser.open("dossier")
        self.browser.driver.execute_script("document.querySelector('label').style.color = '#ccc'")
        self.assertRegex(self.browser.violations()[0], "^serious color-contrast: ")

    def test_a_script_in_a_page_is_refused_and_said(self):
        self.browser.open("dossier")
        self.browser.driver.execute_script(
            "document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=planted onclick=\"window.ran = true\">Planted</p>')")
        self.browser.find("#planted").click()
        self.until(self.browser.refusals, "the refusal of a script")
        self.assertIsNone(self.browser.driver.execute_script("return window.ran"))


class Pages(Console):
    def test_every_page_in_every_look(self):
        code, _, _ = self.world.many_names()
        words = {"code": code, "agency": self.world.record(code)["reception"]["agency"], "letter": self.world.letter()}
        for look in LOOKS:
            self.browser.look(look)
            for page in PAGES:
                with self.subTest(look=look.name, page=page.path):
                    self.browser.open(page.path.format(**words))
                    self.assertEqual(self.browser.texts("h1"), [page.vietnamese if look.vietnamese else page.english])
                    self.assertEqual(self.browser.find("html").get_attribute("lang"), "vi" if look.vietnamese else "en")
                    self.assertEqual(self.browser.violations(), [])
                    self.assertLessEqual(self.browser.page_width(), look.width)
                    self.browser.keep_picture(SHOTS / f"{page.name}-{look.name}.png")
                    if pictures and page.picture and look is DESK:
                        self.browser.scroll_to(page.begins or "body")
                        self.browser.keep_picture(Path(pictures) / f"{page.picture}.png")
                    self.assertEqual(self.browser.complaints(), [])

    def test_each_page_of_the_navigation_is_among_them(self):
        linked = {link.get_attribute("href").partition("/console/")[2] for link in self.browser.all("nav a")}
        self.assertGreater(len(linked), 10)
        self.assertEqual(linked - {page.path.partition("?")[0] for page in PAGES}, set())

    def test_the_language_is_switched_and_stays(self):
        self.browser.open("letters")
        self.browser.press(self.browser.find("a.language"))
        self.assertEqual(self.browser.texts("h1"), ["Không gửi được, không nhận được"])
        self.browser.open("conflicts")
        self.assertEqual(self.browser.texts("h1"), ["Xung đột"])

    def test_all_is_reached_by_the_keyboard(self):
        self.browser.open("")
        self.browser.find("body").send_keys(Keys.TAB)
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("class"), "skip")
        for _ in self.browser.all("nav a"):
            self.browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        self.assertEqual(self.browser.driver.switch_to.active_element.text, "Audit")


class Acts(Console):
    def test_a_dossier_is_found_by_each_of_its_numbers(self):
        code, dossier, aliases = self.world.many_names()
        receipt = self.world.record(code)["receipt_number"]
        self.assertIn(dossier.portal_code, aliases, "the portal's own number of it")
        for number in {code, receipt, code.lower(), *aliases}:
            with self.subTest(number=number):
                self.browser.open("dossier")
                self.browser.fill("#number", number)
                self.browser.press(self.browser.find("form[role=search] button"))
                self.assertTrue(self.browser.texts(".code")[0].startswith(f"{code} · "), self.browser.texts("main")[0][:300])

    def test_personal_data_is_shown_to_who_says_why(self):
        code, _, _ = self.world.many_names()
        name = self.world.record(code)["applicant"]["name"]
        self.browser.open(f"dossier?number={code}")
        self.assertNotIn(name, self.browser.find("main").text)
        self.browser.fill("#purpose", "khiếu nại")
        self.browser.press(self.browser.find("#purpose + button"))
        self.assertIn(name, self.browser.find("main").text)

    def test_a_divergence_is_seen_and_its_repair_approved(self):
        number, code = self.world.untroubled()
        self.world.tamper_at_city(number, {"TrichYeuHoSo": "Viết thẳng vào cơ sở dữ liệu (mẫu)"})
        self.browser.open(f"dossier?number={code}")
        self.assertEqual(self.differing(), [], "by what was delivered nothing differs")
        self.browser.press(self.browser.find_link("Read the other systems now"))
        self.assertEqual(self.differing(), ["subject"])
        self.browser.open("reconciliation")
        Select(self.browser.find("#link")).select_by_value("city")
        self.act("start", "thử đối soát")
        self.until(lambda: self.again("reconciliation") and "repairs wait for approval" in self.run_of_city(), "the comparison", 60)
        self.browser.press(self.browser.find("tbody th a"))
        row = next(row for row in self.browser.all("form tbody tr") if code in row.text)
        row.find_element("css selector", "input").click()
        self.act("approve", "ghi đè theo dữ liệu của gateway")
        self.until(lambda: self.again(f"dossier?number={code}&live=yes") and self.differing() == [], "the repair", 60)

    def test_a_dead_letter_is_looked_at_and_tried_again(self):
        self.look_at_letter("city")
        self.assertNotEqual(self.browser.find("textarea").get_attribute("value"), "")
        before, waiting = self.world.counts("dead_letters"), self.world.waiting_at_district()
        self.look_at_letter("district")
        self.act("replay", "phần mềm đã sửa")
        self.assertEqual(self.browser.texts(".notice")[0], "1 done")
        self.until(lambda: self.world.counts("dead_letters") == before - 1, "one dead letter less")
        self.until(lambda: self.world.waiting_at_district() == waiting + 1, "the delivery at the district")
        self.browser.open("audit")
        self.assertIn("phần mềm đã sửa", self.browser.texts("tbody tr")[0])

    def look_at_letter(self, link):
        self.browser.open(f"letters?link={link}")
        self.browser.press(self.browser.find("tbody a[href*=letter]"))
        self.assertIn("What trying it again would do", self.browser.texts("h2"))
        self.assertEqual(self.browser.all("textarea"), [], "what it holds may be personal")
        self.browser.fill("#purpose", "xem nội dung")
        self.browser.press(self.browser.find("#purpose + button"))

    def test_a_conflict_is_decided(self):
        self.browser.open("conflicts")
        self.assertNotIn("mau.example", self.browser.find("main").text)
        self.browser.fill("#purpose", "xem xung đột")
        self.browser.press(self.browser.find("#purpose + button"))
        row = next(row for row in self.browser.all("form tbody tr") if "mau.example" in row.text)
        row.find_element("css selector", "input").click()
        before = self.world.counts("conflicts")
        self.act("stored", "theo bên quyết định")
        self.assertEqual(self.browser.texts(".notice")[0], "1 done")
        self.until(lambda: self.world.counts("conflicts") == before - 1, "one conflict less")

    def test_a_link_goes_red_and_green_again_while_somebody_watches(self):
        self.world.make_green("portal")
        self.browser.open("")
        self.assertEqual(self.card("portal"), "good")
        rig = self.world.control("portal")
        rig.call("POST", "/rig/fault", {"kind": "down", "seconds": OUTAGE_SECONDS_MAX})
        try:
            self.until(lambda: self.card("portal") == "bad", "the card is red", RED_SECONDS_MAX)
        finally:
            rig.call("DELETE", "/rig/fault")
        self.until(lambda: self.card("portal") == "good", "the card is green", GREEN_SECONDS_MAX)

    def act(self, act, reason):
        self.browser.fill("#reason", reason)
        self.browser.press(self.browser.find(f"button[value={act}]"))

    def again(self, page):
        self.browser.open(page)
        return True

    def differing(self):
        """Fields in which some system holds something else."""
        return self.browser.driver.execute_script(
            "return [...document.querySelectorAll('.copies tbody tr')].filter(r => r.querySelector('td.differs'))"
            ".map(r => r.querySelector('th').textContent)")

    def run_of_city(self):
        return next((row for row in self.browser.texts("tbody tr") if "city" in row), "")


if __name__ == "__main__":
    if "--pictures" in sys.argv:
        at = sys.argv.index("--pictures")
        pictures = sys.argv[at + 1]
        del sys.argv[at:at + 2]
    unittest.main()

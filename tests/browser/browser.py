"""Debian's Chromium without a screen, with an operator's certificate in its store of certificates, as an operator installs it."""
import json
import os
import subprocess
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from scenario.processes import StartError

HERE = Path(__file__).resolve().parent
PAGE_SECONDS_MAX = 20
# Reason, severity and place of each violation, without the pages of text that axe has beside.
RUN_AXE = """
const tell = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ["violations"]}).then(
  found => tell(found.violations.map(v => `${v.impact} ${v.id}: ${v.help}: ${v.nodes.map(n => n.html).join(" | ")}`)),
  error => tell([`axe failed: ${error}`]));
"""


def is_gone(element):
    """Whether its page was left; in the middle of that the driver has several words for it."""
    try:
        element.is_enabled()
    except WebDriverException:
        return True
    return False


class Browser:
    """`origin`: https://host:port of the console; `pki`: folder with ca.crt and the operator's `name`.crt and .key; `folder`: an
    empty one for what the browser keeps."""

    def __init__(self, folder, origin, pki, name):
        self._folder, self.origin = Path(folder), origin
        self._keep_certificates(Path(pki), name)
        self._trust_the_console()
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        arguments = ["--headless=new", f"--user-data-dir={self._profile}", "--disable-dev-shm-usage", "--disable-background-networking"]
        for argument in (*arguments, *(["--no-sandbox"] if os.geteuid() == 0 else [])):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        home = os.environ | {"HOME": str(self._folder), "TMPDIR": str(self._folder)}
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver", env=home))
        self.driver.set_page_load_timeout(PAGE_SECONDS_MAX)
        self.driver.set_script_timeout(PAGE_SECONDS_MAX)

    @property
    def _profile(self):
        return self._folder / "profile"

    def _keep_certificates(self, pki, name):
        store = self._folder / ".pki/nssdb"
        store.mkdir(parents=True)
        both = self._folder / "operator.p12"
        _run("certutil", "-N", "-d", f"sql:{store}", "--empty-password")
        _run("certutil", "-A", "-d", f"sql:{store}", "-n", "authority", "-t", "C,,", "-i", pki / "ca.crt")
        _run("openssl", "pkcs12", "-export", "-in", pki / f"{name}.crt", "-inkey", pki / f"{name}.key", "-passout", "pass:", "-out", both)
        _run("pk12util", "-i", both, "-d", f"sql:{store}", "-W", "")

    def _trust_the_console(self):
        """No dialogue about which certificate the console may see, which nobody could answer here."""
        chosen = {f"{self.origin},*": {"setting": {"filters": [{}]}}}
        preferences = self._profile / "Default/Preferences"
        preferences.parent.mkdir(parents=True)
        preferences.write_text(json.dumps({"profile": {"content_settings": {"exceptions": {"auto_select_certificate": chosen}}}}))

    def look(self, look):
        """From here on with this screen and language."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": look.phone})
        scheme = {"name": "prefers-color-scheme", "value": "dark" if look.dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.open(f"?lang={'vi' if look.vietnamese else 'en'}")

    def open(self, path):
        self.driver.get(f"{self.origin}/console/{path}")

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector):
        return [element.text for element in self.all(selector)]

    def press(self, element):
        """A link or a button that leads to another page, until that is there."""
        here = self.find("html")
        element.click()
        WebDriverWait(self.driver, PAGE_SECONDS_MAX).until(lambda _: is_gone(here))
        WebDriverWait(self.driver, PAGE_SECONDS_MAX).until(
            lambda driver: driver.execute_script("return document.readyState") == "complete")

    def fill(self, selector, text):
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def violations(self):
        """What axe finds wrong with the page that is open."""
        self.driver.execute_script((HERE / "axe.min.js").read_text())
        return self.driver.execute_async_script(RUN_AXE)

    def page_width(self):
        return self.driver.execute_script("return Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")

    def complaints(self):
        """What the browser's console said since the last look at it: errors of scripts, refusals of the content security policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def refusals(self):
        """Of the content security policy, among the complaints; they are taken."""
        return [text for text in self.complaints() if "Content Security Policy" in text]

    def find_link(self, text):
        return self.driver.find_element(By.LINK_TEXT, text)

    def scroll_to(self, selector):
        self.driver.execute_script("document.querySelector(arguments[0]).scrollIntoView()", selector)

    def keep_picture(self, file):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(file))

    def close(self):
        self.driver.quit()


def _run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=30, check=False)
    if done.returncode != 0:
        raise StartError(f"{command[0]}: {done.stderr.strip()}")

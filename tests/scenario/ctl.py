"""lienthongctl as the scenario uses it: one caller (certificate) against one gateway."""
import json
import subprocess

CALL_SECONDS_MAX = 60
REFUSED = 3           # exit code of lienthongctl when something asked for is not there


class CtlError(RuntimeError):
    pass


class Ctl:
    def __init__(self, program, server, admin, pki, name):
        self._base = [program, "--server", server, "--admin", admin, "--ca", f"{pki}/ca.crt",
                      "--cert", f"{pki}/{name}.crt", "--key", f"{pki}/{name}.key"]

    def command(self, *arguments):
        """The whole command line."""
        return [*self._base, *arguments]

    def run(self, *arguments, stdin=None, seconds_max=CALL_SECONDS_MAX, accept=(0,)):
        """Standard output of one command; raises CtlError with what it said when its exit code is not in `accept`."""
        try:
            done = subprocess.run(self.command(*arguments), input=stdin, capture_output=True, text=True,
                                  timeout=seconds_max, check=False)
        except subprocess.TimeoutExpired as error:
            raise CtlError(f"lienthongctl {arguments[0]}: no end after {seconds_max} s") from error
        if done.returncode not in accept:
            raise CtlError(f"lienthongctl {' '.join(arguments[:3])}: exit {done.returncode}: {done.stderr.strip()[-600:]}")
        return done.stdout

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json"))

    def json_lines(self, *arguments, stdin=None, seconds_max=CALL_SECONDS_MAX, accept=(0,)):
        text = self.run(*arguments, "--json", stdin=stdin, seconds_max=seconds_max, accept=accept)
        return [json.loads(line) for line in text.splitlines() if line.strip()]

    def healthy(self):
        try:
            return subprocess.run(self.command("health"), capture_output=True, timeout=5, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

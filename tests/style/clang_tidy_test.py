#!/usr/bin/python3
"""Runs clang-tidy-14 over the product's sources, two readings at a time.

Nearly all of its time goes into the headers, so that it reads many sources with the same flags as one text: a generated
source that includes them. A text with a complaint, or that is none (two sources may give one name to different things), is
read again in halves, down to single sources: only what is said of a source read alone is a complaint. Which checks would
see less in an included source stands in .clang-tidy.

A source that passed is not looked at again until it, something it includes, its flags or .clang-tidy change: the digest of
the preprocessed text and the flags, whatever folder they stand in, is kept in the user's cache folder, as ccache keeps
objects. Names given on the command line are all that is read, each alone."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"))
PASSED = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "lienthong" / "clang-tidy-passed"
JOBS = 2
GROUP_MAX = 16


class Source:
    def __init__(self, entry):
        words = shlex.split(entry["command"])
        if pathlib.Path(words[0]).name == "ccache":
            words = words[1:]
        out = words.index("-o")
        self.file = entry["file"]
        self.folder = entry["directory"]
        self.compiler = words[0]
        self.flags = [word for word in words[1:out] + words[out + 2:] if word not in ("-c", self.file)]
        self.mark = None

    def passed(self):
        """Whether it passed before as it stands now."""
        self.mark = PASSED / self.digest()
        return self.mark.exists()

    def digest(self):
        text = subprocess.run([self.compiler, *self.flags, "-E", self.file], cwd=self.folder, capture_output=True,
                              check=True).stdout
        whole = hashlib.sha256(text.replace(bytes(BUILD), b"").replace(bytes(ROOT), b""))
        whole.update(" ".join(self.flags).replace(str(BUILD), "").replace(str(ROOT), "").encode())
        whole.update((ROOT / ".clang-tidy").read_bytes())
        # Suppressions are comments, which the preprocessor drops.
        whole.update(pathlib.Path(self.file).read_bytes())
        return whole.hexdigest()

    def private_names(self):
        """About the names that it gives in anonymous namespaces: what is missed only costs a reading in halves."""
        text = pathlib.Path(self.file).read_text()
        outer = re.search(r"^namespace ([\w:]+) \{$", text, re.M)
        names = set()
        for body in re.findall(r"^namespace \{$(.*?)^\}  // namespace$", text, re.M | re.S):
            found = re.findall(r"^(?=\w)(?!namespace )[\w:<>,&*() ]*? [&*]*(\w+)(?:\(|\{|\[|;| = | \{| final\b)", body, re.M)
            names.update((outer and outer[1], name) for name in found)
        return names


def grouped(sources):
    """Groups of sources with the same flags, none with two sources that give the same private name."""
    groups = []
    for source in sources:
        names = source.private_names()
        for group, taken in groups:
            if group[0].flags == source.flags and len(group) < GROUP_MAX and not names & taken:
                group.append(source)
                taken |= names
                break
        else:
            groups.append(([source], names))
    return [group for group, _ in groups]


def read(group):
    """Returns what clang-tidy complains of, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = group[0].file
        if len(group) > 1:
            file = f"{folder}/group.cc"
            pathlib.Path(file).write_text(
                "".join(f'#include "{source.file}"  // NOLINT(bugprone-suspicious-include)\n' for source in group))
        run = subprocess.run(["clang-tidy-14", "--quiet", f"--config-file={ROOT}/.clang-tidy", file, "--", *group[0].flags],
                             cwd=group[0].folder, capture_output=True, text=True)
    return (run.stdout or run.stderr) if run.returncode != 0 else ""


def sees_a_fault():
    """Whether a complaint about an included source is one. It is not when .clang-tidy filters it away."""
    with tempfile.TemporaryDirectory() as top:
        folder = pathlib.Path(top) / "gateway"
        folder.mkdir()
        (folder / "good.cc").write_text("int* Good() { return nullptr; }\n")
        (folder / "bad.cc").write_text("int* Bad() { return 0; }\n")
        return "modernize-use-nullptr" in read([Source({"command": "c++ -o x", "file": str(file), "directory": top})
                                                for file in sorted(folder.iterdir(), reverse=True)])


def complaints_of(groups, pool):
    """Also says how many readings it took."""
    complaints, readings = [], 0
    while groups:
        readings += len(groups)
        halves = []
        for group, complaint in zip(groups, pool.map(read, groups)):
            if not complaint:
                for source in group:
                    source.mark.touch()
            elif len(group) > 1:
                halves += [group[:len(group) // 2], group[len(group) // 2:]]
            else:
                complaints.append(complaint)
        groups = halves
    return complaints, readings


def main():
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[1:]}
    product = [Source(entry) for entry in entries
               if entry["file"].startswith((f"{ROOT}/gateway/", f"{ROOT}/adapters/"))
               and (not wanted or entry["file"] in wanted)]
    if not sees_a_fault():
        sys.exit("a fault planted in an included source is not seen: look at HeaderFilterRegex in .clang-tidy")
    PASSED.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        unread = [source for source, passed in zip(product, pool.map(Source.passed, product)) if not passed]
        groups = [[source] for source in unread] if wanted else grouped(unread)
        complaints, readings = complaints_of(groups, pool)
    print("\n".join(complaints))
    print(f"{len(product)} sources, {len(complaints)} with complaints; {len(unread)} of them read, in {readings} readings")
    return 1 if complaints or not product else 0


if __name__ == "__main__":
    sys.exit(main())

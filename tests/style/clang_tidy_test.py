#!/usr/bin/python3
"""Runs clang-tidy-14 over the product's sources, two at a time.

A source that passed is not looked at again until it, something it includes, its flags or .clang-tidy change: the digest of
the preprocessed text and the flags, whatever folder they stand in, is kept in the user's cache folder, as ccache keeps
objects. Names given on the command line are all that is run."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("LIENTHONG_BUILD_DIR", ROOT / "build"))
PASSED = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "lienthong" / "clang-tidy-passed"
JOBS = 2


def compiler_arguments(entry):
    words = shlex.split(entry["command"])
    if pathlib.Path(words[0]).name == "ccache":
        words = words[1:]
    return words


def digest(entry):
    words = compiler_arguments(entry)
    out = words.index("-o")
    words = [word for word in words[:out] + words[out + 2:] if word != "-c"]
    text = subprocess.run(words + ["-E"], cwd=entry["directory"], capture_output=True, check=True).stdout
    whole = hashlib.sha256(text.replace(bytes(BUILD), b"").replace(bytes(ROOT), b""))
    whole.update(" ".join(words).replace(str(BUILD), "").replace(str(ROOT), "").encode())
    whole.update((ROOT / ".clang-tidy").read_bytes())
    # Suppressions are comments, which the preprocessor drops.
    whole.update(pathlib.Path(entry["file"]).read_bytes())
    return whole.hexdigest()


def check(entry):
    """Returns what clang-tidy complains of, or nothing."""
    mark = PASSED / digest(entry)
    if mark.exists():
        return ""
    run = subprocess.run(["clang-tidy-14", "--quiet", "-p", str(BUILD), entry["file"]],
                         capture_output=True, text=True)
    if run.returncode != 0:
        return run.stdout or run.stderr
    mark.touch()
    return ""


def main():
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    wanted = {str(pathlib.Path(name).resolve()) for name in sys.argv[1:]}
    product = [entry for entry in entries
               if entry["file"].startswith((f"{ROOT}/gateway/", f"{ROOT}/adapters/"))
               and (not wanted or entry["file"] in wanted)]
    PASSED.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        complaints = [text for text in pool.map(check, product) if text]
    print("\n".join(complaints))
    print(f"{len(product)} sources, {len(complaints)} with complaints")
    return 1 if complaints or (not product and wanted) else 0


if __name__ == "__main__":
    sys.exit(main())

"""The rules of the house that a machine can see. check(root) gives one line per breach: path:line: what, and what instead."""
import pathlib
import re

TOP = ("proto", "gateway", "adapters", "certs", "deploy", "tests")
SOURCE = {".cc", ".h", ".proto", ".py", ".sh", ".js", ".cmake", ".sql"}
LINES_MAX = 500
README_LINES_MAX = 30

# (pattern, what to say, where it is allowed). Words are written so that this file does not break its own rules.
CLOCK = r"absl::Now\(|\b(system|steady|high_resolution)_clock::now\(|\bgettimeofday\(|\bclock_gettime\("
RANDOM = r"std::random_device|absl::(Insecure)?BitGen\b|\bRAND_bytes\("
RESERVED = r"^\s*#\s*define\s+(__|_[A-Z])|\b(class|struct|enum|namespace|auto|int|bool|string)\s+(\w*__\w*|_[A-Z]\w*)\b"
BANS_CPP = [
    (CLOCK, "asks the system for the time; take a Clock through the constructor", ("gateway/base/", "tests/")),
    (RANDOM, "asks the system for randomness; take a Random through the constructor", ("gateway/base/", "tests/")),
    (r"^\s*#\s*pragma\s+once", "pragma once; use a guard spelled from the path", ()),
    (RESERVED, "a name that the language reserves (two underscores, or one and a capital)", ()),
    (r"\busing namespace\b", "using namespace; name what you use", ()),
]
BANS_ALL = [
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", "a mark of unfinished work; finish it or open an issue", ()),
    (r"(^|[\s\"'(=:])/wo" r"rk/|\.\./sha" r"red", "a path of somebody's machine", ()),
]


def table_of(root):
    """The rows of Layers.cmake: part -> (may use, may link)."""
    text = (root / "deploy/cmake/Layers.cmake").read_text()
    rows = {}
    for part, body in re.findall(r"^lienthong_layer\((\S+)([^)]*)\)", text, re.M):
        uses = re.search(r"\bUSES\b(.*?)(\bLINKS\b|$)", body, re.S)
        links = re.search(r"\bLINKS\b(.*)$", body, re.S)
        rows[part] = (uses[1].split() if uses else [], links[1].split() if links else [])
    return rows


def externals_of(root):
    """Include prefix -> names of the external libraries it belongs to."""
    text = (root / "deploy/cmake/External.cmake").read_text()
    prefixes = {}
    for name, headers in re.findall(r"^\s*lienthong_external\((\S+) HEADERS (.*?)\s+TARGETS", text, re.M | re.S):
        for prefix in headers.split():
            prefixes.setdefault(prefix, []).append(name)
    return prefixes


def part_of(path):
    """Which part a project header or source belongs to, None for what has no layer."""
    if path == "gateway/store/register_all.h":
        return "stores_all"
    if path == "adapters/register_all.h":
        return "adapters_all"
    if path.endswith(".grpc.pb.h"):
        return "grpc_api"
    if re.match(r"(lienthong|google/rpc|grpc/health)/.*\.pb\.h$", path):
        return "proto"
    if path.startswith("adapters/sdk/"):
        return "sdk"
    folder = re.match(r"(gateway/store|adapters)/([^/]+)/", path)
    if folder:
        return ("store_" if folder[1] == "gateway/store" else "adapter_") + folder[2]
    folder = re.match(r"gateway/([^/]+)/", path)
    if folder:
        return folder[1]
    return "tests" if path.startswith("tests/") else None


def declared_uses(root, part, folder, rows):
    """What the part's own CMakeLists.txt declares; for a plug-in, its row of the table."""
    lists = root / folder / "CMakeLists.txt"
    call = re.search(r"lienthong_part\(\s*NAME\s+" + part + r"\b([^)]*)\)", lists.read_text()) if lists.exists() else None
    if call:
        uses = re.search(r"\bUSES\b(.*?)(\bEXTERNAL\b|$)", call[1], re.S)
        return uses[1].split() if uses else []
    return rows.get(part, rows.get(re.sub("_.*", "_*", part), ([], [])))[0]


class Includes:
    """Whether each #include line is allowed where it stands."""

    def __init__(self, root):
        self.root, self.rows, self.prefixes = root, table_of(root), externals_of(root)

    def breach(self, path, included):
        part = part_of(path)
        if part in (None, "tests"):
            return None
        links = self.rows.get(part, self.rows.get(re.sub("_.*", "_*", part), ([], [])))[1]
        target = part_of(included)
        if target:
            uses = declared_uses(self.root, part, str(pathlib.PurePosixPath(path).parent), self.rows)
            if target != part and target not in uses and "ALL" not in uses:
                return f"{part} includes {included} but does not declare that it uses {target}"
            return None
        known = [prefix for prefix in self.prefixes if included.startswith(prefix)]
        if known and not set(self.prefixes[max(known, key=len)]) & set(links) and "ALL" not in links:
            return f"{part} may not include {included}; see deploy/cmake/Layers.cmake"
        return None


def guard_of(path):
    return "LIENTHONG_" + re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"


def check_lines(path, lines, includes):
    cpp = path.endswith((".cc", ".h"))
    bans = BANS_ALL + (BANS_CPP if cpp else [])
    for number, line in enumerate(lines, 1):
        for pattern, what, allowed in bans:
            if re.search(pattern, line) and not path.startswith(allowed or ("\0",)):
                yield f"{path}:{number}: {what}"
        included = re.match(r'\s*#include\s+["<]([^">]+)[">]', line) if cpp else None
        breach = includes.breach(path, included[1]) if included else None
        if breach:
            yield f"{path}:{number}: {breach}"


def check_own_header(root, path, text):
    """A source includes its own header first, which shows that the header stands alone."""
    own = path[:-len(".cc")] + ".h"
    if path.startswith("tests/") or not (root / own).exists():
        return
    first = re.search(r'^\s*#include\s+["<]([^">]+)[">]', text, re.M)
    if not first or first[1] != own:
        yield f"{path}: its first include must be {own}"


def check_using(path, text):
    """What clang-tidy's misc-unused-using-decls says, which it says only of a source that it reads alone. Not in tests: there
    neighbours share what each of them is `using`."""
    if path.startswith("tests/"):
        return
    code = re.sub(r"//.*", "", text)
    for using in re.finditer(r"^using [\w:]*?(\w+);", code, re.M):
        if not re.search(rf"(?<!::)\b{using[1]}\b", code[:using.start()] + code[using.end():]):
            yield f"{path}:{code.count(chr(10), 0, using.start()) + 1}: {using[1]} is not used; leave out the using"


def check_file(root, path, includes):
    text = (root / path).read_text(errors="replace")
    lines = text.splitlines()
    yield from check_lines(path, lines, includes)
    if len(lines) > LINES_MAX:
        yield f"{path}: {len(lines)} lines, the limit is {LINES_MAX}; split it by duty"
    if path.endswith(".cc"):
        yield from check_own_header(root, path, text)
        yield from check_using(path, text)
    if path.endswith(".h") and f"#ifndef {guard_of(path)}\n#define {guard_of(path)}\n" not in text:
        yield f"{path}: the guard must be {guard_of(path)}"
    if path.endswith(".py") and text.startswith("#!") and lines[0] != "#!/usr/bin/python3":
        yield f"{path}:1: the first line must be #!/usr/bin/python3"


def check_readmes(root, folders):
    """`folders`: those with sources in them."""
    described = set(described_folders(root))
    for folder in sorted(described | folders):
        readme = root / folder / "README.md"
        if not readme.exists():
            if folder in described:
                yield f"{folder}: no README.md"
            elif not is_named_above(root, folder):
                yield f"{folder}: no README.md, and none above names it"
        elif len(readme.read_text().splitlines()) > README_LINES_MAX:
            yield f"{folder}/README.md: more than {README_LINES_MAX} lines"


def is_named_above(root, folder):
    """Whether the nearest README above says what the folder is for. Those of unit tests are named as what they test."""
    if folder.startswith("tests/unit/"):
        return True
    path = pathlib.PurePosixPath(folder)
    above = next((a for a in path.parents[:-1] if (root / a / "README.md").exists()), None)
    if above is None:
        return False
    name = re.escape(path.relative_to(above).as_posix().removeprefix("lienthong/"))
    return re.search(f"[`/ ]{name}[`/]", (root / above / "README.md").read_text()) is not None


def described_folders(root):
    """Folders that say what they are for: parts, plug-ins, and those just below a top folder."""
    for top in TOP:
        for folder in [root / top, *(root / top).glob("*/"), *(root / top).glob("store/*/")]:
            name = folder.relative_to(root).as_posix()
            if folder.is_dir() and folder.name != "__pycache__" and not name.startswith("proto/"):
                yield name


def check(root):
    root = pathlib.Path(root)
    includes = Includes(root)
    folders = set()
    for top in TOP:
        for file in sorted((root / top).rglob("*")):
            path = file.relative_to(root).as_posix()
            if file.is_file() and (file.suffix in SOURCE or file.name == "CMakeLists.txt"):
                folders.add(str(pathlib.PurePosixPath(path).parent))
                yield from check_file(root, path, includes)
    yield from check_readmes(root, folders)

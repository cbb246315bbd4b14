#!/usr/bin/python3
"""The repository keeps the house rules, and each rule sees a planted breach of it."""
import pathlib
import shutil
import sys
import tempfile
import unittest

import house_rules

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUARD = "#ifndef LIENTHONG_GATEWAY_BASE_A_H_\n#define LIENTHONG_GATEWAY_BASE_A_H_\n"


class HouseRules(unittest.TestCase):
    longMessage = False

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for name in ("Layers.cmake", "External.cmake"):
            self.write(f"deploy/cmake/{name}", (ROOT / "deploy/cmake" / name).read_text())
        self.write("gateway/core/CMakeLists.txt", "lienthong_part(NAME core USES base\n  EXTERNAL absl)\n")
        self.write("gateway/core/good.cc", '#include "gateway/base/clock.h"\n#include "absl/time/time.h"\n')
        self.write("gateway/base/a.h", GUARD + "#endif\n")
        for folder in house_rules.described_folders(self.root):
            self.write(f"{folder}/README.md", "# what is here\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def breaches_with(self, path, text):
        self.write(path, text)
        return "\n".join(house_rules.check(self.root))

    def test_the_repository_keeps_them(self):
        breaches = list(house_rules.check(ROOT))
        self.assertFalse(breaches, "\n" + "\n".join(breaches))

    def test_a_clean_tree_has_no_breach(self):
        self.assertEqual(list(house_rules.check(self.root)), [])

    def test_each_ban_sees_its_breach(self):
        cases = {
            "gateway/core/x.cc:1: asks the system for the time": "auto t = absl::Now();\n",
            "gateway/core/x.cc:2: asks the system for the time": "\nauto t = std::chrono::steady_clock::now();\n",
            "gateway/core/x.cc:1: asks the system for randomness": "std::random_device device;\n",
            "gateway/core/x.cc:1: pragma once": "#pragma once\n",
            "gateway/core/x.cc:1: a name that the language reserves": "#define _GUARD_H\n",
            "gateway/core/x.cc:2: a name that the language reserves": "\nstruct odd__name {};\n",
            "gateway/core/x.cc:1: a mark of unfinished work": "// TO" "DO: later\n",
            "gateway/core/x.cc:1: a path of somebody's machine": 'Open("/wo' 'rk/x");\n',
            "gateway/core/x.cc: 501 lines": "int x;\n" * 501,
            "gateway/core/x.cc:1: core may not include grpcpp/grpcpp.h": "#include <grpcpp/grpcpp.h>\n",
            "gateway/core/x.cc:1: core may not include sqlite3.h": "#include <sqlite3.h>\n",
            "core includes gateway/sync/lane.h but does not declare": '#include "gateway/sync/lane.h"\n',
            "core includes gateway/store/store.h but does not declare": '#include "gateway/store/store.h"\n',
            "core includes lienthong/x/v1/x.grpc.pb.h but does not": '#include "lienthong/x/v1/x.grpc.pb.h"\n',
        }
        for expected, text in cases.items():
            with self.subTest(expected):
                self.assertIn(expected, self.breaches_with("gateway/core/x.cc", text))

    def test_the_clock_may_be_asked_in_base_and_tests(self):
        self.write("tests/unit/x_test.cc", "auto t = absl::Now();\n")
        self.write("tests/README.md", "\n")
        self.write("tests/unit/README.md", "\n")
        self.assertEqual(self.breaches_with("gateway/base/clock.cc", "auto t = absl::Now();\n"), "")

    def test_an_adapter_sees_the_sdk_and_no_store(self):
        self.write("adapters/README.md", "\n")
        self.write("adapters/city/README.md", "\n")
        text = '#include "adapters/sdk/adapter.h"\n#include "gateway/store/store.h"\n#include <curl/curl.h>\n'
        self.assertEqual(self.breaches_with("adapters/city/x.cc", text),
                         "adapters/city/x.cc:2: adapter_city includes gateway/store/store.h "
                         "but does not declare that it uses store")

    def test_a_guard_is_spelled_from_the_path(self):
        self.assertIn("the guard must be LIENTHONG_GATEWAY_BASE_A_H_", self.breaches_with("gateway/base/a.h", "int x;\n"))

    def test_a_source_includes_its_own_header_first(self):
        text = '#include <string>\n\n#include "gateway/base/a.h"\n'
        self.assertIn("gateway/base/a.cc: its first include must be gateway/base/a.h",
                      self.breaches_with("gateway/base/a.cc", text))
        self.assertEqual(self.breaches_with("gateway/base/a.cc", '#include "gateway/base/a.h"\n\n#include <string>\n'), "")

    def test_a_using_is_used(self):
        text = "#include <a>\nusing store::Row;\nusing ::absl::Status;  // Row\nStatus F(store::Row row);\n"
        self.assertIn("gateway/core/x.cc:2: Row is not used", self.breaches_with("gateway/core/x.cc", text))
        self.assertEqual(self.breaches_with("gateway/core/x.cc", text + "Row G();\n"), "")

    def test_a_folder_has_a_short_readme(self):
        self.assertIn("gateway/new: no README.md", self.breaches_with("gateway/new/x.cc", "\n"))
        self.assertIn("gateway/core/README.md: more than", self.breaches_with("gateway/core/README.md", "line\n" * 31))

    def test_a_folder_below_has_a_readme_or_is_named_above(self):
        self.write("gateway/core/README.md", "`below.h`, `not_below/`\n")
        self.assertEqual(self.breaches_with("gateway/core/below/x.cc", "\n"),
                         "gateway/core/below: no README.md, and none above names it")
        self.assertEqual(self.breaches_with("gateway/core/README.md", "`below/`: what is below\n"), "")
        self.write("gateway/core/README.md", "\n")
        self.assertEqual(self.breaches_with("gateway/core/below/README.md", "line\n" * 31),
                         "gateway/core/below/README.md: more than 30 lines")
        self.write("gateway/core/below/README.md", "\n")
        self.write("tests/README.md", "\n")
        self.write("tests/unit/README.md", "\n")
        self.assertEqual(self.breaches_with("tests/unit/base/x.cc", "\n"), "")


if __name__ == "__main__":
    sys.exit(unittest.main())

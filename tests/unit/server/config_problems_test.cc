#include "gateway/server/config_problems.h"

#include <gtest/gtest.h>

namespace lienthong {
namespace {

absl::Status Said(const std::string& text) { return absl::InvalidArgumentError(text); }

TEST(ConfigProblems, NoneIsOk) {
  ConfigProblems problems("gw.yaml");
  problems.Add(absl::OkStatus());
  EXPECT_TRUE(problems.empty());
  EXPECT_TRUE(problems.ToStatus().ok());
}

TEST(ConfigProblems, StandInTheOrderOfTheirLinesAndThoseWithoutComeLast) {
  ConfigProblems problems("gw.yaml");
  problems.Add(Said("mapping.yaml:3: fields: missing\ngw.yaml:12: b: bad"));
  problems.Add(Said("gw.yaml:9: a: bad\ngw.yaml:12: a: bad"));
  EXPECT_EQ(problems.ToStatus().message(),
            "gw.yaml:9: a: bad\ngw.yaml:12: b: bad\ngw.yaml:12: a: bad\n"
            "mapping.yaml:3: fields: missing");
}

TEST(ConfigProblems, WhatFollowsFromAMistakeIsNotASecondOne) {
  ConfigProblems problems("gw.yaml");
  problems.Add(Said("gw.yaml:3: tls: expected keys with values"));
  problems.Add(Said("gw.yaml:3: tls.key: missing"));
  problems.Add(Said("gw.yaml:3: tls: again"));
  problems.Add(Said("gw.yaml:3: tlsx: another"));
  problems.Add(Said("gw.yaml:4: tls.key: elsewhere"));
  problems.Add(Said("other\nother"));
  EXPECT_EQ(problems.ToStatus().message(),
            "gw.yaml:3: tls: expected keys with values\ngw.yaml:3: tlsx: another\n"
            "gw.yaml:4: tls.key: elsewhere\nother");
}

}  // namespace
}  // namespace lienthong

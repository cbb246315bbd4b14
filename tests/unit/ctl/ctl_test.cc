#include "gateway/ctl/ctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/password.h"
#include "gateway/base/text.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

Ran Execute(const std::vector<std::string>& arguments, int in = -1) {
  char* text[2] = {nullptr, nullptr};
  size_t size[2] = {0, 0};
  FILE* out = open_memstream(&text[0], &size[0]);
  FILE* err = open_memstream(&text[1], &size[1]);
  Terminal terminal(in, out, err);
  Ran ran{RunCtl(
              arguments, [](std::string_view) { return std::string(); }, terminal),
          "", ""};
  fclose(out);
  fclose(err);
  ran.out.assign(text[0], size[0]);
  ran.err.assign(text[1], size[1]);
  free(text[0]);
  free(text[1]);
  return ran;
}

TEST(Ctl, TheHelpListsEveryCommandAndTheExitCodes) {
  for (const auto& arguments : {std::vector<std::string>{"--help"}, {"help"}}) {
    const Ran ran = Execute(arguments);
    EXPECT_EQ(ran.code, kDone);
    for (const Command& command : AllCommands()) {
      EXPECT_THAT(ran.out, HasSubstr(StrCat("  ", command.name)));
    }
    EXPECT_THAT(ran.out, HasSubstr("5 not reached"));
    EXPECT_THAT(ran.out, HasSubstr("LIENTHONG_SERVER"));
  }
}

TEST(Ctl, TheHelpOfEachCommandTeachesWithAnExample) {
  for (const Command& command : AllCommands()) {
    std::vector<std::string> line{"--help"};
    std::string word;
    for (const char c : StrCat(command.name, " ")) {
      if (c != ' ') {
        word += c;
      } else {
        line.push_back(std::exchange(word, ""));
      }
    }
    const Ran ran = Execute(line);
    EXPECT_EQ(ran.code, kDone) << command.name;
    EXPECT_THAT(ran.out, HasSubstr(StrCat("lienthongctl ", command.name)));
    EXPECT_THAT(ran.out, HasSubstr("Example:\n")) << command.name;
    for (const std::string_view flag : command.flags) {
      EXPECT_THAT(ran.out, HasSubstr(std::string(flag))) << command.name;
    }
  }
}

TEST(Ctl, TheHelpOfAFirstWordTeachesAndListsItsCommands) {
  for (const auto& line : {std::vector<std::string>{"receipt", "--help"}, {"help", "receipt"}}) {
    const Ran ran = Execute(line);
    EXPECT_EQ(ran.code, kDone);
    EXPECT_THAT(ran.out, HasSubstr("reservation_id"));
    for (const char* command : {"reserve", "commit", "release", "register", "resolve"}) {
      EXPECT_THAT(ran.out, HasSubstr(StrCat("  receipt ", command)));
    }
  }
  EXPECT_THAT(Execute({"links", "--help"}).out, HasSubstr("  links resume NAME"));
  EXPECT_THAT(Execute({"dossier", "--help"}).out, HasSubstr("  dossier join SURVIVOR OTHER"));
  EXPECT_THAT(Execute({"tasks", "--help"}).out, HasSubstr("  tasks close ID..."));
}

Ran ExecuteWithInput(const std::vector<std::string>& arguments, const std::string& input) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  EXPECT_EQ(write(ends[1], input.data(), input.size()), static_cast<ssize_t>(input.size()));
  close(ends[1]);
  Ran ran = Execute(arguments, ends[0]);
  close(ends[0]);
  return ran;
}

TEST(Ctl, WhatListsIsAlsoCalledBy) {
  for (const char* name : {"links", "conflicts", "lanes", "early", "notices"}) {
    EXPECT_THAT(Execute({name, "list"}).err, Not(HasSubstr("takes no words"))) << name;
  }
  EXPECT_THAT(Execute({"info", "list"}).err, HasSubstr("takes no words"));
}

TEST(Ctl, HashPasswordPrintsWhatChecksIt) {
  const Ran ran = ExecuteWithInput({"hash-password"}, "mật khẩu mẫu 1\nnot this\n");
  EXPECT_EQ(ran.code, kDone) << ran.err;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash hash,
                                 PasswordHash::Parse(ran.out.substr(0, ran.out.size() - 1)));
  EXPECT_TRUE(hash.Matches("mật khẩu mẫu 1"));
  EXPECT_EQ(ran.err, "");
}

TEST(Ctl, HashPasswordTakesALineOfAFileFromWindows) {
  const Ran ran = ExecuteWithInput({"hash-password"}, "mat khau mau 1\r\n");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash hash,
                                 PasswordHash::Parse(ran.out.substr(0, ran.out.size() - 1)));
  EXPECT_TRUE(hash.Matches("mat khau mau 1"));
}

TEST(Ctl, HashPasswordRefusesAShortOneAndNone) {
  for (const char* input : {"short\n", ""}) {
    const Ran ran = ExecuteWithInput({"hash-password"}, input);
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr("password"));
    EXPECT_THAT(ran.err, Not(HasSubstr("short")));
  }
}

TEST(Ctl, EveryFlagOfACommandIsDescribed) {
  for (const Command& command : AllCommands()) {
    for (const std::string_view flag : command.flags) {
      const bool described = std::ranges::any_of(
          AllFlags(), [&](const FlagDescription& known) { return known.name == flag; });
      EXPECT_TRUE(described) << command.name << " " << flag;
    }
  }
}

TEST(Ctl, WrongUsageIsOneLineAndStatusTwo) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "a command is missing"},
      {{"psuh"}, "unknown command 'psuh'"},
      {{"receipt", "reserved"},
       "unknown command 'receipt reserved'; try lienthongctl receipt --help"},
      {{"receipt"}, "receipt needs one more word; try lienthongctl receipt --help"},
      {{"link"}, "unknown command 'link'; is 'links' or 'links pause' or 'links resume' or "},
      {{"pause", "city"}, "unknown command 'pause city'; is 'links pause' meant?"},
      {{"push", "d.json"},
       "push takes no words; 'd.json' is too many; try lienthongctl push --help"},
      {{"receipt", "register", "C"}, "receipt register takes CODE NUMBER, not 'C' alone"},
      {{"get", "X", "--from", "t"}, "get takes no --from"},
      {{"links", "pause"}, "links pause takes NAME, and there is none"},
      {{"links", "city"}, "links takes no words"},
      {{"get", "X"}, "--ca FILE"},
      {{"get", "X", "--ca", "/nowhere"}, "--cert FILE (or the environment's LIENTHONG_CERT)"},
      {{"get", "X", "--timeout", "0s"}, "--timeout: expected a time"},
  };
  for (const auto& [line, problem] : cases) {
    const Ran ran = Execute(line);
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_THAT(ran.err, HasSubstr(problem));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
}

TEST(Ctl, FilesThatCannotServeAreOneLineAndStatusTwo) {
  const testing::TemporaryFolder folder;
  const std::string pki = folder.PathOf("pki");
  testing::MakeAuthority(pki);
  testing::IssueCertificate(pki, "lan", "spiffe://lienthong/operator/lan");
  testing::IssueCertificate(pki, "mai", "spiffe://lienthong/operator/mai");
  const auto with = [&pki](const std::string& ca, const std::string& key) {
    return std::vector<std::string>{"links",          "--ca",  StrCat(pki, "/", ca), "--cert",
                                    pki + "/lan.crt", "--key", StrCat(pki, "/", key)};
  };
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {with("ca.crt", "mai.key"),
       StrCat("--key: ", pki, "/mai.key is not the key of ", pki, "/lan")},
      {with("gone.crt", "lan.key"), StrCat("--ca: ", pki, "/gone.crt cannot be read")},
      {with("ca.key", "lan.key"), "--ca: "},
      {with("ca.crt", "lan.crt"), "--key: "},
  };
  for (const auto& [line, problem] : cases) {
    const Ran ran = Execute(line);
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_THAT(ran.err, HasSubstr(problem));
    EXPECT_THAT(ran.err, Not(HasSubstr("--help")));
    EXPECT_EQ(std::ranges::count(ran.err, '\n'), 1) << ran.err;
  }
}

// With certificates that can serve, and a gateway that is not there.
class CtlAloneTest : public ::testing::Test {
 protected:
  CtlAloneTest() {
    testing::MakeAuthority(pki_);
    testing::IssueCertificate(pki_, "lan", "spiffe://lienthong/agency/H29.X05");
  }
  std::vector<std::string> With(std::vector<std::string> words) const {
    for (const std::string& more : {std::string("--ca"), pki_ + "/ca.crt", std::string("--cert"),
                                    pki_ + "/lan.crt", std::string("--key"), pki_ + "/lan.key",
                                    std::string("--server"), std::string("127.0.0.1:1")}) {
      words.push_back(more);
    }
    return words;
  }

  const testing::TemporaryFolder folder_;
  const std::string pki_ = folder_.PathOf("pki");
};

TEST_F(CtlAloneTest, AFileThatIsNotRightIsNamed) {
  const std::string path = folder_.PathOf("dossier.json");
  for (const auto& [text, problem] : std::vector<std::pair<std::string, std::string>>{
           {"{\n  'code'", "dossier.json: not JSON: look at line 2, column 3"},
           {"{\"statu\": 2}", "dossier.json: statu: no such field; is status meant?"}}) {
    FILE* file = fopen(path.c_str(), "w");
    fputs(text.c_str(), file);
    fclose(file);
    const Ran ran = Execute(With({"push", "--file", path}));
    EXPECT_EQ(ran.code, kRefused);
    EXPECT_THAT(ran.err, HasSubstr(problem));
  }
  EXPECT_THAT(ExecuteWithInput(With({"push", "-f", "-"}), "{").err,
              HasSubstr("standard input: not JSON"));
}

TEST_F(CtlAloneTest, WhatTheGatewayWouldRefuseForCertainIsWrongUsage) {
  for (const auto& [words, flag] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"receipt", "reserve"}, "--agency"},
           {{"receipt", "release", "R"}, "--reason"},
           {{"receipt", "register", "C", "N"}, "--issuer"},
           {{"dlq", "replay", "ID"}, "--reason"},
           {{"dlq", "discard", "--link", "city"}, "--reason"},
           {{"tasks", "close", "city/1/2"}, "--reason"},
           {{"dossier", "correct", "-f", "-"}, "--reason"},
           {{"dossier", "correct", "--reason", "r"}, "--file"},
           {{"dossier", "void", "C"}, "--reason"},
           {{"dossier", "replace-procedure", "C", "1.001193", "N"}, "--reason"},
           {{"dossier", "join", "C", "D"}, "--reason"},
           {{"dossier", "part", "D"}, "--reason"}}) {
    const Ran ran = Execute(With(words));
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_THAT(ran.err, HasSubstr(StrCat("needs ", flag)));
  }
}

TEST_F(CtlAloneTest, WhichDeadLettersIsSaidByIdsOrByAFilter) {
  const std::string either = "needs either IDs or a filter";
  for (const auto& [words, problem] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"dlq", "replay", "--reason", "r"}, either},
           {{"dlq", "discard", "ID", "--link", "city", "--reason", "r"}, either},
           {{"dlq", "list", "--direction", "up"}, "--direction: expected in or out, found 'up'"},
           {{"dlq", "list", "--before", "monday"}, "--before: expected a time"},
           {{"dlq", "replay", "ID", "--reason", "r", "--max", "many"}, "--max: expected a whole"},
           {{"dlq", "preview", "ID", "--raw", "/nowhere"}, "--raw: cannot read /nowhere"},
           {{"dlq", "preview", "ID", "--raw", "a", "--file", "b"}, "either --raw or --file"}}) {
    const Ran ran = Execute(With(words));
    EXPECT_EQ(ran.code, kUsage);
    EXPECT_THAT(ran.err, HasSubstr(problem));
  }
  EXPECT_THAT(Execute({"dlq", "--help"}).out, HasSubstr("  dlq preview ID"));
}

TEST(Ctl, SaysItsVersion) { EXPECT_THAT(Execute({"--version"}).out, HasSubstr("lienthongctl 0.")); }

}  // namespace
}  // namespace lienthong::ctl

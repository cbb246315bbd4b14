#include "gateway/ctl/ctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/ctl/json.h"
#include "nlohmann/json.hpp"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct Ran {
  ctl::ExitCode code;
  std::string out;
  std::string err;
  std::vector<json> lines() const {
    std::vector<json> all;
    size_t begin = 0;
    for (size_t end = out.find('\n'); end != std::string::npos; end = out.find('\n', begin)) {
      all.push_back(json::parse(out.substr(begin, end - begin)));
      begin = end + 1;
    }
    return all;
  }
};

// lienthongctl as a user types it, in this process.
class CtlTest : public GatewayTest {
 protected:
  Ran Ctl(const std::string& name, std::vector<std::string> arguments, int in = -1) {
    for (const auto& [flag, value] : {std::pair("--server", StrCat("127.0.0.1:", grpc_port())),
                                      std::pair("--admin", StrCat("127.0.0.1:", admin_port())),
                                      std::pair("--ca", file("pki/ca.crt")),
                                      std::pair("--cert", file(StrCat("pki/", name, ".crt"))),
                                      std::pair("--key", file(StrCat("pki/", name, ".key")))}) {
      if (std::ranges::find(arguments, flag) != arguments.end()) continue;
      arguments.emplace_back(flag);
      arguments.push_back(value);
    }
    char* text[2] = {nullptr, nullptr};
    size_t size[2] = {0, 0};
    FILE* out = open_memstream(&text[0], &size[0]);
    FILE* err = open_memstream(&text[1], &size[1]);
    ctl::Terminal terminal(in, out, err);
    Ran ran{ctl::RunCtl(
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

  Ran CtlWithInput(const std::string& name, std::vector<std::string> arguments,
                   const std::string& input) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    std::thread feeder([&] {
      size_t at = 0;
      while (at < input.size()) {
        const ssize_t count = write(ends[1], input.data() + at, input.size() - at);
        if (count <= 0) break;
        at += static_cast<size_t>(count);
      }
      close(ends[1]);
    });
    Ran ran = Ctl(name, std::move(arguments), ends[0]);
    feeder.join();
    close(ends[0]);
    return ran;
  }

  static std::string Line(const dossier::v1::PushDossierRequest& request) {
    return ctl::ToJson(request) + "\n";
  }
};

TEST_F(CtlTest, PushesGetsAndListsADossier) {
  std::ofstream(file("dossier.json")) << ctl::ToJson(NewDossier().dossier());
  const Ran pushed = Ctl("agency-X05", {"push", "-f", file("dossier.json"), "--json"});
  ASSERT_EQ(pushed.code, ctl::kDone) << pushed.err;
  const json acknowledgement = pushed.lines().at(0);
  EXPECT_EQ(acknowledgement["revision"], "1");
  EXPECT_EQ(acknowledgement["request_id"].get<std::string>().size(), 36u);
  const std::string code = acknowledgement["code"];
  const Ran got = Ctl("agency-X05", {"get", code, "--json"});
  EXPECT_EQ(got.lines().at(0)["applicant"]["name"], "Nguyễn Thị Mẫu");
  EXPECT_THAT(Ctl("agency-X05", {"get", code}).out, StartsWith(code));
  EXPECT_EQ(Ctl("agency-X05", {"list", "--json"}).lines().size(), 1u);
  EXPECT_EQ(Ctl("agency-X06", {"list", "--json"}).lines().size(), 0u);
  EXPECT_EQ(Ctl("operator", {"list", "--json", "--purpose", "test"}).lines().size(), 1u);
}

TEST_F(CtlTest, MixedPortsAreNamedAsTheCause) {
  const std::vector<std::string> mixed = {"--server", StrCat("127.0.0.1:", admin_port()), "--admin",
                                          StrCat("127.0.0.1:", grpc_port())};
  for (const char* command : {"links", "list"}) {
    std::vector<std::string> line = {command};
    line.insert(line.end(), mixed.begin(), mixed.end());
    const Ran ran = Ctl("operator", line);
    EXPECT_EQ(ran.code, ctl::kRefused);
    EXPECT_THAT(ran.err, HasSubstr("--server"));
    EXPECT_THAT(ran.err, HasSubstr("--admin"));
    EXPECT_THAT(ran.err, HasSubstr("mixed up"));
    EXPECT_EQ(ran.out, "") << "no head of a table that is not there";
  }
}

TEST_F(CtlTest, AnAuthorityThatTheOtherSideDoesNotTrustIsNamed) {
  MakeStranger();
  const Ran refused = Ctl("stranger", {"list"});
  EXPECT_EQ(refused.code, ctl::kUnavailable);
  EXPECT_THAT(refused.err, HasSubstr("refused --cert"));
  const Ran misled = Ctl("operator", {"links", "--ca", file("other/ca.crt")});
  EXPECT_EQ(misled.code, ctl::kUnavailable);
  EXPECT_THAT(misled.err, HasSubstr("authority in --ca"));
}

TEST_F(CtlTest, TheExampleOfTheContractsReadmeIsTaken) {
  const char* const source = std::getenv("LIENTHONG_SOURCE_DIR");
  ASSERT_NE(source, nullptr) << "run by ctest, or set LIENTHONG_SOURCE_DIR";
  std::ifstream in(StrCat(source, "/proto/README.md"));
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const size_t begin = text.find("```json\n");
  ASSERT_NE(begin, std::string::npos);
  const size_t end = text.find("```", begin + 8);
  std::ofstream(file("dossier.json")) << text.substr(begin + 8, end - begin - 8);
  const Ran pushed = Ctl("agency-X05", {"push", "-f", file("dossier.json"), "--json"});
  ASSERT_EQ(pushed.code, ctl::kDone) << pushed.out;
  EXPECT_EQ(pushed.lines().at(0)["code"], "H29.X05-260302-0001");
}

TEST_F(CtlTest, AStreamAnswersEveryLine) {
  std::string input;
  std::set<std::string> sent;
  for (int i = 0; i < 500; ++i) {
    const auto request = NewDossier();
    sent.insert(request.request_id());
    input += Line(request);
  }
  const std::string bad = NewUuid();
  input += StrCat("{\"request_id\":\"", bad, "\",\"dosier\":{}}\n");
  const Ran ran = CtlWithInput("agency-X05", {"push", "--stream"}, input);
  EXPECT_EQ(ran.code, ctl::kRefused) << ran.err;
  std::set<std::string> codes;
  for (const json& line : ran.lines()) {
    const std::string id = line["request_id"];
    if (id == bad) {
      EXPECT_EQ(line["error"]["code"], "INVALID_ARGUMENT");
      EXPECT_THAT(line["error"]["message"].get<std::string>(), HasSubstr("line 501"));
      continue;
    }
    EXPECT_EQ(sent.erase(id), 1u) << id;
    codes.insert(line["code"].get<std::string>());
  }
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(codes.size(), 500u);
}

TEST_F(CtlTest, AStreamThatBreaksEndsWithStatusFiveThoughItsInputIsOpen) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string line = Line(NewDossier());
  ASSERT_EQ(write(ends[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  Ran ran;
  std::thread pushing([&] { ran = Ctl("agency-X05", {"push", "--stream"}, ends[0]); });
  const auto admin = Dossiers("agency-X05");
  dossier::v1::ListChangesResponse changes;
  while (changes.changes().empty()) {
    ASSERT_TRUE(admin->ListChanges(Context().get(), {}, &changes).ok());
  }
  server().Stop(absl::Seconds(10));
  pushing.join();
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(ran.code, ctl::kUnavailable);
  EXPECT_EQ(ran.lines().size(), 1u) << "what was acknowledged is printed";
  EXPECT_THAT(ran.err, HasSubstr("UNAVAILABLE DRAINING"));
}

TEST_F(CtlTest, GetReadsCodesFromItsInput) {
  std::ofstream(file("dossier.json")) << ctl::ToJson(NewDossier().dossier());
  const json acknowledgement =
      Ctl("agency-X05", {"push", "-f", file("dossier.json"), "--json"}).lines().at(0);
  const std::string code = acknowledgement["code"];
  const Ran ran = CtlWithInput("agency-X05", {"get", "--stdin", "--json"}, code + "\nnothing\n");
  EXPECT_EQ(ran.code, ctl::kDone);
  const auto lines = ran.lines();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0]["dossier"]["code"], code);
  EXPECT_EQ(lines[1]["alias"], "nothing");
  EXPECT_EQ(lines[1]["error"]["reason"], "NOT_SHARED");
}

TEST_F(CtlTest, WatchGoesOnFromAToken) {
  const std::string input = Line(NewDossier()) + Line(NewDossier());
  ASSERT_EQ(CtlWithInput("agency-X05", {"push", "--stream"}, input).code, ctl::kDone);
  const Ran first = Ctl("agency-X05", {"watch", "--json", "--count", "2"});
  EXPECT_EQ(first.code, ctl::kDone);
  ASSERT_EQ(first.lines().size(), 2u);
  const std::string token = first.lines()[1]["resume_token"];
  EXPECT_THAT(first.err, HasSubstr(token));
  ASSERT_EQ(CtlWithInput("agency-X05", {"push", "--stream"}, Line(NewDossier())).code, ctl::kDone);
  const Ran second = Ctl("agency-X05", {"watch", "--json", "--count", "1", "--from", token});
  ASSERT_EQ(second.lines().size(), 1u);
  EXPECT_EQ(second.lines()[0]["sequence"], "3");
}

TEST_F(CtlTest, WatchFromNowShowsNothingOld) {
  ASSERT_EQ(CtlWithInput("agency-X05", {"push", "--stream"}, Line(NewDossier())).code, ctl::kDone);
  Ran watched;
  std::atomic<bool> seen = false;
  std::thread watching([&] {
    watched = Ctl("agency-X05", {"watch", "--json", "--from", "now", "--count", "1"});
    seen = true;
  });
  // It cannot be told when the watch has begun: until it has, new dossiers are old ones.
  for (int i = 0; i < 200 && !seen; ++i) {
    ASSERT_EQ(CtlWithInput("agency-X05", {"push", "--stream"}, Line(NewDossier())).code,
              ctl::kDone);
    absl::SleepFor(absl::Milliseconds(50));
  }
  watching.join();
  ASSERT_EQ(watched.code, ctl::kDone) << watched.err;
  ASSERT_GE(watched.lines().size(), 1u);
  EXPECT_GT(std::stoi(watched.lines()[0]["sequence"].get<std::string>()), 1);
  EXPECT_THAT(watched.err, HasSubstr("resume with --from "));
}

TEST_F(CtlTest, AWatchForPeopleIsOneShortLineAChange) {
  ASSERT_EQ(CtlWithInput("agency-X05", {"push", "--stream"}, Line(NewDossier())).code, ctl::kDone);
  const Ran ran = Ctl("agency-X05", {"watch", "--count", "1"});
  EXPECT_EQ(std::ranges::count(ran.out, '\n'), 1);
  EXPECT_THAT(ran.out, HasSubstr("r1  agency/H29.X05  → "));
  EXPECT_LT(ran.out.size(), 180u) << ran.out;
}

TEST_F(CtlTest, APushNamesAllWrongFieldsBeforeItCalls) {
  std::ofstream(file("dossier.json")) << R"({"status": "STATUS_DONE", "contact": {"fone": "1"}})";
  const Ran ran = Ctl("agency-X05", {"push", "-f", file("dossier.json"), "--json"});
  EXPECT_EQ(ran.code, ctl::kRefused);
  const json error = ran.lines().at(0)["error"];
  EXPECT_EQ(error["reason"], "FIELD_INVALID");
  ASSERT_EQ(error["fields"].size(), 2u);
  EXPECT_EQ(error["fields"][0]["field"], "status");
  EXPECT_EQ(error["fields"][1]["field"], "contact.fone");
  const Ran people = Ctl("agency-X05", {"push", "-f", file("dossier.json")});
  EXPECT_THAT(people.err, HasSubstr("\n  contact.fone: no such field; is phone meant?"));
}

TEST_F(CtlTest, TakesANumberThroughItsLife) {
  const Ran reserved = Ctl("agency-X05", {"receipt", "reserve", "--agency", "H29.X05", "--json"});
  ASSERT_EQ(reserved.code, ctl::kDone) << reserved.err << reserved.out;
  const json reservation = reserved.lines().at(0);
  EXPECT_EQ(reservation["state"], "RESERVED");
  const std::string id = reservation["id"];
  const Ran committed = Ctl("agency-X05", {"receipt", "commit", id, "--json"});
  ASSERT_EQ(committed.code, ctl::kDone) << committed.out;
  EXPECT_EQ(committed.lines().at(0)["state"], "COMMITTED");
  const Ran resolved =
      Ctl("agency-X05", {"receipt", "resolve", reservation["receipt_number"], "--json"});
  ASSERT_EQ(resolved.code, ctl::kDone) << resolved.out;
  const Ran foreign = Ctl("agency-X06", {"receipt", "reserve", "--agency", "H29.X05", "--json"});
  EXPECT_EQ(foreign.code, ctl::kRefused);
  EXPECT_EQ(foreign.lines().at(0)["error"]["code"], "PERMISSION_DENIED");
  EXPECT_THAT(foreign.lines().at(0)["error"]["message"].get<std::string>(), HasSubstr("series "));
  const Ran brief =
      Ctl("agency-X05", {"receipt", "reserve", "--agency", "H29.X05", "--lifetime", "500ms"});
  EXPECT_EQ(brief.code, ctl::kRefused) << "or it would be held for the default time";
}

TEST_F(CtlTest, OperatorsSeeLinksLettersConflictsAndInfo) {
  EXPECT_EQ(Ctl("operator", {"links", "--json"}).out, "{\"links\":[]}\n");
  EXPECT_EQ(Ctl("operator", {"deadletters", "--json"}).out, "{\"dead_letters\":[]}\n");
  EXPECT_EQ(Ctl("operator", {"conflicts", "--json"}).out, "{\"conflicts\":[]}\n");
  EXPECT_EQ(Ctl("operator", {"acts", "--json"}).out, "{\"acts\":[]}\n");
  EXPECT_EQ(Ctl("operator", {"lanes", "--json", "--possible-duplicates"}).out, "{\"lanes\":[]}\n");
  EXPECT_EQ(Ctl("agency-X05", {"lanes"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("agency-X05", {"mapping", "coverage", "city"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"mapping", "coverage", "city", "--json"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"info", "--json"}).lines().at(0)["store"], "memory");
  EXPECT_EQ(Ctl("operator", {"health"}).out, "SERVING\n");
  EXPECT_EQ(Ctl("agency-X05", {"links"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"links", "pause", "moon"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"conflicts", "show", "moon"}).code, ctl::kRefused);
}

TEST_F(CtlTest, ConflictsAreSeenDecidedAndRememberedByOperatorsOnly) {
  auto request = NewDossier();
  auto& reference = *request.mutable_dossier()->add_codes();
  reference.set_id("c");
  reference.set_issuer("district");  // whose codes are not the agency's to give
  reference.set_code("NV-000001");
  const Ran pushed = CtlWithInput("agency-X05", {"push", "--stream", "--json"}, Line(request));
  ASSERT_EQ(pushed.code, ctl::kDone) << pushed.err;
  const std::string code = pushed.lines().at(0)["code"];
  const json conflicts =
      Ctl("operator", {"conflicts", "--json", "--code", code}).lines().at(0)["conflicts"];
  ASSERT_EQ(conflicts.size(), 2U);
  EXPECT_EQ(conflicts[0]["proposed_value"], "");
  const std::string id = conflicts[0]["id"];
  EXPECT_THAT(Ctl("operator", {"conflicts", "show", id, "--purpose", "test"}).out,
              HasSubstr("NV-000001"));

  const std::vector<std::string> resolve = {"conflicts", "resolve", "--code",   code,
                                            "--stored",  "--json",  "--reason", "ticket 88"};
  const auto with = [&resolve](const char* flag) {
    std::vector<std::string> more = resolve;
    more.emplace_back(flag);
    return more;
  };
  EXPECT_THAT(Ctl("operator", resolve).err, HasSubstr("2 conflicts match"));
  EXPECT_EQ(Ctl("agency-X05", with("--yes")).code, ctl::kRefused);
  const Ran refused =
      Ctl("operator", {"conflicts", "resolve", id, "--proposed", "--reason", "ticket 88"});
  EXPECT_EQ(refused.code, ctl::kRefused);
  EXPECT_THAT(refused.out, HasSubstr("issuer's alone"));
  EXPECT_EQ(Ctl("operator", with("--yes")).lines().at(0)["done"], "2");
  EXPECT_EQ(Ctl("operator", {"conflicts", "--json"}).out, "{\"conflicts\":[]}\n");
  const json acts = Ctl("operator", {"acts", code, "--json"}).lines().at(0)["acts"];
  ASSERT_EQ(acts.size(), 2U);
  EXPECT_EQ(acts[0]["actor"], "operator/lan");
  EXPECT_EQ(acts[0]["reason"], "ticket 88");
  EXPECT_EQ(Ctl("agency-X05", {"acts"}).code, ctl::kRefused);
}

TEST_F(CtlTest, WholeDossiersAreActedOnWithAReason) {
  std::vector<std::string> codes;
  for (int i = 0; i < 3; ++i) {
    const Ran pushed =
        CtlWithInput("agency-X05", {"push", "--stream", "--json"}, Line(NewDossier()));
    ASSERT_EQ(pushed.code, ctl::kDone) << pushed.err;
    codes.push_back(pushed.lines().at(0)["code"]);
  }
  const auto act = [this](const std::string& name, std::vector<std::string> words) {
    words.insert(words.begin(), "dossier");
    for (const char* more : {"--reason", "ticket 88", "--json"}) words.emplace_back(more);
    return Ctl(name, words);
  };
  const Ran replaced =
      act("agency-X05", {"replace-procedure", codes[0], "1.004227", "Thủ tục Mẫu"});
  ASSERT_EQ(replaced.code, ctl::kDone) << replaced.err;
  EXPECT_EQ(replaced.lines().at(0)["revision"], "2");
  const Ran corrected = CtlWithInput(
      "agency-X05", {"dossier", "correct", "-f", "-", "--reason", "ticket 88", "--json"},
      StrCat("{\"code\": \"", codes[0], "\", \"note\": \"invented\"}"));
  ASSERT_EQ(corrected.code, ctl::kDone) << corrected.err;
  EXPECT_EQ(corrected.lines().at(0)["revision"], "3");
  EXPECT_EQ(act("agency-X05", {"join", codes[0], codes[1]}).code, ctl::kRefused);
  const Ran joined = act("operator", {"join", codes[0], codes[1]});
  ASSERT_EQ(joined.code, ctl::kDone) << joined.err;
  EXPECT_EQ(joined.lines().at(0)["survivor"], codes[0]);
  EXPECT_EQ(Ctl("agency-X05", {"get", codes[1], "--json"}).lines().at(0)["code"], codes[0]);
  EXPECT_THAT(Ctl("operator", {"acts", codes[1]}).out, HasSubstr("joined into " + codes[0]));
  ASSERT_EQ(act("operator", {"part", codes[1]}).code, ctl::kDone);
  EXPECT_EQ(Ctl("agency-X05", {"get", codes[1], "--json"}).lines().at(0)["code"], codes[1]);
  ASSERT_EQ(act("agency-X05", {"void", codes[2]}).code, ctl::kDone);
  EXPECT_EQ(act("operator", {"join", codes[0], codes[2]}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"tasks", "list", "--json"}).out, "{\"tasks\":[]}\n");
  EXPECT_EQ(Ctl("agency-X05", {"tasks", "list"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"tasks", "close", "none", "--reason", "r"}).code, ctl::kRefused);
}

TEST_F(CtlTest, NoticesAreForThoseWhomTheyConcern) {
  auto request = NewDossier();
  auto& reference = *request.mutable_dossier()->add_codes();
  reference.set_id("c");
  reference.set_issuer("district");  // whose codes are not the agency's to give
  reference.set_code("NV-000001");
  const Ran pushed = CtlWithInput("agency-X05", {"push", "--stream", "--json"}, Line(request));
  ASSERT_EQ(pushed.code, ctl::kDone) << pushed.err;
  const Ran told = Ctl("agency-X05", {"notices", "--json"});
  ASSERT_EQ(told.code, ctl::kDone) << told.err;
  ASSERT_EQ(told.lines().size(), 2U);
  EXPECT_EQ(told.lines()[0]["kind"], "KIND_CONFLICT_OPENED");
  EXPECT_EQ(told.lines()[0]["code"], pushed.lines().at(0)["code"]);
  EXPECT_EQ(told.lines()[0]["party"], "agency/H29.X05");
  EXPECT_THAT(told.out, Not(HasSubstr("NV-000001")));
  EXPECT_THAT(Ctl("agency-X05", {"notices"}).out, HasSubstr("conflict opened"));
  const size_t from = told.err.find("--from ");
  ASSERT_NE(from, std::string::npos) << told.err;
  const std::string token = told.err.substr(from + 7, told.err.find('\n', from) - from - 7);
  const Ran later = Ctl("agency-X05", {"notices", "--from", token});
  EXPECT_EQ(later.code, ctl::kDone) << later.err;
  EXPECT_EQ(later.out, "");
  EXPECT_EQ(Ctl("agency-X06", {"notices"}).out, "");
  EXPECT_EQ(Ctl("operator", {"notices"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("portal", {"notices"}).code, ctl::kRefused);
}

TEST_F(CtlTest, DeadLettersAreForOperatorsAndAnActSaysWhatBecameOfEach) {
  EXPECT_EQ(Ctl("operator", {"dlq", "list", "--json", "--direction", "in"}).out,
            "{\"dead_letters\":[]}\n");
  EXPECT_EQ(Ctl("operator", {"dlq", "list", "--link", "moon"}).code, ctl::kRefused);
  for (const char* act : {"replay", "discard"}) {
    const Ran ran = Ctl("operator", {"dlq", act, "none", "--reason", "ticket 88", "--json"});
    EXPECT_EQ(ran.code, ctl::kRefused);
    EXPECT_EQ(ran.lines().at(0)["failures"][0]["id"], "none");
    EXPECT_EQ(Ctl("agency-X05", {"dlq", act, "none", "--reason", "r"}).code, ctl::kRefused);
  }
  EXPECT_EQ(Ctl("operator", {"dlq", "show", "none"}).code, ctl::kRefused);
  EXPECT_EQ(Ctl("operator", {"dlq", "preview", "none"}).code, ctl::kRefused);
  const Ran unasked = Ctl("operator", {"dlq", "discard", "--field", "f", "--reason", "r"});
  EXPECT_EQ(unasked.code, ctl::kUsage);
  EXPECT_THAT(unasked.err, HasSubstr("0 dead letters match, and nothing was done: add --yes"));
}

TEST_F(CtlTest, FormsAreShownAndPrinted) {
  auto pushed = NewDossier();
  pushed.mutable_dossier()->mutable_deadline()->mutable_promised_due()->set_seconds(1794218400);
  dossier::v1::PushDossierResponse response;
  ASSERT_TRUE(Dossiers("agency-X05")->PushDossier(Context().get(), pushed, &response).ok());
  const std::string path = file("receipt.pdf");
  const Ran printed = Ctl("agency-X05", {"form", "receipt", response.code(), "--out", path});
  EXPECT_EQ(printed.code, ctl::kDone) << printed.err;
  EXPECT_THAT(printed.out, HasSubstr(response.receipt_number()));
  std::ifstream pdf(path, std::ios::binary);
  EXPECT_THAT(std::string(std::istreambuf_iterator<char>(pdf), {}), StartsWith("%PDF-"));

  const Ran shown = Ctl("agency-X05", {"form", "show", "receipt", response.code()});
  EXPECT_THAT(shown.out, HasSubstr("Tiếp nhận hồ sơ của: Nguyễn Thị Mẫu"));
  const Ran lacking = Ctl("agency-X05", {"form", "show", "refusal", response.code(), "--json"});
  EXPECT_EQ(lacking.code, ctl::kRefused);
  EXPECT_EQ(lacking.lines().at(0)["error"]["reason"], "FORM_NOT_READY");
  EXPECT_EQ(Ctl("operator", {"form", "show", "receipt", response.code()}).code, ctl::kRefused);

  EXPECT_EQ(Ctl("agency-X05", {"form", "show", "nothing", response.code()}).code, ctl::kUsage);
  EXPECT_EQ(Ctl("agency-X05", {"form", "receipt", response.code()}).code, ctl::kUsage);
  EXPECT_EQ(
      Ctl("agency-X05", {"form", "receipt", response.code(), "--out", file("no/where.pdf")}).code,
      ctl::kRefused);
  EXPECT_THAT(Ctl("agency-X05", {"form", "--help"}).out, HasSubstr("Giấy tiếp nhận"));
}

TEST_F(CtlTest, TheLevelOfTheLogIsSetForAWhileAndKeptAsAnAct) {
  EXPECT_EQ(Ctl("operator", {"log-level"}).out, "info\n");
  const Ran set =
      Ctl("operator", {"log-level", "debug", "--for", "1h", "--reason", "a dossier is missed"});
  EXPECT_EQ(set.code, ctl::kDone) << set.err;
  EXPECT_EQ(set.out, "debug\n");
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kDebug);
  SetLogLevelFor(LogLevel::kDebug, absl::ZeroDuration());  // the hour is over
  EXPECT_EQ(Ctl("operator", {"log-level"}).out, "info\n");

  const Ran acts = Ctl("operator", {"acts", "--json"});
  ASSERT_EQ(acts.code, ctl::kDone) << acts.err;
  for (const char* said : {"log-level", "operator/", "a dossier is missed", "debug for 1h"}) {
    EXPECT_THAT(acts.out, HasSubstr(said));
  }
}

TEST_F(CtlTest, ALevelThatIsNoneIsRefused) {
  EXPECT_EQ(Ctl("operator", {"log-level", "loud"}).code, ctl::kUsage);
  const Ran too_long = Ctl("operator", {"log-level", "debug", "--for", "25h"});
  EXPECT_NE(too_long.code, ctl::kDone);
  EXPECT_THAT(too_long.err, HasSubstr("24 h"));
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kInfo);
}

}  // namespace
}  // namespace lienthong::testing

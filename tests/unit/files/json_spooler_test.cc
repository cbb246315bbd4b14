#include "gateway/files/json_spooler.h"

#include <fstream>
#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "nlohmann/json.hpp"
#include "tests/unit/files/files_fixture.h"

namespace lienthong::files {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kTextMax = 1000;

std::string Base64(const std::string& bytes) { return absl::Base64Escape(bytes); }

std::string Token(const std::string& bytes) {
  return StrCat("lienthong-content:", core::HexSha256(bytes), ":", bytes.size());
}

class JsonSpoolerTest : public FilesTest {
 protected:
  // In parts of 1 to `part_max` bytes.
  absl::StatusOr<std::string> Spool(std::string_view body, uint64_t part_max = 7,
                                    JsonSpooler::Options options = {.text_bytes_max = kTextMax}) {
    JsonSpooler spooler(*content_, std::move(options));
    std::string out;
    while (!body.empty()) {
      const std::string_view part = body.substr(0, 1 + random_->Below(part_max));
      const absl::Status status = spooler.Write(part, out);
      if (!status.ok()) {
        EXPECT_EQ(spooler.Write("x", out), status) << "an error stays";
        EXPECT_EQ(spooler.Finish(), status);
        return status;
      }
      body.remove_prefix(part.size());
    }
    const absl::Status status = spooler.Finish();
    if (!status.ok()) return status;
    return out;
  }
  std::string Kept(const std::string& bytes) {
    const auto content = content_->FindBySha256(core::HexSha256(bytes));
    return content.ok() ? Read(*content).value_or("cannot be read") : "is not here";
  }
};

TEST_F(JsonSpoolerTest, WhatHoldsNoPaperPassesAsItCame) {
  for (const std::string body :
       {R"({"a":1,"b":[true,null,"x"],"c":{"d":"\"\\é\n"}} )", R"("text")", "", "no JSON, at all",
        "[[[]]]", "\xff\xfe", R"({"Base64":null,"x":{"Base64":""}})", R"({"a":"Base64"})"}) {
    EXPECT_THAT(Spool(body), IsOkAndHolds(body)) << body;
  }
  const std::string longest = StrCat(R"({"a":")", std::string(kTextMax, 'x'), R"("})");
  EXPECT_THAT(Spool(longest), IsOkAndHolds(longest));
  EXPECT_EQ(RowsOf(store::Table::kContent), 0);
}

TEST_F(JsonSpoolerTest, ALongTextIsKeptAndNamed) {
  const std::string bytes = Bytes(50'000);
  EXPECT_THAT(Spool(StrCat(R"({"a":[1,")", Base64(bytes), R"("],"b":2})"), 5000),
              IsOkAndHolds(StrCat(R"({"a":[1,")", Token(bytes), R"("],"b":2})")));
  EXPECT_TRUE(Kept(bytes) == bytes);
}

TEST_F(JsonSpoolerTest, WhatIsCalledBase64IsKeptWhateverItsLength) {
  for (const std::string& bytes : {std::string("x"), std::string("xyz"), Bytes(800)}) {
    EXPECT_THAT(
        Spool(StrCat(R"({"data":[{"Ten":"a.pdf", "Base64" : ")", Base64(bytes), R"("}]})")),
        IsOkAndHolds(StrCat(R"({"data":[{"Ten":"a.pdf", "Base64" : ")", Token(bytes), R"("}]})")));
    EXPECT_EQ(Kept(bytes), bytes);
  }
  // An element of a list is nobody's value, even after a member of that name.
  EXPECT_THAT(Spool(R"({"Base64":["eA=="]})"), IsOkAndHolds(std::string(R"({"Base64":["eA=="]})")));
}

TEST_F(JsonSpoolerTest, EscapesOfOtherWritersAreUnderstood) {
  const std::string bytes = Bytes(3000, 5);
  const std::string slashes = absl::StrReplaceAll(Base64(bytes), {{"/", "\\/"}});
  const std::string hex = absl::StrReplaceAll(
      Base64(bytes), {{"/", "\\u002F"}, {"+", "\\u002b"}, {"=", "\\u003D"}, {"A", "\\u0041"}});
  std::string lines;
  for (size_t i = 0; i < Base64(bytes).size(); i += 76) {
    StrAppend(lines, Base64(bytes).substr(i, 76), "\\r\\n");
  }
  ASSERT_NE(slashes, Base64(bytes));
  for (const std::string& text : {slashes, hex, lines}) {
    EXPECT_THAT(Spool(StrCat("[\"", text, "\"]")),
                IsOkAndHolds(StrCat("[\"", Token(bytes), "\"]")));
  }
}

TEST_F(JsonSpoolerTest, BadBase64NamesItsByte) {
  const std::string good = Base64(Bytes(3000));
  const auto at = [&](size_t place, const std::string& bad) {
    std::string text = good;
    text.replace(place, 1, bad);
    return StrCat(R"({"a":")", text, R"("})");
  };
  const size_t begin = std::string(R"({"a":")").size();
  for (const size_t place :
       {size_t{0}, size_t{1}, kTextMax - 1, kTextMax, kTextMax + 1, size_t{2500}}) {
    EXPECT_THAT(Spool(at(place, "?")), StatusIs(absl::StatusCode::kInvalidArgument,
                                                HasSubstr(StrCat("byte ", begin + place, ":"))));
  }
  for (const char* bad : {"=", "\\u0080", "\\u00zz", "\\b", "\\f", "\xc3", "-"}) {
    EXPECT_THAT(Spool(at(2000, bad)),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("Base64")))
        << bad;
  }
  EXPECT_THAT(Spool(R"({"Base64":"eA="})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("byte 14: expected Base64")));
  EXPECT_THAT(Spool(R"({"Base64":"eA==="})"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Spool(R"({"Base64":"e"})"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Names(), IsEmpty()) << "nothing half is left";
}

TEST_F(JsonSpoolerTest, ABodyThatEndsWithinATextIsRefused) {
  for (const std::string body : {R"({"a":"x)", R"({"a)", R"({"Base64":"eA)", R"({"a":"x\")"}) {
    EXPECT_THAT(Spool(body), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("end")))
        << body;
  }
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(JsonSpoolerTest, WhatGrowsIsBounded) {
  const std::string name(kTextMax + 1, 'n');
  EXPECT_THAT(Spool(StrCat("{\"", name, "\":1}")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a name of at most")));
  EXPECT_THAT(Spool(std::string(65, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("64 levels")));
  EXPECT_THAT(Spool(std::string(64, '[')), IsOk());
  EXPECT_THAT(Spool(std::string(5000, ' '), 100, {.rest_bytes_max = 4000}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("beside the papers")));
  EXPECT_THAT(Spool(StrCat("[\"", Base64(Bytes(kBytesMax + 1)), "\"]"), 60'000),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("larger")));
  EXPECT_THAT(Names(), IsEmpty());
}

// In bytes, of this process.
int64_t Memory(const std::string& what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(what)) return std::stoll(line.substr(what.size() + 1)) << 10;
  }
  ADD_FAILURE() << what;
  return 0;
}

TEST_F(JsonSpoolerTest, MemoryDoesNotGrowWithTheBody) {
  constexpr int kPapers = 3;
  constexpr size_t kPaperBytes = 30'000'000;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(content_,
                                 ContentStore::Open({.directory = folder_.path()}, engine_));
  const std::string piece = Base64(Bytes(48'000));
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak begins again
  const int64_t before = Memory("VmRSS:");
  JsonSpooler spooler(*content_, {});
  std::string out;
  for (int paper = 0; paper < kPapers; ++paper) {
    ASSERT_THAT(spooler.Write(paper == 0 ? "[" : ",", out), IsOk());
    ASSERT_THAT(spooler.Write(StrCat("\"", std::string(4, static_cast<char>('A' + paper))), out),
                IsOk());
    for (size_t bytes = 0; bytes < kPaperBytes; bytes += 48'000) {
      ASSERT_THAT(spooler.Write(piece, out), IsOk());
    }
    ASSERT_THAT(spooler.Write("\"", out), IsOk());
  }
  ASSERT_THAT(spooler.Write("]", out), IsOk());
  EXPECT_THAT(spooler.Finish(), IsOk());
  EXPECT_EQ(RowsOf(store::Table::kContent), kPapers);
  EXPECT_LT(out.size(), 1000U);
  EXPECT_LT(Memory("VmHWM:") - before, 8 << 20);
}

// A random body, and what must come of it.
class BodyMaker {
 public:
  explicit BodyMaker(Random& random) : random_(random) {}

  std::pair<json, json> Make(int depth) {
    switch (random_.Below(depth > 3 ? 3 : 6)) {
      case 0:
        return Same(json(random_.Below(1000)));
      case 1:
        return Same(json(Text(random_.Below(40))));
      case 2:
        return Paper(kTextMax + random_.Below(4000));
      case 3: {
        auto made = std::pair(json::array(), json::array());
        for (uint64_t i = random_.Below(4); i > 0; --i) {
          auto [in, out] = Make(depth + 1);
          made.first.push_back(std::move(in));
          made.second.push_back(std::move(out));
        }
        return made;
      }
      default:
        return Object(depth);
    }
  }
  std::map<std::string, std::string> papers;  // token -> bytes

 private:
  static std::pair<json, json> Same(const json& value) { return {value, value}; }

  std::pair<json, json> Object(int depth) {
    auto made = std::pair(json::object(), json::object());
    for (uint64_t i = random_.Below(5); i > 0; --i) {
      const std::string name = random_.Below(3) == 0 ? "Base64" : Text(random_.Below(10));
      if (made.first.contains(name)) continue;
      auto [in, out] = name == "Base64" ? Paper(1 + random_.Below(100)) : Make(depth + 1);
      made.first[name] = std::move(in);
      made.second[name] = std::move(out);
    }
    return made;
  }

  std::pair<json, json> Paper(uint64_t size) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random_.Below(256));
    papers.emplace(Token(bytes), bytes);
    return {Base64(bytes), Token(bytes)};
  }

  std::string Text(uint64_t length) {
    static const std::string pieces[] = {"a", "\"", "\\", "\n", "ệ", "{", "}", "[", ":", ",", "/"};
    std::string text;
    while (text.size() < length) text += pieces[random_.Below(std::size(pieces))];
    return text;
  }

  Random& random_;
};

TEST_F(JsonSpoolerTest, RandomBodiesInRandomPartsComeOutAsAParserSeesThem) {
  size_t papers = 0;
  for (int round = 0; round < 400; ++round) {
    BodyMaker maker(*random_);
    const auto [in, expected] = maker.Make(0);
    const std::string body = in.dump(static_cast<int>(random_->Below(3)) - 1, ' ',
                                     /*ensure_ascii=*/random_->Below(2) == 0);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string out,
                                   Spool(body, 1 + random_->Below(round % 2 == 0 ? 20 : 3000)));
    ASSERT_EQ(json::parse(out), expected) << round;
    for (const auto& [token, bytes] : maker.papers) ASSERT_TRUE(Kept(bytes) == bytes) << round;
    papers += maker.papers.size();
  }
  EXPECT_GT(papers, 200U);
}

TEST_F(JsonSpoolerTest, AnyBytesAtAllAreRefusedOrPass) {
  for (int round = 0; round < 2000; ++round) {
    static constexpr std::string_view kAlphabet = "\"\\{}[]:,uA=/+0 \n\xff";
    std::string body = round % 2 == 0 ? R"({"Base64":")" : "";
    for (uint64_t i = random_->Below(60); i > 0; --i)
      body += kAlphabet[random_->Below(kAlphabet.size())];
    const auto out = Spool(body);
    if (out.ok()) continue;
    EXPECT_EQ(out.status().code(), absl::StatusCode::kInvalidArgument) << body;
  }
  for (const std::string& name : Names()) EXPECT_FALSE(name.starts_with("tmp/")) << name;
}

}  // namespace
}  // namespace lienthong::files

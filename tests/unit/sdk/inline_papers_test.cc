#include "adapters/sdk/inline_papers.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/text.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kYaml[] = R"(version: 1
element_key: Id
times: {format: yyyyMMddHHmmss, zone: Asia/Ho_Chi_Minh}
fields:
  - {path: code, pointer: /Ma, type: text}
lists:
  - path: papers
    pointer: /Giay
    content: {pointer: /NoiDung, sha256: /Hash}
    fields: [{path: name, pointer: /Ten, type: text}]
)";

// Content that is read a few bytes at a time.
class Drops final : public FileReader {
 public:
  explicit Drops(std::string bytes) : bytes_(std::move(bytes)) {}
  int64_t size_bytes() const override { return static_cast<int64_t>(bytes_.size()); }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    const size_t count = std::min({bytes_max, bytes_.size() - read_, size_t{1000}});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(read_), count, buffer);
    read_ += count;
    return count;
  }

 private:
  const std::string bytes_;
  size_t read_ = 0;
};

class OneFile final : public Files {
 public:
  explicit OneFile(std::string bytes) : bytes_(std::move(bytes)) {}
  absl::StatusOr<std::unique_ptr<FileReader>> Open(std::string_view sha256) const override {
    if (sha256 != "here") return absl::NotFoundError("not here");
    return std::make_unique<Drops>(bytes_);
  }
  std::string UrlOf(const dossier::v1::FileReference& /*file*/) const override { return ""; }

 private:
  const std::string bytes_;
};

TEST(ReadBase64, IsTheWholeContentWhateverItsSize) {
  for (const size_t bytes : {0u, 1u, 2u, 3u, 999u, 48u << 10, (48u << 10) + 1, 200'000u}) {
    std::string content(bytes, '\0');
    for (size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>(i * 31 + i / 251);
    const auto base64 = ReadBase64(OneFile(content), "here", 200'000);
    ASSERT_TRUE(base64.ok()) << base64.status();
    EXPECT_EQ(*base64, absl::Base64Escape(content)) << bytes;
  }
}

TEST(ReadBase64, IsNotMadeOfMoreThanMayGo) {
  EXPECT_THAT(ReadBase64(OneFile("1234"), "here", 3),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("has 4 bytes")));
  EXPECT_THAT(ReadBase64(OneFile("1234"), "elsewhere", 4), StatusIs(absl::StatusCode::kNotFound));
}

TEST(InlinePapers, AreAFieldOfTheRecordOnlyWhereTheyGo) {
  const auto off = Mapping::Parse(kYaml, "test.yaml");
  const auto on = Mapping::Parse(kYaml, "test.yaml", 10);
  ASSERT_TRUE(off.ok() && on.ok());
  EXPECT_THAT(off->fields(), ElementsAre("code", "papers[].name"));
  EXPECT_THAT(on->fields(), ElementsAre("code", "papers[].file.sha256", "papers[].name"));
  EXPECT_EQ(off->InlineBytesMax("papers"), 0);
  EXPECT_EQ(on->InlineBytesMax("papers"), 10);
  EXPECT_EQ(on->InlineBytesMax("results"), 0);
}

TEST(InlinePapers, GoApartFromTheRecord) {
  const auto mapping = Mapping::Parse(kYaml, "test.yaml", 10);
  ASSERT_TRUE(mapping.ok());
  dossier::v1::Dossier dossier;
  dossier.add_papers()->set_id("p1");
  dossier.mutable_papers(0)->set_name("Giấy");
  dossier.mutable_papers(0)->mutable_file()->set_sha256("aa");
  dossier.add_papers()->set_id("p2");
  const std::vector<InlinePaper> papers = TakeInlinePapers(*mapping, dossier);
  ASSERT_EQ(papers.size(), 1u);
  EXPECT_EQ(mapping->Encode(dossier, {}).record,
            json({{"Giay", {{{"Id", "p1"}, {"Ten", "Giấy"}}, {{"Id", "p2"}}}}}));
  EXPECT_EQ(mapping->EncodeContent(papers[0], "AAAA"),
            json({{"Giay", {{{"Id", "p1"}, {"Hash", "aa"}, {"NoiDung", "AAAA"}}}}}));
  const Decoded reported =
      mapping->Decode({{"Giay", {{{"Id", "p1"}, {"Hash", "aa"}, {"NoiDung", "AAAA"}}}}});
  EXPECT_EQ(reported.dossier.papers(0).file().sha256(), "aa");
}

TEST(InlinePapers, StandInListsOfPapersOnly) {
  std::string yaml = kYaml;
  yaml.replace(yaml.find("path: papers"), 12, "path: fees");
  EXPECT_THAT(Mapping::Parse(yaml, "test.yaml", 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("only papers and results")));
  yaml = kYaml;
  yaml.replace(yaml.find(", sha256: /Hash"), 15, "");
  EXPECT_THAT(Mapping::Parse(yaml, "test.yaml", 10),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("sha256: missing")));
}

}  // namespace
}  // namespace lienthong::sdk

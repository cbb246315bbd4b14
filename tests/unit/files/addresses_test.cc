// What the gateway makes of its own addresses and of content that came with a call, when a dossier
// is changed with them.
#include "gateway/files/addresses.h"

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/editor.h"
#include "gateway/core/papers.h"
#include "gateway/core/records.h"
#include "tests/unit/files/files_fixture.h"

namespace lienthong::files {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PapersOfTest final : public core::Papers {
 public:
  PapersOfTest(const Addresses& addresses, const ContentStore& content)
      : addresses_(addresses), content_(content) {}
  absl::Status Resolve(const Dossier& stored, domain::Change& change) const override {
    return ResolveSources(addresses_, content_, stored, change);
  }

 private:
  const Addresses& addresses_;
  const ContentStore& content_;
};

class AddressesTest : public FilesTest {
 protected:
  AddressesTest() { engine_.papers = &papers_; }

  static std::string Token(const Content& content) {
    return StrCat("lienthong-content:", content.sha256, ":", content.record.size_bytes());
  }
  absl::StatusOr<std::string> PushPaper(const std::string& source, const std::string& sha256 = "") {
    Dossier dossier = NewDossier(kAgency);
    auto& paper = *dossier.add_papers();
    paper.set_id("p0");
    paper.set_name("Giấy tờ (mẫu)");
    if (!source.empty()) paper.mutable_file()->set_source(source);
    if (!sha256.empty()) paper.mutable_file()->set_sha256(sha256);
    const auto response = Push(Agency(kAgency), dossier);
    if (!response.ok()) return response.status();
    return response->code();
  }
  FileReference FileNow(const std::string& code, int paper = 0) {
    return Get(Agency(kAgency), code).value().papers(paper).file();
  }
  void ExpectVerified(const FileReference& file, const Content& content) {
    EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_VERIFIED);
    EXPECT_EQ(file.sha256(), content.sha256);
    EXPECT_EQ(file.size_bytes(), content.record.size_bytes());
    EXPECT_EQ(file.id(), content.record.id());
    EXPECT_EQ(file.author(), "agency/H29.X05");
  }

  const Addresses addresses_{"https://lienthong.example:7445"};
  const PapersOfTest papers_{addresses_, *content_};
};

TEST_F(AddressesTest, KnowsItsOwn) {
  EXPECT_EQ(addresses_.Of("0a"), "https://lienthong.example:7445/papers/0a");
  EXPECT_EQ(addresses_.IdIn("https://lienthong.example:7445/papers/0a"), "0a");
  for (const char* other :
       {"https://lienthong.example:7445/papers", "https://lienthong.example/papers/0a",
        "/papers/0a", "http://lienthong.example:7445/papers/0a", ""}) {
    EXPECT_EQ(addresses_.IdIn(other), "") << other;
  }
  EXPECT_EQ(addresses_.Of(""), "");
  EXPECT_EQ(Addresses("https://a.vn/b//").Of("x"), "https://a.vn/b/papers/x");
  EXPECT_EQ(Addresses("").Of("x"), "") << "it serves nothing";
  EXPECT_EQ(Addresses("").IdIn("/papers/x"), "");
}

TEST_F(AddressesTest, ContentThatCameWithTheCallIsVerifiedAtOnce) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("%PDF-1.7 inline"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string code, PushPaper(Token(kept)));
  ExpectVerified(FileNow(code), kept);
  EXPECT_EQ(FileNow(code).media_type(), "application/pdf");
  EXPECT_FALSE(FileNow(code).has_source()) << "no token ever leaves the gateway";
  EXPECT_EQ(Journal().back().revision(), 1) << "in the same change";
}

TEST_F(AddressesTest, ADigestOfContentThatIsHereIsEnough) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("inline"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string code, PushPaper("", kept.sha256));
  ExpectVerified(FileNow(code), kept);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string other,
                                 PushPaper("", core::HexSha256("not here")));
  EXPECT_EQ(FileNow(other).sha256(), core::HexSha256("not here"));
  EXPECT_FALSE(FileNow(other).has_fetch_state());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string sourced,
                                 PushPaper("https://else.vn/a", kept.sha256));
  EXPECT_EQ(FileNow(sourced).fetch_state(), FileReference::FETCH_STATE_REFERENCED)
      << "the source was not looked at";
}

TEST_F(AddressesTest, TheSameCallAgainChangesNothing) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("inline"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string code, PushPaper(Token(kept)));
  for (const auto& [field, value] :
       {std::pair("source", Token(kept)), std::pair("source", addresses_.Of(kept.record.id())),
        std::pair("sha256", kept.sha256)}) {
    const auto response =
        PushField(Agency(kAgency), code, StrCat("papers[p0].file.", field), value);
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(response->revision(), 1) << value;
    EXPECT_EQ(response->sequence(), 0);
  }
}

TEST_F(AddressesTest, AnAddressOfOursIsNoEditOfTheSource) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("fetched"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string code, PushPaper("https://files.city.vn/a.pdf"));
  // As the fetch leaves it.
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t id, core::FindDossier(engine_, code));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const core::StoredDossier stored, core::LoadDossier(engine_, id));
  domain::Change change;
  FileReference& found = change.content["https://files.city.vn/a.pdf"];
  found.set_source("https://files.city.vn/a.pdf");
  found.set_sha256(kept.sha256);
  found.set_size_bytes(kept.record.size_bytes());
  found.set_id(kept.record.id());
  found.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
  core::EditContext gateway;
  gateway.actor = gateway.writer.system = "gateway";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(core::PreparedEdit edit,
                                 core::PrepareEdit(engine_, stored, change, gateway));
  core::SubmitEdit(engine_, std::move(edit),
                   [](const auto& result) { EXPECT_THAT(result, IsOk()); });
  ASSERT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);

  // Its owner says what it was shown; so does somebody who may not change papers: no conflict.
  HandTo(code, kAgency, "H29.X07");
  const std::string url = addresses_.Of(kept.record.id());
  for (const char* agency : {kAgency, "H29.X07"}) {
    const auto response = PushField(Agency(agency), code, "papers[p0].file.source", url);
    ASSERT_THAT(response, IsOk());
    EXPECT_EQ(response->sequence(), 0);
    EXPECT_THAT(response->conflict_paths(), IsEmpty());
  }
  EXPECT_EQ(FileNow(code).source(), "https://files.city.vn/a.pdf");
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);

  // The same address at another paper is a copy of the content.
  Dossier copy;
  copy.set_code(code);
  auto& paper = *copy.add_papers();
  paper.set_id("p1");
  paper.set_name("Bản sao (mẫu)");
  paper.mutable_file()->set_source(url);
  ASSERT_THAT(Push(Agency(kAgency), copy), IsOk());
  ExpectVerified(FileNow(code, 1), kept);
}

TEST_F(AddressesTest, ContentThatIsNotHereIsRefused) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("inline"));
  const std::string token = Token(kept);
  for (const std::string& bad : {StrCat("lienthong-content:", core::HexSha256("other"), ":6"),
                                 StrCat("lienthong-content:", kept.sha256, ":7")}) {
    EXPECT_THAT(PushPaper(bad),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("papers[p0].file.source")))
        << bad;
  }
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::string code,
                                 PushPaper(addresses_.Of("00112233445566778899aabbccddeeff")));
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED)
      << "an address that means nothing is like any other";
}

}  // namespace
}  // namespace lienthong::files

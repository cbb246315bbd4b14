// Papers whose content goes inline: what the city has of them is what the gateway has.
#include <gmock/gmock.h>

#include "gateway/core/digest.h"
#include "tests/integration/city/city_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using nlohmann::json;

constexpr int64_t kBytesMax = 1 << 20;

class CityInlineTest : public CityFixture {
 protected:
  void SetUp() override {
    CityFixture::SetUp();
    inline_ = MakeAdapter({{"inline_bytes_max", std::to_string(kBytesMax)}});
    ASSERT_NE(inline_, nullptr);
  }
  void TearDown() override {
    if (inline_ != nullptr) inline_->Stop();
    CityFixture::TearDown();
  }

  // A paper of the item with content that the gateway has, or should have.
  void Attach(const std::string& id, const std::string& content, pb::OutboundItem& item) {
    const std::string sha256 = core::HexSha256(content);
    files_.contents[sha256] = content;
    auto& paper = *item.mutable_dossier()->add_papers();
    paper.set_id(id);
    paper.set_name("Giấy tờ (mẫu)");
    paper.mutable_file()->set_sha256(sha256);
  }
  json Papers() { return Rig("/rig/records").at("records").at(0).at("TaiLieuNop"); }

  std::unique_ptr<CityAdapter> inline_;
};

TEST_F(CityInlineTest, ArriveAsTheyAreOneInACall) {
  pb::OutboundItem item = NewItem(kCode);
  std::string large(kBytesMax, '\0');
  for (size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 7 + i / 255);
  Attach("a", large, item);
  Attach("b", "%PDF-1.4 (mẫu)", item);
  const pb::ItemOutcome outcome = DeliverBy(*inline_, item);
  ASSERT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.DebugString();
  EXPECT_EQ(UpdateCalls(), 3);
  EXPECT_EQ(outcome.version(), 3);
  const json papers = Papers();
  ASSERT_EQ(papers.size(), 2u);
  EXPECT_EQ(papers[0].at("HashTepTin"), core::HexSha256(large));
  EXPECT_EQ(papers[1].at("HashTepTin"), core::HexSha256("%PDF-1.4 (mẫu)"));
  EXPECT_EQ(papers[1].at("TenTepDinhKem"), "Giấy tờ (mẫu)");
  EXPECT_FALSE(papers[0].contains("NoiDungTepTin"));
}

// What it holds comes back by the feed as it was sent.
TEST_F(CityInlineTest, AreReportedByTheirDigest) {
  pb::OutboundItem item = NewItem(kCode);
  Attach("a", "nội dung", item);
  ASSERT_EQ(DeliverBy(*inline_, item).outcome(), pb::OUTCOME_APPLIED);
  adapter_->Stop();
  adapter_ = std::move(inline_);
  const auto pulled = Pull("");
  ASSERT_TRUE(pulled.ok()) << pulled.status();
  ASSERT_EQ(pulled->items_size(), 2);
  EXPECT_FALSE(pulled->items(1).has_error()) << pulled->items(1).error().DebugString();
  EXPECT_EQ(pulled->items(1).dossier().papers(0).file().sha256(), core::HexSha256("nội dung"));
}

TEST_F(CityInlineTest, ThatAreNotHereStopForAPerson) {
  pb::OutboundItem item = NewItem(kCode);
  Attach("a", "nội dung", item);
  files_.contents.clear();
  const pb::ItemOutcome outcome = DeliverBy(*inline_, item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "papers[a].file");
}

TEST_F(CityInlineTest, WithoutAnAnswerAreUnknownAndMayGoAgain) {
  pb::OutboundItem item = NewItem(kCode);
  Attach("a", "nội dung", item);
  const pb::ItemOutcome created = DeliverBy(*inline_, NewItem(kCode));
  item.set_key(created.key());
  Fault("drop_reply");
  EXPECT_EQ(DeliverBy(*inline_, item).outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(DeliverBy(*inline_, item).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Papers().size(), 1u);
}

TEST_F(CityInlineTest, ThatFindNoRoomBehindTheirRecordAreNotSaidToBeUndone) {
  pb::OutboundItem item = NewItem(kCode);
  Attach("a", "nội dung", item);
  files_.before_open = [this] { Fault("429"); };
  const pb::ItemOutcome outcome = DeliverBy(*inline_, item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_UNKNOWN) << outcome.DebugString();
  EXPECT_EQ(Papers().size(), 1u);
}

TEST_F(CityInlineTest, NeedAPlaceInTheMapping) {
  const std::string mapping =
      "version: 1\nelement_key: Id\n"
      "times: {format: yyyyMMddHHmmss, zone: Asia/Ho_Chi_Minh}\n"
      "fields: [{path: code, pointer: /MaHoSo, type: text}]\n";
  folder_->Write("mapping.yaml", mapping);
  const std::map<std::string, sdk::Settings::Entry> entries = {
      {"base_url", {"https://127.0.0.1:1", 1}},
      {"access_key", {"k", 2}},
      {"secret_key_file", {"secret", 3}},
      {"app_name", {"a", 4}},
      {"partner_code", {"p", 5}},
      {"mapping_file", {"mapping.yaml", 6}},
      {"inline_bytes_max", {"1000", 7}}};
  EXPECT_THAT(CityAdapter::Create(sdk::Settings(folder_->PathOf("links.yaml"), entries),
                                  {.clock = Clock::Real(), .files = files_, .party = "city"}),
              lienthong::testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                           ::testing::HasSubstr("settings.inline_bytes_max")));
}

// The simulator is no witness unless it refuses what is wrong.
TEST_F(CityInlineTest, AreRefusedByTheCityWhenTheyAreNotWhatTheySay) {
  pb::OutboundItem item = NewItem(kCode);
  Attach("a", "nội dung", item);
  files_.contents.begin()->second = "khác";
  const pb::ItemOutcome outcome = DeliverBy(*inline_, item);
  EXPECT_EQ(outcome.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(outcome.field(), "TaiLieuNop[a].HashTepTin");
  EXPECT_FALSE(Papers()[0].contains("HashTepTin"));
}

TEST_F(CityInlineTest, AreDeclared) {
  EXPECT_EQ(inline_->capabilities().paper_content(), pb::PAPER_CONTENT_INLINE);
  EXPECT_EQ(inline_->capabilities().inline_bytes_max(), kBytesMax);
  EXPECT_EQ(adapter_->capabilities().paper_content(), pb::PAPER_CONTENT_URL);
  EXPECT_EQ(adapter_->capabilities().inline_bytes_max(), 0);
}

}  // namespace
}  // namespace lienthong::adapters::city

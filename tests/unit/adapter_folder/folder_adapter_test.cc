#include <filesystem>
#include <fstream>

#include "adapters/sdk/catalogue.h"
#include "gateway/base/clock.h"
#include "gateway/base/errors.h"
#include "gateway/domain/validate.h"
#include "nlohmann/json.hpp"
#include "tests/support/answer_of.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::folder {

void Register(sdk::AdapterCatalogue& catalogue);

namespace {

using ::lienthong::testing::AnswerOf;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using nlohmann::json;
namespace pb = ::lienthong::adapter::v1;

class FolderAdapterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    sdk::AdapterCatalogue catalogue;
    Register(catalogue);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(
        adapter_,
        catalogue.Create("folder", sdk::Settings("x.yaml", {{"directory", {folder_.path(), 1}}}),
                         {.clock = Clock::Real(), .files = files_}));
    ASSERT_THAT(adapter_->Start(), IsOk());
  }
  void TearDown() override { adapter_->Stop(); }

  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / "in" / name) << text;
  }
  json Out(const std::string& name) const {
    std::ifstream in(directory_ / "out" / name);
    return json::parse(in, nullptr, false);
  }
  absl::StatusOr<pb::PullReply> Pull(const std::string& token, int items_max) {
    pb::PullRequest request;
    request.set_token(token);
    request.set_items_max(items_max);
    return AnswerOf<pb::PullReply>(
        [&](auto done) { adapter_->Pull(request, absl::InfiniteFuture(), done); });
  }
  pb::ItemOutcome Deliver(const pb::OutboundItem& item) {
    pb::DeliverRequest request;
    *request.add_items() = item;
    const auto reply = AnswerOf<pb::DeliverReply>(
        [&](auto done) { adapter_->Deliver(request, absl::InfiniteFuture(), done); });
    EXPECT_THAT(reply, IsOk());
    return reply.ok() ? reply->outcomes(0) : pb::ItemOutcome();
  }

  const lienthong::testing::TemporaryFolder folder_;
  const std::filesystem::path directory_ = folder_.path();
  const sdk::NoFiles files_;
  std::unique_ptr<sdk::Adapter> adapter_;
};

TEST_F(FolderAdapterTest, FilesAreReadOnceInTheOrderOfTheirNames) {
  Put("2.json", R"({"key": "K2", "code": "C2", "applicant": {"phone": ""}})");
  Put("1.json", R"({"key": "K1", "status": "accepted"})");
  Put("3.json", R"({"key": "K3", "status": "nonsense"})");
  Put("4.json", "no JSON");
  Put("5.json", R"({"key": "../K5"})");
  std::filesystem::create_directory(directory_ / "in" / "5a.json");
  Put("6.txt", R"({"key": "K6"})");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply first, Pull("", 2));
  ASSERT_EQ(first.items_size(), 2);
  EXPECT_TRUE(first.more());
  EXPECT_EQ(first.items(0).key(), "K1");
  EXPECT_EQ(first.items(0).dossier().status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_THAT(first.items(1).cleared(), ::testing::ElementsAre("contact.phone"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply rest, Pull(first.token(), 10));
  ASSERT_EQ(rest.items_size(), 4);
  EXPECT_FALSE(rest.more());
  EXPECT_EQ(rest.items(0).error().field(), "status");
  EXPECT_TRUE(rest.items(1).has_error());
  EXPECT_TRUE(rest.items(2).has_error());
  EXPECT_TRUE(rest.items(3).has_error());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply none, Pull(rest.token(), 10));
  EXPECT_EQ(none.items_size(), 0);
  EXPECT_EQ(none.token(), "5a.json");
}

// It is the example to copy: its fields are enough for a dossier to begin with.
TEST_F(FolderAdapterTest, ARecordOfAllFieldsMayBeginADossier) {
  Put("1.json", R"({"key": "K1", "procedure": "1.001193", "channel": "counter", "agency": "H29.X05",
      "received": "2026-03-02T08:30:00+07:00", "applicant": {"name": "Nguyễn Văn Mẫu"},
      "due": "2026-03-05T17:00:00+07:00", "status": "accepted"})");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply reply, Pull("", 2));
  ASSERT_EQ(reply.items_size(), 1);
  ASSERT_FALSE(reply.items(0).has_error()) << reply.items(0).error().reason();
  for (const FieldViolation& bad :
       domain::Validate(reply.items(0).dossier(), true, Clock::Real().Now(), "")) {
    ADD_FAILURE() << bad.field << " " << bad.description;
  }
}

TEST_F(FolderAdapterTest, DeliveriesAreMergedIntoOneFile) {
  pb::OutboundItem item;
  item.mutable_dossier()->set_code("C-1");
  item.mutable_dossier()->mutable_contact()->set_phone("0900000001");
  auto* step = item.mutable_dossier()->add_steps();
  step->set_id("s-1");
  step->set_content("một");
  const pb::ItemOutcome created = Deliver(item);
  EXPECT_EQ(created.outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(created.key(), "C-1");

  pb::OutboundItem patch;
  patch.set_key("C-1");
  patch.mutable_dossier()->set_status(dossier::v1::STATUS_FINISHED);
  step = patch.mutable_dossier()->add_steps();
  step->set_id("s-1");
  step->set_officer("Trần Thị Ví Dụ");
  patch.mutable_dossier()->add_steps()->set_id("s-2");
  patch.add_cleared("contact.phone");
  EXPECT_EQ(Deliver(patch).outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Out("C-1.json"), json::parse(R"({
      "key": "C-1", "code": "C-1", "status": "finished", "applicant": {"phone": null},
      "steps": [{"id": "s-1", "content": "một", "officer": "Trần Thị Ví Dụ"}, {"id": "s-2"}]})"));
}

TEST_F(FolderAdapterTest, AKeyThatIsNoFileNameIsRejected) {
  pb::OutboundItem item;
  for (const char* bad : {"../../etc/passwd", "", ".hidden", "a/b", "a b"}) {
    item.mutable_dossier()->set_code(bad);
    EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_REJECTED) << bad;
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_ / "out"));
}

TEST_F(FolderAdapterTest, AWriteThatFailsIsUnknown) {
  pb::OutboundItem item;
  item.mutable_dossier()->set_code("C-1");
  std::filesystem::create_directories(directory_ / "out" / "C-1.json" / "in the way");
  EXPECT_EQ(Deliver(item).outcome(), pb::OUTCOME_UNKNOWN);
}

}  // namespace
}  // namespace lienthong::adapters::folder

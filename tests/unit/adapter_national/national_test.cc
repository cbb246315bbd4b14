#include "adapters/national/national.h"

#include <filesystem>
#include <map>
#include <string>

#include "absl/strings/match.h"
#include "adapters/national/portal_view.h"
#include "gateway/base/text.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Serves what was verified.
class ServedFiles final : public sdk::Files {
 public:
  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view) const override {
    return absl::NotFoundError("not here");
  }
  std::string UrlOf(const dossier::v1::FileReference& file) const override {
    return file.id().empty() ? "" : "https://gateway.example/papers/" + file.id();
  }
};

Dossier Parse(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier)) << text;
  return dossier;
}

class NationalTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<sdk::Adapter>> Make(
      const std::map<std::string, std::string>& changes) {
    std::map<std::string, std::string> values = {{"base_url", "http://127.0.0.1:1"},
                                                 {"username", "u"},
                                                 {"password_file", secret_},
                                                 {"madonvi", "H29"},
                                                 {"dstcode", "VN:GOV:1"}};
    if (changes.contains("generation")) {
      values = {
          {"base_url", "http://127.0.0.1:1"}, {"client_id", "c"}, {"client_secret_file", secret_}};
    }
    std::map<std::string, sdk::Settings::Entry> entries;
    for (const auto& [key, value] : changes) values[key] = value;
    for (const auto& [key, value] : values) entries[key] = {.value = value, .line = 3};
    return MakeAdapter(sdk::Settings("links.yaml", entries),
                       {.clock = Clock::Real(), .files = files_, .party = "portal"});
  }

  const ServedFiles files_;
  const lienthong::testing::TemporaryFolder folder_;
  const std::string secret_ = folder_.Write("secret", "invented-secret\n");
};

TEST_F(NationalTest, EachGenerationDeclaresWhatItCanDo) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto portal, Make({}));
  const adapter::v1::Capabilities& one = portal->capabilities();
  EXPECT_FALSE(one.patch());
  EXPECT_TRUE(one.read_back());
  EXPECT_FALSE(one.reports_echoes());
  EXPECT_FALSE(one.feed_versions());
  EXPECT_TRUE(one.calls_only());
  EXPECT_FALSE(one.inventory());
  EXPECT_EQ(one.batch_items_max(), 1);
  EXPECT_EQ(one.append_items_max(), 10);
  EXPECT_THAT(one.append_only(), ElementsAre("steps"));
  EXPECT_EQ(one.updatable_size(), 0);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto hub,
                                 Make({{"generation", "2"}, {"parallel_calls", "3"}}));
  const adapter::v1::Capabilities& two = hub->capabilities();
  EXPECT_FALSE(two.read_back());
  EXPECT_EQ(two.parallel_calls_max(), 3);
  EXPECT_THAT(two.updatable(), ElementsAre("status", "status_note", "fees", "results"));
  EXPECT_THAT(two.fields(), Contains("submitter.phone"));
}

TEST_F(NationalTest, WrongSettingsAreNamed) {
  EXPECT_THAT(Make({{"generation", "3"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("generation")));
  EXPECT_THAT(Make({{"client_id", "c"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("client_id")));
  EXPECT_THAT(Make({{"username", ""}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("username")));
  EXPECT_THAT(Make({{"base_url", "http://portal.example"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("base_url")));
  EXPECT_THAT(Make({{"generation", "2"}, {"papers_wait_ms", "x"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("papers_wait_ms")));
}

TEST_F(NationalTest, AllMistakesAreNamedAtOnce) {
  const auto portal = Make({{"username", ""},
                            {"password_file", "/nowhere"},
                            {"ca_file", "/nowhere"},
                            {"timeout_ms", "soon"},
                            {"client_id", "c"}});
  for (const char* key : {"username", "password_file", "ca_file", "timeout_ms", "client_id"}) {
    EXPECT_THAT(portal, StatusIs(absl::StatusCode::kInvalidArgument,
                                 HasSubstr(StrCat("links.yaml:3: settings.", key, ": "))));
  }
  const auto hub = Make({{"generation", "2"},
                         {"client_id", ""},
                         {"client_secret_file", "/nowhere"},
                         {"procedures_file", "/nowhere"},
                         {"upload_timeout_ms", "0"},
                         {"username", "u"}});
  for (const char* key :
       {"client_id", "client_secret_file", "procedures_file", "upload_timeout_ms", "username"}) {
    EXPECT_THAT(hub, StatusIs(absl::StatusCode::kInvalidArgument,
                              HasSubstr(StrCat("links.yaml:3: settings.", key, ": "))));
  }
  EXPECT_TRUE(absl::StrContains(hub.status().message(), "(generation 2)\n"));
}

TEST_F(NationalTest, PapersAreShownByAnAddressOnceTheirContentIsVerified) {
  const Dossier dossier = Parse(R"(
      processing_unit: "UBND phường Mẫu"
      papers { id: "x01-1" name: "A" file {
          source: "https://city.example/1" id: "abc" sha256: "1" author: "city" } }
      papers { id: "x01-2" name: "B" file { source: "https://city.example/2" author: "city" } }
      papers { id: "x01-3" name: "C" }
      papers { id: "dvc-7" name: "D" file {
          source: "https://portal.example/7" id: "def" author: "portal" } }
      papers { id: "dvc-8" name: "E" file { id: "ghi" author: "portal" } }
      papers { id: "dvc-9" name: "F" file {
          source: "https://city.example/9" id: "jkl" author: "city" } }
      results { id: "k" name: "K" file { source: "https://city.example/k" author: "city" } })");
  const sdk::PaperLinks links(files_, "portal", sdk::PaperLinks::Unverified::kLeftOut);
  const PortalView view = ViewForPortal(dossier, links);
  EXPECT_TRUE(MessageDifferencer::Equals(view.dossier, Parse(R"(
      processing_unit: "UBND phường Mẫu"
      papers { id: "x01-1" name: "A" file { source: "https://gateway.example/papers/abc" } }
      papers { id: "x01-2" name: "B" } papers { id: "x01-3" name: "C" }
      papers { id: "dvc-7" name: "D" file { source: "https://portal.example/7" } }
      papers { id: "dvc-8" name: "E" file { source: "https://gateway.example/papers/ghi" } }
      papers { id: "dvc-9" name: "F" file { source: "https://gateway.example/papers/jkl" } }
      results { id: "k" name: "K" })")))
      << view.dossier.DebugString();
  ASSERT_EQ(view.losses.size(), 2U);
  EXPECT_EQ(view.losses[0].path(), "papers[x01-2].file.source");
  EXPECT_EQ(view.losses[1].path(), "results[k].file.source");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto portal, Make({}));
  const adapter::v1::Representation shown = portal->Represent(dossier);
  Dossier told = view.dossier;
  for (auto& paper : *told.mutable_papers()) paper.set_removed(false);
  EXPECT_TRUE(MessageDifferencer::Equals(shown.dossier(), told));
  EXPECT_EQ(shown.losses_size(), 2);
}

// The portal refuses a record without DonViXuLy, and a dossier that nobody handles yet has none.
TEST_F(NationalTest, UntilAUnitHandlesItTheReceivingAgencyDoes) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto portal, Make({}));
  Dossier dossier = Parse(R"(reception { agency: "H29.X01" })");
  EXPECT_EQ(portal->Represent(dossier).dossier().processing_unit(), "H29.X01");
  dossier.set_processing_unit("UBND phường Mẫu");
  EXPECT_EQ(portal->Represent(dossier).dossier().processing_unit(), "UBND phường Mẫu");
  EXPECT_FALSE(portal->Represent(Dossier()).dossier().has_processing_unit());
}

TEST_F(NationalTest, AProceduresFileIsReadWhenTheAdapterIsMade) {
  const std::string file = folder_.Write("procedures.json", "[]");
  EXPECT_THAT(Make({{"generation", "2"}, {"procedures_file", file}}), IsOk());
  folder_.Write("procedures.json", R"([{"MATTHC": "1.001193"}])");
  EXPECT_THAT(Make({{"generation", "2"}, {"procedures_file", file}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("settings.procedures_file: " + file + ": procedure 1: TENTTHC")));
  std::filesystem::remove(file);
  EXPECT_THAT(Make({{"generation", "2"}, {"procedures_file", file}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no file")));
  EXPECT_THAT(Make({{"procedures_file", file}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no such setting")));
}

TEST_F(NationalTest, BeforeStartNothingIsSent) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto portal, Make({}));
  absl::Status status;
  portal->Probe(absl::InfiniteFuture(), [&](const auto& reply) { status = reply.status(); });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace lienthong::adapters::national

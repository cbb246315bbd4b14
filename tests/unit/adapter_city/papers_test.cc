// What the city is shown of papers' places: its own as it said them, others by the gateway's
// address.
#include <map>
#include <string>

#include "adapters/city/city_adapter.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::city {
namespace {

using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;

class FilesOfTest final : public sdk::Files {
 public:
  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view) const override {
    return absl::NotFoundError("not here");
  }
  std::string UrlOf(const FileReference& file) const override {
    return "https://lienthong.example/papers/" + file.id();
  }
};

TEST(CityPapersTest, OthersPapersComeFromTheGateway) {
  const lienthong::testing::TemporaryFolder folder;
  const std::map<std::string, sdk::Settings::Entry> entries = {
      {"base_url", {"https://lgsp.example.vn", 1}},
      {"access_key", {"k", 2}},
      {"secret_key_file", {folder.Write("secret", "invented"), 3}},
      {"app_name", {"a", 4}},
      {"partner_code", {"p", 5}}};
  const FilesOfTest files;
  const auto adapter =
      CityAdapter::Create(sdk::Settings("gateway.yaml", entries),
                          {.clock = Clock::Real(), .files = files, .party = "city"});
  ASSERT_THAT(adapter, IsOk());
  dossier::v1::Dossier dossier;
  for (const char* author : {"city", "portal"}) {
    auto& paper = *dossier.add_papers();
    paper.set_id(author);
    paper.mutable_file()->set_source(std::string("https://") + author + "/a");
    paper.mutable_file()->set_author(author);
    paper.mutable_file()->set_id("1");
  }
  const auto shown = (*adapter)->Represent(dossier).dossier();
  ASSERT_EQ(shown.papers_size(), 2);
  EXPECT_EQ(shown.papers(0).file().source(), "https://city/a");
  EXPECT_EQ(shown.papers(1).file().source(), "https://lienthong.example/papers/1");
}

}  // namespace
}  // namespace lienthong::adapters::city

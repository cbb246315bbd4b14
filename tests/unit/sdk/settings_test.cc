#include "adapters/sdk/settings.h"

#include <sys/stat.h>

#include <string>

#include "adapters/sdk/catalogue.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

Settings Make(std::map<std::string, Settings::Entry> entries) {
  return Settings("links.yaml", std::move(entries));
}

TEST(SettingsTest, ErrorsNameFileLineKeyAndWhatWasExpected) {
  const Settings settings = Make({{"timeout_ms", {"soon", 7}}, {"base_url", {"", 8}}});
  EXPECT_THAT(settings.Milliseconds("timeout_ms", 5),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("links.yaml:7: settings.timeout_ms"), HasSubstr("soon"),
                             HasSubstr("expected a whole number"))));
  EXPECT_THAT(settings.Text("base_url"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("links.yaml:8")));
  EXPECT_THAT(settings.Text("app_name"), StatusIs(absl::StatusCode::kInvalidArgument,
                                                  HasSubstr("settings.app_name: missing")));
}

TEST(SettingsTest, BoundsAndDefaults) {
  const Settings settings = Make({{"page_items", {"201", 3}}});
  EXPECT_THAT(settings.Integer("page_items", 1, 1, 200),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("from 1 to 200")));
  EXPECT_THAT(settings.Integer("page_items", 1, 1, 201), IsOkAndHolds(201));
  EXPECT_THAT(settings.Integer("other", 42, 1, 200), IsOkAndHolds(42));
  EXPECT_THAT(settings.Text("partner", "none"), IsOkAndHolds("none"));
}

TEST(SettingsTest, ATypingErrorIsCaught) {
  const Settings settings = Make({{"base_url", {"https://x", 2}}, {"time_out", {"5", 9}}});
  EXPECT_THAT(settings.Text("base_url"), IsOk());
  EXPECT_THAT(settings.CheckAllUsed(), StatusIs(absl::StatusCode::kInvalidArgument,
                                                HasSubstr("links.yaml:9: settings.time_out")));
  EXPECT_THAT(settings.Text("time_out"), IsOk());
  EXPECT_THAT(settings.CheckAllUsed(), IsOk());
}

TEST(SettingsTest, AllMistakesAreSaidAtOnce) {
  const Settings settings = Make({{"timeout_ms", {"soon", 7}}, {"acces_key", {"x", 9}}});
  EXPECT_EQ(settings.Text("access_key").value_or(""), "");
  EXPECT_EQ(settings.Integer("timeout_ms", 5, 1, 10).value_or(5), 5);
  EXPECT_EQ(settings.Integer("timeout_ms", 5, 1, 10).value_or(5), 5);
  settings.AddProblem("base_url", "expected https://");
  EXPECT_EQ(settings.CheckAllUsed().message(),
            "links.yaml: settings.access_key: missing; expected a text\n"
            "links.yaml:7: settings.timeout_ms: \"soon\" is not valid; expected a whole number "
            "from 1 to 10\n"
            "links.yaml: settings.base_url: expected https://\n"
            "links.yaml:9: settings.acces_key: no such setting of this kind of adapter");
}

TEST(SettingsTest, FilesAreFoundBesideTheConfiguration) {
  const lienthong::testing::TemporaryFolder folder;
  const std::string secret = folder.Write("secret", "abc\n");
  const Settings settings(folder.PathOf("links.yaml"),
                          {{"secret_file", {"secret", 1}}, {"ca_file", {"nowhere", 2}}});
  EXPECT_THAT(settings.FileContent("secret_file"), IsOkAndHolds("abc"));
  EXPECT_THAT(settings.FilePath("secret_file"), IsOkAndHolds(secret));
  EXPECT_THAT(settings.FilePath("ca_file"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no file nowhere")));
}

TEST(SettingsTest, ASecretIsForItsOwnerAlone) {
  const lienthong::testing::TemporaryFolder folder;
  const std::string secret = folder.Write("secret", "abc\n");
  const Settings settings(folder.PathOf("links.yaml"), {{"secret_file", {"secret", 1}}});
  EXPECT_THAT(settings.Secret("secret_file"), IsOkAndHolds("abc"));
  ASSERT_EQ(chmod(secret.c_str(), 0644), 0);
  EXPECT_THAT(settings.Secret("secret_file"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("links.yaml:1: settings.secret_file: " + secret +
                                 " can be read by others (mode 0644); run: chmod 600 " + secret)));
  EXPECT_THAT(settings.FileContent("secret_file"), IsOkAndHolds("abc"));
}

TEST(CatalogueTest, AnUnknownKindNamesThoseThatAre) {
  AdapterCatalogue catalogue;
  const NoFiles no_files;
  const AdapterContext context{.clock = Clock::Real(), .files = no_files};
  const auto make = [](const Settings&,
                       const AdapterContext&) -> absl::StatusOr<std::unique_ptr<Adapter>> {
    return absl::InternalError("made");
  };
  catalogue.Add({"city", Maturity::kStable, false, make});
  catalogue.Add({"folder", Maturity::kExample, true, make});
  EXPECT_THAT(catalogue.Create("town", Make({}), context),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("\"town\""), HasSubstr("city, folder"))));
  EXPECT_THAT(catalogue.Create("folder", Make({}), context), StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace lienthong::sdk

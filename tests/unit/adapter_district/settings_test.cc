#include <map>
#include <string>

#include "adapters/district/district_adapter.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::adapters::district {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::Status MakeWith(std::map<std::string, std::string> changes) {
  const lienthong::testing::TemporaryFolder folder;
  const std::string mapping =
      folder.Write("mapping.yaml",
                   "version: 1\nelement_key: ma\ntimes: {format: rfc3339, zone: Asia/Ho_Chi_Minh}\n"
                   "fields:\n  - {path: note, pointer: /ghi_chu, type: text}\n");
  std::map<std::string, sdk::Settings::Entry> entries = {
      {"dsn", {"host=127.0.0.1 dbname=x user=y", 3}}, {"mapping_file", {mapping, 4}}};
  for (const auto& [key, value] : changes) entries[key] = {value, 5};
  const sdk::Settings settings("gateway.yaml", entries);
  const sdk::NoFiles no_files;
  return DistrictAdapter::Make(settings, {.clock = Clock::Real(), .files = no_files}).status();
}

TEST(DistrictSettings, NeedNoMoreThanDatabaseAndMapping) {
  EXPECT_THAT(MakeWith({}), testing::IsOk());
}

TEST(DistrictSettings, TakeOtherNamesForTablesAndColumns) {
  EXPECT_THAT(MakeWith({{"outbox_table", "trao_doi.di"}, {"inbox_content_column", "Nội dung"}}),
              testing::IsOk());
  EXPECT_THAT(MakeWith({{"outbox_table", "a.b.c"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("settings.outbox_table"), HasSubstr("schema.name"))));
  EXPECT_THAT(MakeWith({{"outbox_id_column", "a.b"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("outbox_id_column")));
}

TEST(DistrictSettings, TakeATableForNoticesWhereThereIsOne) {
  EXPECT_THAT(MakeWith({{"notice_table", "trao_doi.thong_bao"}}), testing::IsOk());
  EXPECT_THAT(MakeWith({{"notice_table", "a.b.c"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("notice_table")));
}

TEST(DistrictSettings, RefuseAPasswordInTheConnectionString) {
  EXPECT_THAT(MakeWith({{"dsn", "host=a password=mat-khau-mau"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("settings.dsn"), Not(HasSubstr("mat-khau-mau")))));
}

TEST(DistrictSettings, SayAllThatIsWrongAtOnce) {
  EXPECT_THAT(
      MakeWith({{"dsn", "host=a password=mat-khau-mau"},
                {"outbox_table", "a.b.c"},
                {"inbox_key_column", "a.b"},
                {"timeout_ms", "soon"},
                {"mapping_file", "/nowhere.yaml"},
                {"conections", "4"}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("gateway.yaml:5: settings.dsn: "),
                     HasSubstr("gateway.yaml:5: settings.outbox_table: "),
                     HasSubstr("gateway.yaml:5: settings.inbox_key_column: "),
                     HasSubstr("gateway.yaml:5: settings.timeout_ms: "),
                     HasSubstr("gateway.yaml:5: settings.mapping_file: no file /nowhere.yaml"),
                     HasSubstr("gateway.yaml:5: settings.conections: no such setting"))));
}

TEST(DistrictSettings, NameWhatIsNotKnown) {
  EXPECT_THAT(MakeWith({{"outbox_tabel", "x"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("outbox_tabel")));
  EXPECT_THAT(MakeWith({{"connections", "0"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("connections")));
}

}  // namespace
}  // namespace lienthong::adapters::district

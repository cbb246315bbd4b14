#include "gateway/ctl/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lienthong::ctl {
namespace {

dossier::v1::Change ChangeOf(const std::vector<std::string>& paths) {
  dossier::v1::Change change;
  change.set_sequence(7);
  change.set_code("H29.X05-261122-0001");
  change.set_revision(3);
  change.mutable_commit_time()->set_seconds(1'795'311'000);
  change.set_actor("link/city");
  change.mutable_after()->set_status(dossier::v1::STATUS_PROCESSING);
  for (const std::string& path : paths) change.add_paths(path);
  return change;
}

constexpr char kHead[] = "7  2026-11-22 08:30  H29.X05-261122-0001  r3  link/city  ";

TEST(ChangeRow, SaysTheNewStatusAndNamesEachGroupOnce) {
  EXPECT_EQ(
      ChangeRow(ChangeOf({"contact.email", "contact.phone", "fees[lp1].code", "fees[lp2].code",
                          "fees[lp2].name", "status", "steps[qt7].content", "steps[qt7].time"})),
      std::string(kHead) + "→ Đang xử lý; contact, fees(2), steps[qt7]");
}

TEST(ChangeRow, WithoutANewStatusItSaysNone) {
  EXPECT_EQ(ChangeRow(ChangeOf({"note"})), std::string(kHead) + "note");
}

TEST(ChangeRow, StaysShortWhateverChanges) {
  EXPECT_EQ(ChangeRow(ChangeOf({"a.x", "b", "c", "d", "e", "f[1].x", "g", "h", "i"})),
            std::string(kHead) + "a, b, c, d, e, f[1], 3 more");
}

TEST(ShowValue, SaysWhatACodeMeans) {
  EXPECT_EQ(ShowValue("status", "4"), "4 (Đang xử lý)");
  EXPECT_EQ(ShowValue("steps[a.1].status", "4"), "4 (Đang xử lý)");
  EXPECT_EQ(ShowValue("steps[a1].content", "4"), "4");
  EXPECT_EQ(ShowValue("status", "99"), "99");
  EXPECT_EQ(ShowValue("status", ""), "");
  EXPECT_EQ(ShowValue("no.such[field", "4"), "4");
}

TEST(ShowDossier, SaysThatItIsVoidOrGoesOnAsAnother) {
  dossier::v1::Dossier dossier;
  dossier.set_code("H29.X05-261122-0001");
  EXPECT_EQ(ShowDossier(dossier).find("void"), std::string::npos);
  dossier.mutable_voiding()->set_reason("nhầm");
  dossier.mutable_voiding()->set_actor("agency/H29.X05");
  EXPECT_NE(ShowDossier(dossier).find("by agency/H29.X05: nhầm"), std::string::npos);
  EXPECT_THAT(ListRow(dossier).back(), ::testing::HasSubstr("void"));
  dossier.mutable_joined()->set_survivor("H29.X05-261122-0002");
  EXPECT_NE(ShowDossier(dossier).find("H29.X05-261122-0002, which goes on"), std::string::npos);
  EXPECT_THAT(ListRow(dossier).back(), ::testing::HasSubstr("joined to H29.X05-261122-0002"));
}

TEST(ShowDossier, TellsAllItsDatesInEitherLanguage) {
  dossier::v1::Dossier dossier;
  auto& deadline = *dossier.mutable_deadline();
  deadline.mutable_promised_due()->set_seconds(1794218400);
  deadline.mutable_proposed_due()->set_seconds(1794304800);
  deadline.mutable_statutory_due()->set_seconds(1794304800);
  deadline.set_statutory_basis("3 working days");
  deadline.set_statutory_provisional(true);
  EXPECT_THAT(ShowDossier(dossier),
              ::testing::HasSubstr("  statutory due     2026-11-10 17:00 ? (3 working days)\n"));
  EXPECT_THAT(ShowDossier(dossier, /*vietnamese=*/true),
              ::testing::HasSubstr("  đề nghị hẹn lại   2026-11-10 17:00\n"));
}

TEST(LaneNotes, NamesTheFirstPlacesWithoutTheReasons) {
  sync::v1::Lane lane;
  EXPECT_EQ(LaneNotes(lane), "");
  lane.add_losses("applicant.name: cut to 100 of 140 characters");
  EXPECT_EQ(LaneNotes(lane), "not held: applicant.name");
  for (const char* path : {"a", "b", "c"}) {
    lane.add_losses(std::string(path) + ": has no place there, and that is a long story");
    lane.add_possible_duplicates(std::string("steps[") + path + "]");
  }
  EXPECT_EQ(LaneNotes(lane),
            "may stand twice: steps[a], steps[b], 1 more; not held: applicant.name, a, 2 more");
}

TEST(ShowCoverage, FirstWhatHasNoPlaceThenWhatLacksCodes) {
  sync::v1::MappingCoverage coverage;
  coverage.set_link("district");
  coverage.set_version("2");
  coverage.set_digest("01fe");
  const auto add = [&coverage](const char* path, const char* name) {
    auto* field = coverage.add_fields();
    field->set_path(path);
    field->set_name(name);
    field->set_mapped(*name != '\0');
    return field;
  };
  add("contact.email", "email")->set_chars_max(100);
  add("applicant.kind", "loai")->add_values_without_code("APPLICANT_KIND_HOUSEHOLD_BUSINESS");
  add("form_data", "");
  EXPECT_EQ(ShowCoverage(coverage),
            "link district, mapping edition 2, digest 01fe\n"
            "3 fields: 1 without a place, 1 with values that have no code\n"
            "\n"
            "field           there     cut after  no code for\n"
            "form_data       no place             \n"
            "applicant.kind  loai                 APPLICANT_KIND_HOUSEHOLD_BUSINESS\n"
            "contact.email   email     100        \n");
}

}  // namespace
}  // namespace lienthong::ctl

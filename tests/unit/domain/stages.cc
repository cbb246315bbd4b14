#include "tests/unit/domain/stages.h"

#include <utility>

#include "gtest/gtest.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/status_graph.h"

namespace lienthong::domain {

using dossier::v1::Assignment;
using dossier::v1::Dossier;

namespace {

void Assign(Dossier& dossier, const char* id, const char* agency, Assignment::Role role,
            Assignment::Answer answer) {
  Assignment& assignment = *dossier.add_assignments();
  assignment.set_id(id);
  assignment.set_agency(agency);
  assignment.set_role(role);
  if (answer != Assignment::ANSWER_UNSPECIFIED) assignment.set_answer(answer);
  assignment.set_author("city");
}

MergeResult Merged(const Dossier& current, const Change& change, const Writer& writer) {
  absl::StatusOr<MergeResult> result =
      Merge(current, change, writer, StatusGraph::Shipped(), MergeTime());
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : MergeResult{};
}

}  // namespace

std::string NameOf(Part part) {
  switch (part) {
    case Part::kOrigin:
      return "origin";
    case Part::kReceiving:
      return "receiving unit";
    case Part::kLead:
      return "lead";
    case Part::kNextLead:
      return "next lead";
    case Part::kCooperating:
      return "cooperating agency";
    case Part::kStranger:
      return "stranger";
  }
  return "";
}

Writer WriterFor(Part part) {
  switch (part) {
    case Part::kOrigin:
      return {.system = "online", .receives = false, .leads = false, .agencies = {"H29.P01"}};
    case Part::kReceiving:
      return {.system = "city", .receives = true, .leads = false, .agencies = {"H29.X01"}};
    case Part::kLead:
      return {.system = "district", .receives = false, .leads = true, .agencies = {"H29.X05"}};
    case Part::kNextLead:
      return {
          .system = "agency/H29.X06", .receives = false, .leads = true, .agencies = {"H29.X06"}};
    case Part::kCooperating:
      return {
          .system = "agency/H29.X07", .receives = false, .leads = true, .agencies = {"H29.X07"}};
    case Part::kStranger:
      return {.system = "agency/H29.X99", .receives = true, .leads = true, .agencies = {"H29.X99"}};
  }
  return {};
}

Writer OtherChannel() { return {.system = "portal", .submits = true, .agencies = {"H29.X01"}}; }

std::string NameOf(Stage stage) {
  switch (stage) {
    case Stage::kSubmitted:
      return "submitted";
    case Stage::kAccepted:
      return "accepted";
    case Stage::kAsked:
      return "asked to lead";
    case Stage::kLed:
      return "led";
    case Stage::kHandingOver:
      return "handing over";
  }
  return "";
}

Dossier DossierAt(Stage stage) {
  Dossier dossier;
  dossier.set_code("H29.X01-260302-0001");
  dossier.set_revision(3);
  dossier.mutable_origin()->set_system("online");
  dossier.mutable_reception()->set_agency("H29.X01");
  dossier.set_status(dossier::v1::STATUS_SUBMITTED);
  if (stage == Stage::kSubmitted) return dossier;
  dossier.mutable_reception()->set_system("city");
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  if (stage == Stage::kAccepted) return dossier;
  const bool accepted = stage != Stage::kAsked;
  Assign(dossier, "a1", "H29.X05", Assignment::ROLE_LEAD,
         accepted ? Assignment::ANSWER_ACCEPTED : Assignment::ANSWER_UNSPECIFIED);
  Assign(dossier, "a2", "H29.X07", Assignment::ROLE_COOPERATING, Assignment::ANSWER_UNSPECIFIED);
  if (!accepted) return dossier;
  dossier.set_status(dossier::v1::STATUS_PROCESSING);
  auto& period = *dossier.add_owner_history();
  period.set_id("1");
  period.set_agency("H29.X05");
  period.mutable_start_time()->set_seconds(1'772'420'000);
  if (stage == Stage::kHandingOver) {
    Assign(dossier, "a3", "H29.X06", Assignment::ROLE_LEAD, Assignment::ANSWER_UNSPECIFIED);
  }
  return dossier;
}

absl::Time MergeTime() { return absl::FromUnixSeconds(1'772'500'000); }

MergeResult MergeAll(const Dossier& current, const Dossier& wanted, const Writer& writer) {
  return Merged(current, ChangeOf(wanted), writer);
}

MergeResult MergeField(const Dossier& current, const std::string& path, const std::string& value,
                       const Writer& writer) {
  Change change;
  const absl::Status set = SetField(change.dossier, path, value);
  EXPECT_TRUE(set.ok()) << set;
  change.set.push_back(path);
  return Merged(current, change, writer);
}

MergeResult MergeClear(const Dossier& current, const std::string& path, const Writer& writer) {
  Change change;
  change.clear.push_back(path);
  return Merged(current, change, writer);
}

std::vector<std::string> PathsOf(const std::vector<Proposal>& proposals) {
  std::vector<std::string> paths;
  for (const Proposal& proposal : proposals) paths.push_back(proposal.path);
  return paths;
}

}  // namespace lienthong::domain

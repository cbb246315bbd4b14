#include "tests/unit/core/core_fixture.h"

#include <future>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/fields.h"
#include "gateway/store/memory/memory_store.h"

namespace lienthong::core {

using dossier::v1::Dossier;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;

CoreTest::CoreTest(bool threads)
    : store_(threads ? store::OpenMemoryStore() : store::OpenMemoryStoreInline()),
      engine_{.store = store_,
              .sealer = store::Sealer::Identity(),
              .clock = clock_,
              .random = *random_,
              .parties = parties_,
              .graph = domain::StatusGraph::Shipped()} {
  clock_.Set(absl::FromUnixSeconds(1'772'413'200));
  const std::vector<Party> parties = {
      {.name = "agency/H29.X01", .receives = true, .leads = true, .agencies = {"H29.X01"}},
      {.name = "agency/H29.X05", .receives = true, .leads = true, .agencies = {"H29.X05"}},
      {.name = "agency/H29.X07", .receives = false, .leads = true, .agencies = {"H29.X07"}},
      {.name = "city", .receives = true, .leads = false, .agencies = {"H29.C01"}},
      {.name = "online", .submits = true, .agencies = {"H29.C01", "H29.X05"}}};
  for (const Party& party : parties) EXPECT_TRUE(parties_.Add(party).ok());
}

RequestContext CoreTest::Agency(const std::string& code) const {
  RequestContext context;
  context.caller = {CallerKind::kAgency, "agency/" + code, {code}};
  return context;
}

RequestContext CoreTest::Online() const {
  RequestContext context;
  context.caller = {CallerKind::kLink, "online", {"H29.C01", "H29.X05"}};
  return context;
}

RequestContext CoreTest::Portal() const {
  RequestContext context;
  context.caller = {CallerKind::kPortal, "portal", {}};
  return context;
}

RequestContext CoreTest::Operator(const std::string& purpose) const {
  RequestContext context;
  context.caller = {CallerKind::kOperator, "operator/test", {}};
  context.purpose = purpose;
  return context;
}

Dossier CoreTest::NewDossier(const std::string& agency) {
  Dossier dossier;
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_applicant()->set_name("Nguyễn Văn Mẫu");
  dossier.mutable_contact()->set_phone("0900000001");
  dossier.mutable_reception()->set_agency(agency);
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  return dossier;
}

Dossier CoreTest::NewSubmission(const std::string& agency) {
  Dossier dossier = NewDossier(agency);
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
  dossier.set_status(dossier::v1::STATUS_SUBMITTED);
  return dossier;
}

PushDossierRequest CoreTest::RequestOf(const Dossier& dossier) {
  PushDossierRequest request;
  request.set_request_id(NewUuid());
  *request.mutable_dossier() = dossier;
  return request;
}

absl::StatusOr<PushDossierResponse> CoreTest::Push(const RequestContext& context,
                                                   const PushDossierRequest& request) {
  // A second answer throws std::future_error and ends the test.
  auto answer = std::make_shared<std::promise<absl::StatusOr<PushDossierResponse>>>();
  auto future = answer->get_future();
  dossiers_.Push(context, request, [answer](absl::StatusOr<PushDossierResponse> response) {
    answer->set_value(std::move(response));
  });
  return future.get();
}

absl::StatusOr<PushDossierResponse> CoreTest::Push(const RequestContext& context,
                                                   const Dossier& dossier) {
  return Push(context, RequestOf(dossier));
}

absl::StatusOr<PushDossierResponse> CoreTest::PushField(const RequestContext& context,
                                                        const std::string& code,
                                                        const std::string& path,
                                                        const std::string& value) {
  Dossier dossier;
  EXPECT_TRUE(domain::SetField(dossier, path, value).ok()) << path;
  dossier.set_code(code);
  return Push(context, dossier);
}

std::string CoreTest::Create(const std::string& agency) {
  const auto response = Push(Agency(agency), NewDossier(agency));
  EXPECT_TRUE(response.ok()) << response.status();
  return response.ok() ? response->code() : "";
}

void CoreTest::HandTo(const std::string& code, const std::string& from, const std::string& to) {
  Dossier dossier;
  dossier.set_code(code);
  auto& assignment = *dossier.add_assignments();
  assignment.set_id("to-" + to);
  assignment.set_agency(to);
  assignment.set_role(dossier::v1::Assignment::ROLE_LEAD);
  EXPECT_TRUE(Push(Agency(from), dossier).ok());
  const auto accepted = PushField(Agency(to), code, "assignments[to-" + to + "].answer", "1");
  EXPECT_TRUE(accepted.ok()) << accepted.status();
}

absl::StatusOr<Dossier> CoreTest::Get(const RequestContext& context, const std::string& code) {
  dossier::v1::GetDossierRequest request;
  request.set_code(code);
  return dossiers_.Get(context, request);
}

int64_t CoreTest::RowsOf(store::Table table) const {
  return store_
      .Count({.table = table, .prefix = {}, .after = {}, .at_most = {}, .limit_rows = 1'000'000})
      .value();
}

std::vector<storage::v1::JournalEntry> CoreTest::Journal() const {
  std::vector<storage::v1::JournalEntry> entries;
  const auto rows = store_.Read({.table = store::Table::kJournal,
                                 .prefix = {},
                                 .after = {},
                                 .at_most = {},
                                 .limit_rows = 10'000});
  for (const store::Row& row : rows.value()) entries.push_back(ReadEntry(engine_, row).value());
  return entries;
}

std::string ReasonOf(const absl::Status& status) { return DetailsOf(status).reason; }

}  // namespace lienthong::core

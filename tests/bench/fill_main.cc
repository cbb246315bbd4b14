// bench-fill: a store with many open dossiers, for cases that ask how long a question takes then.
//   bench-fill STORE.db DOSSIERS AGENCIES [LINK DEAD_LETTERS]
// Dossiers are received by H29.X01, H29.X02, ... and are of four units each; one in ten is late,
// one in ten due within the day, the rest later. Dead letters are of the link's counterpart.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <semaphore>
#include <string>

#include "absl/strings/str_format.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/engine.h"
#include "gateway/domain/derived.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gateway/sync/lane_store.h"

namespace lienthong {
namespace {

constexpr int kInFlight = 1000;
constexpr int kUnits = 4;
constexpr int kShares = 10;
constexpr int kLettersOfACommit = 500;

std::string AgencyOf(int64_t number, int agencies) {
  return absl::StrFormat("H29.X%02d", number % agencies + 1);
}

absl::Time PromisedOf(int64_t number, absl::Time now) {
  const int64_t share = number % kShares;
  if (share == 0) return now - absl::Hours(1 + number % 500);
  if (share == 1) return now + absl::Minutes(1 + number % 400);
  return now + absl::Hours(24 + number % 700);
}

dossier::v1::PushDossierRequest RequestOf(int64_t number, int agencies,
                                          const core::Engine& engine) {
  const absl::Time now = engine.clock.Now();
  dossier::v1::PushDossierRequest request;
  request.set_request_id(engine.random.Uuid());
  dossier::v1::Dossier& dossier = *request.mutable_dossier();
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_applicant()->set_name("Người Thử");
  dossier.set_subject("Hồ sơ thử (dữ liệu mẫu)");
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_reception()->set_agency(AgencyOf(number, agencies));
  *dossier.mutable_reception()->mutable_received_time() =
      domain::ToProto(now - absl::Hours(2 + number % 2000));
  *dossier.mutable_deadline()->mutable_promised_due() = domain::ToProto(PromisedOf(number, now));
  dossier.set_processing_unit(StrCat("Phòng ", number / agencies % kUnits + 1));
  return request;
}

void AddDossiers(core::Engine& engine, int64_t count, int agencies) {
  core::Dossiers dossiers(engine);
  std::counting_semaphore<kInFlight> room(kInFlight);
  std::atomic<int64_t> refused = 0;
  for (int64_t i = 0; i < count; ++i) {
    room.acquire();
    const std::string agency = AgencyOf(i, agencies);
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, StrCat("agency/", agency), {agency}};
    dossiers.Push(context, RequestOf(i, agencies, engine), [&](const auto& done) {
      if (!done.ok() && refused++ == 0) {
        std::fprintf(stderr, "bench-fill: %s\n", done.status().ToString().c_str());
      }
      room.release();
    });
    if (i % 100'000 == 99'999) std::fprintf(stderr, "bench-fill: %ld dossiers\n", long{i} + 1);
  }
  for (int i = 0; i < kInFlight; ++i) room.acquire();
  if (refused > 0) std::exit(1);
}

void AddLetters(core::Engine& engine, const std::string& link, int64_t count) {
  const sync::LaneStore lanes(engine, link);
  for (int64_t i = 0; i < count;) {
    store::WriteSet set;
    for (const int64_t end = std::min(count, i + kLettersOfACommit); i < end; ++i) {
      const std::string key = StrCat("there-", i);
      lanes.PutDeadLetter({.direction = sync::v1::DeadLetter::DIRECTION_INBOUND,
                           .code = "",
                           .key = key,
                           .stop = {.field = "applicant.name", .reason = "is missing there"},
                           .raw = R"({"ChuHoSo": ""})",
                           .identity = key},
                          set);
    }
    if (!engine.store.CommitAndWait(std::move(set), absl::InfiniteFuture()).ok()) std::exit(1);
  }
}

int Main(int argc, char** argv) {
  if (argc != 4 && argc != 6) return 2;
  SetLogLevel(LogLevel::kError);  // a line for each dead letter would be many
  const int agencies = std::atoi(argv[3]);
  auto store = store::OpenSqliteStore({.path = argv[1]});
  if (!store.ok()) {
    std::fprintf(stderr, "bench-fill: %s\n", store.status().ToString().c_str());
    return 1;
  }
  core::Parties parties;
  for (int i = 0; i < agencies; ++i) {
    const std::string agency = AgencyOf(i, agencies);
    const absl::Status added = parties.Add(
        {.name = StrCat("agency/", agency), .receives = true, .leads = true, .agencies = {agency}});
    if (!added.ok()) return 1;
  }
  core::Engine engine{**store, store::Sealer::Identity(),     Clock::Real(), Random::System(),
                      parties, domain::StatusGraph::Shipped()};
  AddDossiers(engine, std::atoll(argv[2]), agencies);
  if (argc == 6) AddLetters(engine, argv[4], std::atoll(argv[5]));
  return 0;
}

}  // namespace
}  // namespace lienthong

int main(int argc, char** argv) { return lienthong::Main(argc, argv); }

#include "gateway/core/number_series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/number_requests.h"
#include "gateway/core/records.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/requests.h"
#include "gateway/core/reservations.h"
#include "gateway/core/tokens.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/number_pattern.h"
#include "lienthong/storage/v1/numbers.pb.h"

namespace lienthong::core {
namespace {

namespace pb = receipt::v1;
using storage::v1::SeriesOpenings;
using store::CommitResult;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr std::string_view kSeriesToken = "series";
constexpr std::string_view kClosedToken = "closed-series";
constexpr int kGapsMax = 1000;
constexpr int kClosedDaysBehind = 7;  // that are listed, where numbers were given out
constexpr int64_t kReasonCharactersMax = 1000;
constexpr int64_t kSerialMax = 9'999'999;  // of seven digits, the most that a legal code has

// What the index of codes says of one serial.
struct Place {
  bool has_dossier = false;
  std::string code;
  std::string reservation_id;
};
using Places = std::map<int64_t, Place>;

// Beside the series itself: days end with their two digits, so it is nobody's day.
store::Values OpeningsKey(std::string_view agency, absl::CivilDay day) {
  return {std::string(agency), StrCat(domain::SeriesDay(day), "/openings")};
}

absl::StatusOr<absl::CivilDay> DayAsked(const Engine& engine, const std::string& date) {
  if (date.empty()) return domain::CivilDayOf(engine.clock.Now());
  const std::optional<absl::CivilDay> day = domain::ReadDay(date);
  if (!day.has_value()) return FieldInvalid("date", "is no day like 2026-11-24");
  return *day;
}

void Note(const domain::NumberPattern& pattern, std::string_view agency, absl::CivilDay day,
          const Row& row, Places& places) {
  const auto& code = std::get<std::string>(row.columns[0]);
  const std::optional<int64_t> serial = pattern.SerialOf(agency, day, code);
  if (!serial.has_value()) return;
  Place& place = places[*serial];
  place.code = code;
  place.has_dossier |= std::get<int64_t>(row.columns[2]) != 0;
  if (!row.body.empty()) place.reservation_id = row.body;
}

// All numbers of a day that stand in the index, in whatever pattern the agency's numbers are or
// were written.
absl::StatusOr<Places> PlacesOf(const Engine& engine, const std::string& agency,
                                absl::CivilDay day) {
  Places places;
  for (const auto* pattern : engine.numbering->rules().patterns.AllOf(agency)) {
    const std::string prefix = domain::FoldCode(pattern->Prefix(agency, day));
    std::string after = prefix;
    while (true) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                                 engine.store.Read({.table = Table::kAlias,
                                                    .prefix = {},
                                                    .after = after,
                                                    .at_most = StrCat(prefix, "\x7f"),
                                                    .limit_rows = store::kScanRowsMax}));
      for (const Row& row : rows) Note(*pattern, agency, day, row, places);
      if (static_cast<int64_t>(rows.size()) < store::kScanRowsMax) break;
      const auto& last = std::get<std::string>(rows.back().columns[0]);
      after = last;
    }
  }
  return places;
}

absl::StatusOr<SeriesOpenings> ReadOpenings(const Engine& engine, std::string_view agency,
                                            absl::CivilDay day, int64_t* version = nullptr) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine.store.Get(Table::kSeries, OpeningsKey(agency, day)));
  SeriesOpenings openings;
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, openings));
  if (version != nullptr) *version = row.version;
  return openings;
}

absl::Status Explain(const Engine& engine, const std::string& reservation_id, pb::SeriesGap& gap) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredReservation held, ReadReservation(engine, reservation_id));
  if (held.version == 0) return StoreCorrupt(StrCat("reservation ", reservation_id));
  gap.set_state(static_cast<pb::Reservation::State>(held.record.state()));
  gap.set_reason(held.record.reason());
  const bool over = WhyClosed(engine, held) == "expired";  // and not swept yet
  if (over) gap.set_state(pb::Reservation::STATE_RELEASED);
  if (over) gap.set_reason("expired");
  return absl::OkStatus();
}

// A page of a series' gaps, behind the serial `after`.
class GapList {
 public:
  GapList(const Engine& engine, const std::string& agency, absl::CivilDay day, Places places,
          SeriesOpenings openings)
      : engine_(engine),
        pattern_(engine.numbering->rules().patterns.For(agency, day)),
        agency_(agency),
        day_(day),
        places_(std::move(places)),
        openings_(std::move(openings)) {}

  absl::Status Fill(int64_t after, pb::Series& series) const {
    int64_t serial = after;
    while (serial < series.last_serial() && series.gaps_size() < kGapsMax) {
      const auto place = places_.find(++serial);
      if (place != places_.end() && place->second.has_dossier) continue;
      pb::SeriesGap& gap = *series.add_gaps();
      gap.set_code(pattern_.Format(agency_, day_, serial));
      if (place == places_.end()) {
        ExplainByOpening(serial, gap);
        continue;
      }
      gap.set_code(place->second.code);
      LIENTHONG_RETURN_IF_ERROR(Explain(engine_, place->second.reservation_id, gap));
    }
    if (serial < series.last_serial()) {
      series.set_next_page_token(MakeToken(kSeriesToken, engine_.store.Info().epoch, serial));
    }
    return absl::OkStatus();
  }

 private:
  void ExplainByOpening(int64_t serial, pb::SeriesGap& gap) const {
    for (const auto& opening : openings_.openings()) {
      if (serial <= opening.known_serial() || serial > opening.last_serial()) continue;
      gap.set_state(pb::Reservation::STATE_RELEASED);
      gap.set_reason(StrCat("after a restore: ", opening.reason()));
      return;
    }
  }

  const Engine& engine_;
  const domain::NumberPattern& pattern_;
  const std::string& agency_;
  const absl::CivilDay day_;
  const Places places_;
  const SeriesOpenings openings_;
};

std::string TargetOf(std::string_view agency, absl::CivilDay day) {
  return StrCat("series/", agency, "/", domain::ShowDay(day));
}

absl::Status CheckOpening(const pb::OpenSeriesRequest& request) {
  if (!domain::IsAgencyCode(request.agency())) {
    return FieldInvalid("agency", "is no agency code like H29.X05");
  }
  if (request.last_serial() < 0 || request.last_serial() > kSerialMax) {
    return FieldInvalid("last_serial", StrCat("is not between 0 and ", kSerialMax));
  }
  if (domain::IsBlank(request.reason())) {
    return FieldInvalid("reason", "is required: it explains the gap");
  }
  if (domain::CountCharacters(request.reason()) <= kReasonCharactersMax) return absl::OkStatus();
  return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
}

absl::Status CheckFloor(int64_t asked, int64_t known) {
  if (asked >= known) return absl::OkStatus();
  return FieldInvalid("last_serial",
                      StrCat("is ", asked, ", but ", known, " is known to have been given out"));
}

// A series without its gaps.
pb::Series Summary(const Engine& engine, const std::string& agency, absl::CivilDay day,
                   const SeriesRow& row, const Places& places) {
  pb::Series series;
  series.set_agency(agency);
  series.set_date(domain::ShowDay(day));
  series.set_pattern(engine.numbering->rules().patterns.For(agency, day).text());
  series.set_last_serial(row.last_serial);
  series.set_closed(row.IsClosed(engine.store.Info().epoch, day));
  series.set_highest_known_serial(
      std::max(row.last_serial, places.empty() ? 0 : places.rbegin()->first));
  return series;
}

}  // namespace

absl::StatusOr<pb::Series> NumberSeries::Get(const RequestContext& context,
                                             const pb::GetSeriesRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(CheckMaySeeSeries(context, request.agency()));
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(engine_, request.date()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after,
                             ReadToken(kSeriesToken, request.page_token(), epoch));
  // The row first: what is given out meanwhile is then behind the last serial.
  LIENTHONG_ASSIGN_OR_RETURN(const SeriesRow row, ReadSeries(engine_.store, request.agency(), day));
  LIENTHONG_ASSIGN_OR_RETURN(Places places, PlacesOf(engine_, request.agency(), day));
  LIENTHONG_ASSIGN_OR_RETURN(SeriesOpenings openings, ReadOpenings(engine_, request.agency(), day));
  pb::Series series = Summary(engine_, request.agency(), day, row, places);
  const GapList gaps(engine_, request.agency(), day, std::move(places), std::move(openings));
  LIENTHONG_RETURN_IF_ERROR(gaps.Fill(after, series));
  return series;
}

// A page is a few agencies, each with all of its days.
absl::StatusOr<pb::ListClosedSeriesResponse> NumberSeries::ListClosed(
    const RequestContext&, const pb::ListClosedSeriesRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(request.page_size()));
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay today, DayAsked(engine_, request.date()));
  const absl::CivilDay first = request.date().empty() ? today - kClosedDaysBehind : today;
  const int64_t epoch = engine_.store.Info().epoch;
  const absl::CivilDay last = request.date().empty() ? LastClosedDay(epoch) : today;
  LIENTHONG_ASSIGN_OR_RETURN(int64_t next, ReadToken(kClosedToken, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const auto agencies, NumberingAgencies(engine_));
  const auto count = static_cast<int64_t>(agencies.size());
  pb::ListClosedSeriesResponse response;
  for (; next < count && response.series_size() < rows; ++next) {
    const std::string& agency = agencies[next];
    for (absl::CivilDay day = first; day <= last; ++day) {
      const auto& may_issue = engine_.numbering->rules().may_issue;
      if (may_issue && !may_issue(agency, day)) continue;
      LIENTHONG_ASSIGN_OR_RETURN(const SeriesRow row, ReadSeries(engine_.store, agency, day));
      if (!row.IsClosed(epoch, day) || (day < today && row.version == 0)) continue;
      LIENTHONG_ASSIGN_OR_RETURN(const Places places, PlacesOf(engine_, agency, day));
      *response.add_series() = Summary(engine_, agency, day, row, places);
    }
  }
  if (next < count) response.set_next_page_token(MakeToken(kClosedToken, epoch, next));
  return response;
}

absl::StatusOr<pb::OpenSeriesResponse> NumberSeries::Open(const RequestContext& context,
                                                          const pb::OpenSeriesRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(CheckOpening(request));
  LIENTHONG_ASSIGN_OR_RETURN(const auto numbering, NumberingAgencies(engine_));
  if (!std::binary_search(numbering.begin(), numbering.end(), request.agency())) {
    return FieldInvalid("agency",
                        StrCat("is ", request.agency(),
                               ", of which no numbers are given out here; ListClosedSeries "
                               "(`lienthongctl receipt closed`) names those that wait"));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay day, DayAsked(engine_, request.date()));
  const std::string digest = DigestOfRequest(request);
  pb::GetSeriesRequest get;
  get.set_agency(request.agency());
  get.set_date(domain::ShowDay(day));
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto done, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    LIENTHONG_ASSIGN_OR_RETURN(const SeriesRow row,
                               ReadSeries(engine_.store, request.agency(), day));
    LIENTHONG_ASSIGN_OR_RETURN(const pb::Series now, Get(context, get));
    pb::OpenSeriesResponse response;
    *response.mutable_series() = now;
    if (done.has_value()) return response;
    if (!now.closed()) {
      return NotNow("SERIES_OPEN", "series", TargetOf(request.agency(), day),
                    StrCat("the numbers of ", request.agency(), " of ", now.date(),
                           " are open; nothing is to be done"));
    }
    LIENTHONG_RETURN_IF_ERROR(CheckFloor(request.last_serial(), now.highest_known_serial()));
    int64_t version = 0;
    LIENTHONG_ASSIGN_OR_RETURN(SeriesOpenings openings,
                               ReadOpenings(engine_, request.agency(), day, &version));
    storage::v1::SeriesOpening& opening = *openings.add_openings();
    opening.set_known_serial(row.last_serial);
    opening.set_last_serial(request.last_serial());
    opening.set_reason(request.reason());
    opening.set_actor(context.caller.name);
    *opening.mutable_time() = domain::ToProto(engine_.clock.Now());
    WriteSet set;
    const store::Values openings_key = OpeningsKey(request.agency(), day);
    set.conditions = {{Table::kSeries, {request.agency(), domain::SeriesDay(day)}, row.version},
                      {Table::kSeries, openings_key, version}};
    set.mutations.push_back(
        PutSeries(request.agency(), day, request.last_serial(), engine_.store.Info().epoch));
    Row kept{.columns = openings_key, .version = 0, .body = Seal(engine_, 0, openings)};
    set.mutations.push_back({Mutation::Kind::kPut, Table::kSeries, std::move(kept)});
    storage::v1::ActRecord act;
    act.set_actor(context.caller.name);
    act.set_kind("open-series");
    act.set_target(TargetOf(request.agency(), day));
    act.set_reason(request.reason());
    *act.mutable_time() = opening.time();
    act.set_request_id(request.request_id());
    act.set_result(StrCat("last serial ", request.last_serial()));
    PutAct(engine_, act, set);
    AddRequest(engine_, context, request.request_id(), digest, "", "", set);
    const absl::StatusOr<CommitResult> committed =
        engine_.store.CommitAndWait(std::move(set), DeadlineOf(engine_, context));
    engine_.numbering->Invalidate(request.agency(), day);
    if (committed.ok()) {
      LIENTHONG_ASSIGN_OR_RETURN(*response.mutable_series(), Get(context, get));
      return response;
    }
    if (!absl::IsAborted(committed.status())) return committed.status();
  }
  return Busy("this series changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core

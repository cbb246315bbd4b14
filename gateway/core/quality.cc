#include "gateway/core/quality.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/records.h"
#include "gateway/core/tokens.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::core {
namespace {

using domain::Indicator;
using store::Table;

constexpr int64_t kNone = std::numeric_limits<int64_t>::min();
constexpr int64_t kSecondsPerHour = 3600;
constexpr std::string_view kQualityToken = "quality";
constexpr int kLaneByPending = 2;  // as in tables.cc
constexpr size_t kLanePendingColumn = 4;
constexpr size_t kJournalDossierColumn = 1;

int64_t SecondsOr(const std::optional<absl::Time>& time) {
  return time.has_value() ? absl::ToUnixSeconds(*time) : kNone;
}

absl::StatusOr<absl::CivilDay> DayOf(std::string_view field, const std::string& text,
                                     absl::CivilDay otherwise) {
  if (text.empty()) return otherwise;
  constexpr size_t kPlainDigits = 8;  // 20261001
  const bool is_plain = text.size() == kPlainDigits;
  const std::optional<absl::CivilDay> day = domain::ParseDay(
      is_plain ? StrCat(text.substr(0, 4), "-", text.substr(4, 2), "-", text.substr(6)) : text);
  if (day.has_value()) return *day;
  return FieldInvalid(field, StrCat("is ", text, ", not a day like 2026-10-01 or 20261001"));
}

int64_t BeginOf(absl::CivilDay day) { return absl::ToUnixSeconds(domain::AtWall(day, 0)); }

}  // namespace

absl::StatusOr<bool> Quality::Step() {
  if (!begun_) {
    cursor_ = engine_.store.Info().last_sequence;  // what comes later is followed
    begun_ = true;
  }
  return IsCounting() ? ReadDossiers() : FollowJournal();
}

bool Quality::IsCounting() const {
  const std::lock_guard lock(mutex_);
  return counting_;
}

absl::StatusOr<bool> Quality::ReadDossiers() {
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<store::Row> rows,
      engine_.store.Read(
          {.table = Table::kDossier, .after = after_, .limit_rows = kQualityPageRows}));
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, ReadDossier(engine_, row));
    Put(stored.id, stored.dossier);
    after_ = stored.id;
  }
  if (!rows.empty()) return true;
  const std::lock_guard lock(mutex_);
  counting_ = false;
  return true;
}

absl::StatusOr<bool> Quality::FollowJournal() {
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<store::Row> rows,
      engine_.store.Read(
          {.table = Table::kJournal, .after = cursor_, .limit_rows = kQualityPageRows}));
  std::set<int64_t> changed;
  for (const store::Row& row : rows) {
    changed.insert(std::get<int64_t>(row.columns[kJournalDossierColumn]));
  }
  for (const int64_t id : changed) LIENTHONG_RETURN_IF_ERROR(Look(id));
  if (!rows.empty()) cursor_ = std::get<int64_t>(rows.back().columns[0]);
  return rows.size() == kQualityPageRows;
}

absl::Status Quality::Look(int64_t dossier_id) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, dossier_id));
  if (stored.version > 0) Put(stored.id, stored.dossier);
  return absl::OkStatus();
}

void Quality::Put(int64_t id, const dossier::v1::Dossier& dossier) {
  const std::optional<domain::IndicatorFacts> facts = domain::IndicatorFactsOf(dossier);
  const std::string agency = AgencyInCharge(dossier);
  const std::lock_guard lock(mutex_);
  const auto at = std::lower_bound(rows_.begin(), rows_.end(), id, [](const Row& row, int64_t key) {
    return row.dossier_id < key;
  });
  const bool is_there = at != rows_.end() && at->dossier_id == id;
  if (!facts.has_value()) {
    if (is_there) rows_.erase(at);
    return;
  }
  const Row row{.dossier_id = id,
                .received_s = absl::ToUnixSeconds(facts->received),
                .ended_s = SecondsOr(facts->ended),
                .due_s = SecondsOr(facts->due),
                .agency = NumberOf(agency),
                .counted = facts->counted,
                .fulfilled = facts->fulfilled};
  if (is_there) {
    *at = row;
  } else {
    rows_.insert(at, row);
  }
}

uint32_t Quality::NumberOf(const std::string& agency) {
  const auto [found, is_new] = numbers_.emplace(agency, static_cast<uint32_t>(agencies_.size()));
  if (is_new) agencies_.push_back(agency);
  return found->second;
}

absl::StatusOr<Quality::Period> Quality::PeriodOf(
    const RequestContext& context, const std::string& from_day, const std::string& to_day,
    const google::protobuf::RepeatedPtrField<std::string>& agencies) const {
  const absl::Time now = engine_.clock.Now();
  const absl::CivilDay today = domain::WallDay(now);
  const absl::CivilDay first(absl::CivilMonth{today});
  Period period;
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay from, DayOf("from_day", from_day, first));
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay to, DayOf("to_day", to_day, today));
  if (to < from) return FieldInvalid("to_day", "is before from_day");
  LIENTHONG_ASSIGN_OR_RETURN(period.scope, ScopeOf(engine_, context, agencies));
  LIENTHONG_ASSIGN_OR_RETURN(period.waiting, WaitingAtPortals());
  period.from_day = domain::FormatDay(from);
  period.to_day = domain::FormatDay(to);
  period.from_s = BeginOf(from);
  period.until_s = BeginOf(to + 1);
  period.now_s = absl::ToUnixSeconds(now);
  return period;
}

absl::StatusOr<std::set<int64_t>> Quality::WaitingAtPortals() const {
  std::set<int64_t> waiting;
  const auto add = [&waiting](const std::vector<store::Row>& lanes) {
    for (const store::Row& lane : lanes) waiting.insert(std::get<int64_t>(lane.columns[1]));
  };
  for (const std::string& link : portal_links_) {
    store::Scan scan{.table = Table::kLane,
                     .index = kLaneByPending,
                     .prefix = {link},
                     .at_most = kNeverMicros - 1,
                     .limit_rows = store::kScanRowsMax};
    for (;;) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> lanes, engine_.store.Read(scan));
      add(lanes);
      if (static_cast<int64_t>(lanes.size()) < scan.limit_rows) break;
      const store::Value last = lanes.back().columns[kLanePendingColumn];
      LIENTHONG_ASSIGN_OR_RETURN(  // the rest of that instant
          const std::vector<store::Row> same,
          engine_.store.Read({.table = Table::kLane,
                              .index = kLaneByPending,
                              .prefix = {link, last},
                              .limit_rows = store::kScanRowsMax}));
      add(same);
      scan.after = last;
    }
  }
  return waiting;
}

bool Quality::Has(const Period& period, const Row& row) const {
  return row.received_s >= period.from_s && row.received_s < period.until_s &&
         period.scope.Has(agencies_[row.agency]);
}

// One that has not ended is held against the end of the period, or now.
bool Quality::Fulfils(const Period& period, const Row& row, Indicator indicator) {
  const bool fulfils = (row.fulfilled & domain::BitOf(indicator)) != 0;
  switch (indicator) {
    case Indicator::k1_4:
      return !period.waiting.contains(row.dossier_id);
    case Indicator::k2_1: {
      const int64_t end =
          row.ended_s != kNone ? row.ended_s : std::min(period.now_s, period.until_s);
      return fulfils && row.due_s != kNone && end <= row.due_s;
    }
    default:
      return fulfils;
  }
}

absl::StatusOr<report::v1::QualityReport> Quality::Report(
    const RequestContext& context, const report::v1::GetQualityReportRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const Period period, PeriodOf(context, request.from_day(),
                                                           request.to_day(), request.agencies()));
  using Sums = std::array<Sum, domain::kIndicators>;
  std::map<std::string, Sums> by_agency;
  report::v1::QualityReport report;
  {
    const std::lock_guard lock(mutex_);
    for (const Row& row : rows_) {
      if (!Has(period, row)) continue;
      Sums& sums = by_agency[agencies_[row.agency]];
      for (int i = 0; i < domain::kIndicators; ++i) {
        const auto indicator = static_cast<Indicator>(i);
        if (!IsCounted(row, indicator)) continue;
        Sum& sum = sums.at(static_cast<size_t>(i));
        ++sum.denominator;
        if (indicator == Indicator::k2_2) {
          sum.numerator += (row.ended_s - row.received_s) / kSecondsPerHour;
        } else if (Fulfils(period, row, indicator)) {
          ++sum.numerator;
        }
      }
    }
    report.set_counting(counting_);
  }
  Sums all = {};
  const auto show = [](const Sums& sums, report::v1::QualityOfAgency& shown) {
    for (int i = 0; i < domain::kIndicators; ++i) {
      const Sum& sum = sums.at(static_cast<size_t>(i));
      auto& component = *shown.add_components();
      component.set_indicator(std::string(domain::NameOf(static_cast<Indicator>(i))));
      component.set_numerator(sum.numerator);
      component.set_denominator(sum.denominator);
    }
  };
  for (const auto& [agency, sums] : by_agency) {
    auto& shown = *report.add_agencies();
    shown.set_agency(agency);
    show(sums, shown);
    for (size_t i = 0; i < all.size(); ++i) {
      all.at(i).numerator += sums.at(i).numerator;
      all.at(i).denominator += sums.at(i).denominator;
    }
  }
  show(all, *report.mutable_total());
  report.set_from_day(period.from_day);
  report.set_to_day(period.to_day);
  *report.mutable_time() = domain::ToProto(engine_.clock.Now());
  return report;
}

absl::StatusOr<report::v1::ListQualityDossiersResponse> Quality::List(
    const RequestContext& context, const report::v1::ListQualityDossiersRequest& request) const {
  const std::optional<Indicator> indicator = domain::IndicatorOf(request.indicator());
  if (!indicator.has_value()) {
    return FieldInvalid("indicator", StrCat("is ", request.indicator(),
                                            ", not a component such as 2.1; expected one of 1.4, "
                                            "2.1, 2.2, 3.3, 3.5, 4.1, 4.2, 4.3, 4.4, 4.5"));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Period period, PeriodOf(context, request.from_day(),
                                                           request.to_day(), request.agencies()));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows_max, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after,
                             ReadToken(kQualityToken, request.page_token(), epoch));
  std::vector<Row> found;
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    const auto begin =
        std::upper_bound(rows_.begin(), rows_.end(), after,
                         [](int64_t key, const Row& row) { return key < row.dossier_id; });
    for (auto row = begin; row != rows_.end() && !more; ++row) {
      if (!Has(period, *row) || !IsCounted(*row, *indicator)) continue;
      if (Fulfils(period, *row, *indicator)) continue;
      more = static_cast<int64_t>(found.size()) == rows_max;
      if (!more) found.push_back(*row);
    }
  }
  report::v1::ListQualityDossiersResponse response;
  for (const Row& row : found) {
    LIENTHONG_ASSIGN_OR_RETURN(*response.add_dossiers(), Shown(row, *indicator));
  }
  if (more) {
    response.set_next_page_token(MakeToken(kQualityToken, epoch, found.back().dossier_id));
  }
  return response;
}

absl::StatusOr<report::v1::QualityDossier> Quality::Shown(const Row& row,
                                                          Indicator indicator) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, row.dossier_id));
  report::v1::QualityDossier shown;
  shown.set_code(stored.dossier.code());
  shown.set_agency(AgencyInCharge(stored.dossier));
  shown.set_status(stored.dossier.status());
  shown.mutable_received_time()->set_seconds(row.received_s);
  if (row.due_s != kNone) shown.mutable_due_time()->set_seconds(row.due_s);
  if (indicator == Indicator::k2_2) {
    shown.set_hours((row.ended_s - row.received_s) / kSecondsPerHour);
  }
  return shown;
}

}  // namespace lienthong::core

#include "gateway/core/catalogue_answers.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/agency_code.h"
#include "gateway/catalogue/lookup_errors.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/deadline_words.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/time_limit.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::core {
namespace {

using catalogue::HoldsOn;
using catalogue::Key;
using catalogue::Snapshot;
namespace pb = catalogue::v1;

constexpr int kPageSizeDefault = 100;
constexpr int kPageSizeMax = 1000;
constexpr char kTokenSeparator = '\x1f';

absl::Status CheckDay(std::string_view field, std::string_view day) {
  if (day.empty() || domain::ParseDay(day).has_value()) return absl::OkStatus();
  return FieldInvalid(field, StrCat("is '", day, "', which is no day; write it as 2025-07-01"));
}

std::string OrElse(const std::string& day, std::string_view otherwise) {
  return day.empty() ? std::string(otherwise) : day;
}

std::string TokenOf(const Key& key) {
  return StrCat(key.name_space, std::string(1, kTokenSeparator), key.code,
                std::string(1, kTokenSeparator), key.valid_from);
}

absl::StatusOr<Key> KeyAt(std::string_view kind, const std::string& token) {
  const size_t first = token.find(kTokenSeparator);
  const size_t second = first == std::string::npos ? first : token.find(kTokenSeparator, first + 1);
  if (second == std::string::npos) {
    return PageTokenInvalid("is not of this list; begin again without one");
  }
  return Key{std::string(kind), token.substr(0, first), token.substr(first + 1, second - first - 1),
             token.substr(second + 1)};
}

// Entries of one kind behind a token, those that `wanted` takes, a page of them.
template <typename T, typename Wanted, typename Request, typename Response>
absl::Status FillPage(const Snapshot& snapshot, std::string_view kind, const Request& request,
                      const Wanted& wanted, google::protobuf::RepeatedPtrField<T>& page,
                      Response& response) {
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    return FieldInvalid("page_size", StrCat("is not between 0 and ", kPageSizeMax));
  }
  const int size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  auto it = snapshot.entries().lower_bound({std::string(kind), "", "", ""});
  if (!request.page_token().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(const Key last, KeyAt(kind, request.page_token()));
    it = snapshot.entries().upper_bound(last);
  }
  const Key* last = nullptr;
  for (; it != snapshot.entries().end() && it->first.kind == kind; ++it) {
    const T& entry = std::get<T>(it->second);
    if (!wanted(entry)) continue;
    if (page.size() == size) {
      response.set_next_page_token(TokenOf(*last));
      return absl::OkStatus();
    }
    *page.Add() = entry;
    last = &it->first;
  }
  return absl::OkStatus();
}

absl::StatusOr<pb::TimeLimit> StepLimitOf(const pb::Procedure& procedure, const std::string& name,
                                          std::string_view day) {
  std::vector<std::string> names;
  for (const pb::ProcedureStep& step : procedure.steps()) {
    if (step.has_limit() && step.name() == name) return step.limit();
    if (step.has_limit()) names.push_back(StrCat("'", step.name(), "'"));
  }
  return FieldInvalid("step", StrCat("is '", name, "', of which procedure ", procedure.code(),
                                     " says no time on ", day, "; of these it does: ",
                                     names.empty() ? "none" : absl::StrJoin(names, ", ")));
}

absl::StatusOr<pb::TimeLimit> LimitOf(const Snapshot& snapshot,
                                      const pb::ComputeDeadlineRequest& request,
                                      std::string_view day) {
  if (request.has_limit() == !request.procedure().empty()) {
    return FieldInvalid("limit", "and procedure are both there or both missing; give one of them");
  }
  if (request.has_limit() && !request.step().empty()) {
    return FieldInvalid("step", "is of a procedure; name that, or leave the step out");
  }
  if (request.has_limit()) return request.limit();
  LIENTHONG_ASSIGN_OR_RETURN(const auto found, snapshot.FindProcedure(request.procedure(), day));
  if (!request.step().empty()) return StepLimitOf(*found.procedure, request.step(), day);
  for (const auto& channel : found.procedure->channels()) {
    if (channel.channel() == request.channel() && channel.has_limit()) return channel.limit();
  }
  return FieldInvalid("channel", StrCat("has no limit that can be computed in procedure ",
                                        request.procedure(), " on ", day, "; give a limit"));
}

}  // namespace

absl::StatusOr<pb::ResolveAgencyResponse> ResolveAgency(const Snapshot& snapshot,
                                                        const pb::ResolveAgencyRequest& request,
                                                        std::string_view today) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  LIENTHONG_ASSIGN_OR_RETURN(
      const pb::Agency* agency,
      snapshot.FindAgency(request.code(), request.date(), request.namespace_()));
  pb::ResolveAgencyResponse response;
  *response.mutable_agency() = *agency;
  response.set_qcvn_code(catalogue::QcvnCode(agency->code()));
  for (const pb::Agency* current : snapshot.Current(*agency, today)) {
    response.add_current(current->code());
  }
  response.set_calendar(
      agency->calendar().empty()
          ? snapshot.CalendarOf(agency->parent(), OrElse(request.date(), agency->valid_from()))
          : agency->calendar());
  return response;
}

absl::StatusOr<pb::ResolveUnitResponse> ResolveUnit(const Snapshot& snapshot,
                                                    const pb::ResolveUnitRequest& request,
                                                    std::string_view today) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  LIENTHONG_ASSIGN_OR_RETURN(
      const pb::AdministrativeUnit* unit,
      snapshot.FindUnit(request.code(), request.date(), request.namespace_()));
  pb::ResolveUnitResponse response;
  *response.mutable_unit() = *unit;
  for (const pb::AdministrativeUnit* current : snapshot.Current(*unit, today)) {
    *response.add_current() = *current;
  }
  return response;
}

absl::StatusOr<pb::ListAgenciesResponse> ListAgencies(const Snapshot& snapshot,
                                                      const pb::ListAgenciesRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  const std::string parent = catalogue::FoldAgencyCode(request.parent());
  pb::ListAgenciesResponse response;
  const auto wanted = [&](const pb::Agency& agency) {
    return (request.date().empty() ||
            HoldsOn(agency.valid_from(), agency.valid_until(), request.date())) &&
           (parent.empty() || catalogue::FoldAgencyCode(agency.parent()) == parent);
  };
  LIENTHONG_RETURN_IF_ERROR(FillPage<pb::Agency>(snapshot, "agency", request, wanted,
                                                 *response.mutable_agencies(), response));
  return response;
}

absl::StatusOr<pb::ListUnitsResponse> ListUnits(const Snapshot& snapshot,
                                                const pb::ListUnitsRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  const std::string parent = domain::FoldCode(request.parent());
  pb::ListUnitsResponse response;
  const auto wanted = [&](const pb::AdministrativeUnit& unit) {
    return (request.date().empty() ||
            HoldsOn(unit.valid_from(), unit.valid_until(), request.date())) &&
           (parent.empty() || domain::FoldCode(unit.parent()) == parent);
  };
  LIENTHONG_RETURN_IF_ERROR(FillPage<pb::AdministrativeUnit>(snapshot, "unit", request, wanted,
                                                             *response.mutable_units(), response));
  return response;
}

absl::StatusOr<pb::GetProcedureResponse> GetProcedure(const Snapshot& snapshot,
                                                      const pb::GetProcedureRequest& request,
                                                      std::string_view today) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  LIENTHONG_ASSIGN_OR_RETURN(
      const auto found,
      snapshot.FindProcedure(request.code(), OrElse(request.date(), today), request.level()));
  pb::GetProcedureResponse response;
  *response.mutable_procedure() = *found.procedure;
  if (found.mapping != nullptr) *response.mutable_mapping() = *found.mapping;
  return response;
}

absl::StatusOr<pb::ListProceduresResponse> ListProcedures(const Snapshot& snapshot,
                                                          const pb::ListProceduresRequest& request,
                                                          std::string_view today) {
  LIENTHONG_RETURN_IF_ERROR(CheckDay("date", request.date()));
  const std::string day = OrElse(request.date(), today);
  pb::ListProceduresResponse response;
  const auto wanted = [&](const pb::Procedure& procedure) {
    return HoldsOn(procedure.valid_from(), procedure.valid_until(), day) &&
           (request.field_code().empty() || procedure.field_code() == request.field_code());
  };
  LIENTHONG_RETURN_IF_ERROR(FillPage<pb::Procedure>(snapshot, "procedure", request, wanted,
                                                    *response.mutable_procedures(), response));
  return response;
}

absl::StatusOr<pb::ListProcedureChangesResponse> ListProcedureChanges(
    const Snapshot& snapshot, const pb::ListProcedureChangesRequest& request,
    std::string_view today) {
  if (request.from().empty()) return FieldInvalid("from", "is empty; it is required");
  LIENTHONG_RETURN_IF_ERROR(CheckDay("from", request.from()));
  LIENTHONG_RETURN_IF_ERROR(CheckDay("until", request.until()));
  pb::ListProcedureChangesResponse response;
  for (pb::ProcedureChange& change :
       snapshot.ProcedureChanges(request.from(), OrElse(request.until(), today))) {
    *response.add_changes() = std::move(change);
  }
  return response;
}

absl::StatusOr<pb::WorkingCalendar> GetCalendar(const Snapshot& snapshot,
                                                const pb::GetCalendarRequest& request) {
  const auto found = snapshot.calendars().find(request.id());
  if (found == snapshot.calendars().end()) {
    return catalogue::UnknownCode("working calendar", request.id(), "", {});
  }
  return found->second;
}

absl::StatusOr<pb::ComputeDeadlineResponse> ComputeDeadline(
    const Snapshot& snapshot, const pb::ComputeDeadlineRequest& request, absl::Time now) {
  const absl::Time start = request.has_start_time() ? domain::FromProto(request.start_time()) : now;
  const std::string day = domain::FormatDay(domain::WallDay(start));
  LIENTHONG_ASSIGN_OR_RETURN(const pb::TimeLimit limit, LimitOf(snapshot, request, day));
  const std::string id =
      request.calendar().empty() ? snapshot.CalendarOf(request.agency(), day) : request.calendar();
  const domain::Calendar* calendar = snapshot.FindCalendar(id);
  if (calendar == nullptr) return catalogue::UnknownCode("working calendar", id, "", {});
  LIENTHONG_ASSIGN_OR_RETURN(const domain::Due due, domain::DueOf(*calendar, start, limit));
  pb::ComputeDeadlineResponse response;
  if (due.time.has_value()) *response.mutable_due_time() = domain::ToProto(*due.time);
  response.set_provisional(due.provisional);
  response.set_calendar(id);
  const auto reasoning = domain::ReasoningOf(*calendar, start, limit);
  for (const domain::Sentence& sentence : reasoning) response.add_reasoning(sentence.vi);
  for (const domain::Sentence& sentence : reasoning) response.add_reasoning(sentence.en);
  return response;
}

}  // namespace lienthong::core

#include "gateway/core/number_requests.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"

namespace lienthong::core {

using store::Mutation;
using store::Row;
using store::Table;

absl::Time DeadlineOf(const Engine& engine, const RequestContext& context) {
  return std::min(context.deadline, engine.clock.Now() + engine.commit_timeout);
}

absl::Status OutcomeUnknown() {
  return absl::DeadlineExceededError(
      "the deadline came before the store answered; ask again with the same request_id");
}

void AddRequest(const Engine& engine, const RequestContext& context, std::string_view request_id,
                std::string digest, std::string_view code, std::string_view made,
                store::WriteSet& set) {
  storage::v1::RequestRecord record;
  record.set_digest(std::move(digest));
  record.set_code(std::string(code));
  record.set_reservation_id(std::string(made));
  const store::Values key = {context.caller.name, std::string(request_id)};
  set.conditions.push_back({Table::kRequest, key, 0});
  Row row{.columns = key, .version = 0, .body = Seal(engine, 0, record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kRequest, std::move(row)});
}

bool ActsFor(const RequestContext& context, std::string_view agency) {
  const auto& agencies = context.caller.agencies;
  return std::find(agencies.begin(), agencies.end(), agency) != agencies.end();
}

absl::Status CheckMaySeeSeries(const RequestContext& context, std::string_view agency) {
  if (context.caller.kind == CallerKind::kOperator || ActsFor(context, agency)) {
    return absl::OkStatus();
  }
  return NotShared(agency, "series");
}

absl::Status NotNow(std::string_view reason, std::string_view name, std::string_view value,
                    std::string_view message) {
  ErrorDetails details;
  details.reason = std::string(reason);
  details.metadata = {{std::string(name), std::string(value)}};
  return WithDetails(absl::FailedPreconditionError(ToAbsl(message)), details);
}

}  // namespace lienthong::core

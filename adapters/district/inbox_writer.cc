#include "adapters/district/inbox_writer.h"

#include <set>
#include <string_view>

#include "absl/strings/str_replace.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/unavailable.h"
#include "gateway/base/text.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::district {
namespace {

namespace pb = ::lienthong::adapter::v1;

using DeliveryIds = std::set<std::string, std::less<>>;

// All rows travel as one bound parameter, in order.
constexpr char kInsertSql[] =
    "INSERT INTO {table} ({delivery}, {key}, {code}, {receipt_number}, {revision}, {content})"
    " SELECT m.item->>'delivery', m.item->>'key', m.item->>'code', m.item->>'receipt_number',"
    " (m.item->>'revision')::bigint, (m.item->>'content')::jsonb"
    " FROM json_array_elements($1::json) WITH ORDINALITY AS m(item, place) ORDER BY m.place"
    " ON CONFLICT ({delivery}) DO NOTHING RETURNING {delivery}";

constexpr char kPresentSql[] =
    "SELECT {delivery} FROM {table}"
    " WHERE {delivery} IN (SELECT json_array_elements_text($1::json))";

// Never throws: what is not UTF-8 was refused before it came here, and would be replaced.
std::string ToText(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string RowsOf(absl::Span<const InboxMessage> messages) {
  nlohmann::json rows = nlohmann::json::array();
  for (const InboxMessage& message : messages) {
    nlohmann::json row = {{"delivery", message.delivery_id},
                          {"code", message.code},
                          {"revision", message.revision},
                          {"content", message.content}};
    if (!message.key.empty()) row["key"] = message.key;
    if (!message.receipt_number.empty()) row["receipt_number"] = message.receipt_number;
    rows.push_back(std::move(row));
  }
  return ToText(rows);
}

std::string DeliveryIdsOf(absl::Span<const InboxMessage> messages) {
  nlohmann::json ids = nlohmann::json::array();
  for (const InboxMessage& message : messages) ids.push_back(message.delivery_id);
  return ToText(ids);
}

DeliveryIds FirstColumn(const SqlRows& rows) {
  DeliveryIds ids;
  for (int i = 0; i < rows.size(); ++i) ids.emplace(rows.Text(i, 0));
  return ids;
}

void AddAll(absl::Span<const InboxMessage> messages, pb::Outcome outcome, const SqlFault& fault,
            pb::DeliverReply& reply) {
  for (const InboxMessage& message : messages) {
    pb::ItemOutcome& item = *reply.add_outcomes();
    item.set_delivery_id(message.delivery_id);
    item.set_outcome(outcome);
    item.set_field(fault.column.empty() ? fault.constraint : fault.column);
    item.set_reason(fault.Describe());
  }
}

// The rest of a call in which the database went away.
void PutOff(absl::Span<const InboxMessage> messages, pb::DeliverReply& reply) {
  for (const InboxMessage& message : messages) {
    *reply.add_outcomes() = sdk::MakeOutcome(message.delivery_id, pb::OUTCOME_RETRY_AFTER, "",
                                             reply.unavailable().reason());
  }
}

void AddWritten(absl::Span<const InboxMessage> messages, const DeliveryIds& inserted,
                const DeliveryIds& present, pb::DeliverReply& reply) {
  for (const InboxMessage& message : messages) {
    pb::ItemOutcome& item = *reply.add_outcomes();
    item.set_delivery_id(message.delivery_id);
    if (inserted.contains(message.delivery_id)) {
      item.set_outcome(pb::OUTCOME_APPLIED);
    } else if (present.contains(message.delivery_id)) {
      item.set_outcome(pb::OUTCOME_DUPLICATE);
    } else {
      item.set_outcome(pb::OUTCOME_REJECTED);
      item.set_reason("the database kept no row of it: a trigger or rule of the inbox drops it");
    }
  }
}

}  // namespace

absl::StatusOr<pb::DeliverReply> InboxWriter::Write(PgConnection& connection,
                                                    absl::Span<const InboxMessage> messages,
                                                    absl::Time deadline) const {
  pb::DeliverReply reply;
  absl::Status misconfigured;
  if (!messages.empty()) WriteRange(connection, messages, deadline, reply, misconfigured);
  for (const pb::ItemOutcome& item : reply.outcomes()) {
    if (item.outcome() == pb::OUTCOME_RETRY_AFTER) continue;
    if (!reply.has_unavailable()) sdk::SetUnavailable(reply, misconfigured);
    return reply;
  }
  if (!misconfigured.ok()) return misconfigured;
  return reply;
}

void InboxWriter::WriteRange(PgConnection& connection, absl::Span<const InboxMessage> messages,
                             absl::Time deadline, pb::DeliverReply& reply,
                             absl::Status& misconfigured) const {
  if (reply.has_unavailable()) return PutOff(messages, reply);
  const std::optional<SqlFault> fault = Transact(connection, messages, deadline, reply);
  if (!fault) return;
  switch (KindOf(*fault)) {
    case FaultKind::kTransient:
      sdk::SetUnavailable(reply, ToStatus(*fault, "writing the inbox"));
      return AddAll(messages, pb::OUTCOME_RETRY_AFTER, *fault, reply);
    case FaultKind::kRights:
      return AddAll(messages, pb::OUTCOME_NOT_AUTHORISED, *fault, reply);
    case FaultKind::kConfiguration:
      misconfigured = ToStatus(*fault, "writing the inbox");
      return AddAll(messages, pb::OUTCOME_RETRY_AFTER, *fault, reply);
    case FaultKind::kData:
      break;
  }
  if (messages.size() == 1) return AddAll(messages, pb::OUTCOME_REJECTED, *fault, reply);
  const size_t half = messages.size() / 2;
  WriteRange(connection, messages.first(half), deadline, reply, misconfigured);
  WriteRange(connection, messages.subspan(half), deadline, reply, misconfigured);
}

std::optional<SqlFault> InboxWriter::Transact(PgConnection& connection,
                                              absl::Span<const InboxMessage> messages,
                                              absl::Time deadline, pb::DeliverReply& reply) const {
  if (std::optional<SqlFault> fault = connection.Open(deadline)) return fault;
  SqlReply begun = connection.Run("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", {}, deadline);
  if (begun.fault) return begun.fault;
  SqlReply insert = connection.Run(Fill(connection, kInsertSql), {RowsOf(messages)}, deadline);
  DeliveryIds inserted;
  DeliveryIds present;
  if (!insert.fault) inserted = FirstColumn(insert.rows);
  if (!insert.fault && inserted.size() < messages.size()) {
    insert = connection.Run(Fill(connection, kPresentSql), {DeliveryIdsOf(messages)}, deadline);
    if (!insert.fault) present = FirstColumn(insert.rows);
  }
  if (insert.fault) {
    // Closing rolls back as well, should this not get through.
    if (connection.Run("ROLLBACK", {}, deadline).fault) connection.Close();
    return insert.fault;
  }
  const SqlReply commit = connection.Run("COMMIT", {}, deadline);
  if (commit.fault && !commit.fault->connection_lost) return commit.fault;
  if (commit.fault || commit.rows.command() != "COMMIT") {
    connection.Close();
    AddAll(messages, pb::OUTCOME_UNKNOWN, commit.fault.value_or(SqlFault{}), reply);
    return std::nullopt;
  }
  AddWritten(messages, inserted, present, reply);
  return std::nullopt;
}

std::string InboxWriter::Fill(const PgConnection& connection, const char* sql) const {
  return absl::StrReplaceAll(sql, {{"{table}", connection.Quote(names_.table)},
                                   {"{delivery}", connection.Quote(names_.delivery)},
                                   {"{key}", connection.Quote(names_.key)},
                                   {"{code}", connection.Quote(names_.code)},
                                   {"{receipt_number}", connection.Quote(names_.receipt_number)},
                                   {"{revision}", connection.Quote(names_.revision)},
                                   {"{content}", connection.Quote(names_.content)}});
}

}  // namespace lienthong::adapters::district

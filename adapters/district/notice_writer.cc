#include "adapters/district/notice_writer.h"

#include <optional>
#include <string_view>

#include "absl/strings/str_replace.h"
#include "adapters/sdk/items.h"
#include "gateway/base/text.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::district {
namespace {

namespace pb = ::lienthong::adapter::v1;

constexpr char kInsertSql[] =
    "INSERT INTO {table} (id, khoa, ma_ho_so, loai, truong, ben, ket_qua, luc)"
    " SELECT m.item->>'id', m.item->>'key', m.item->>'code', m.item->>'kind', m.item->>'path',"
    " m.item->>'party', m.item->>'result', to_timestamp((m.item->>'seconds')::double precision)"
    " FROM json_array_elements($1::json) AS m(item) ON CONFLICT (id) DO NOTHING";

std::string KindName(pb::Notice::Kind kind) {
  constexpr std::string_view kPrefix = "KIND_";
  return pb::Notice::Kind_Name(kind).substr(kPrefix.size());
}

std::string RowsOf(const pb::OutboundItem& item) {
  nlohmann::json rows = nlohmann::json::array();
  for (const pb::Notice& notice : item.notices()) {
    rows.push_back({{"id", notice.id()},
                    {"key", item.key()},
                    {"code", item.dossier().code()},
                    {"kind", KindName(notice.kind())},
                    {"path", notice.path()},
                    {"party", notice.party()},
                    {"result", notice.result()},
                    {"seconds", notice.time().seconds()}});
  }
  return rows.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

pb::Outcome OutcomeOf(const SqlFault& fault) {
  if (fault.connection_lost) return pb::OUTCOME_UNKNOWN;
  switch (KindOf(fault)) {
    case FaultKind::kData:
      return pb::OUTCOME_REJECTED;
    case FaultKind::kTransient:
      return pb::OUTCOME_RETRY_AFTER;
    default:  // as long as the table is not as it should be
      return pb::OUTCOME_NOT_AUTHORISED;
  }
}

}  // namespace

pb::ItemOutcome NoticeWriter::Write(PgConnection& connection, const pb::OutboundItem& item,
                                    absl::Time deadline) const {
  std::optional<SqlFault> fault = connection.Open(deadline);
  if (!fault) {
    const std::string sql =
        absl::StrReplaceAll(kInsertSql, {{"{table}", connection.Quote(table_)}});
    fault = connection.Run(sql, {RowsOf(item)}, deadline).fault;
  }
  return fault ? sdk::MakeOutcome(item.delivery_id(), OutcomeOf(*fault), "", fault->Describe())
               : sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_APPLIED);
}

}  // namespace lienthong::adapters::district

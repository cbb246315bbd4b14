#include "adapters/district/exchange_tables.h"

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::district {
namespace {

// PostgreSQL cuts longer names, which would then name something else.
constexpr size_t kNameBytesMax = 63;

struct Name {
  std::string* out;
  std::string_view key;
  std::string_view default_name;
};

bool IsName(std::string_view part) {
  return !part.empty() && part.size() <= kNameBytesMax && part.find('\0') == part.npos;
}

void ReadName(const sdk::Settings& settings, const Name& name) {
  const absl::StatusOr<std::string> read = settings.Text(name.key, name.default_name);
  if (!read.ok()) return;
  *name.out = *read;
  const std::string_view text = *name.out;
  // Only a table may stand in a schema: `schema.table`.
  const size_t dot = name.key.ends_with("_table") ? text.find('.') : text.npos;
  const bool fine = dot == text.npos
                        ? IsName(text) && text.find('.') == text.npos
                        : IsName(text.substr(0, dot)) && IsName(text.substr(dot + 1)) &&
                              text.find('.', dot + 1) == text.npos;
  if (fine) return;
  settings.AddProblem(
      name.key, StrCat("`", text, "` is no name of a ",
                       name.key.ends_with("_table") ? "table (`name` or `schema.name`)" : "column",
                       " of at most ", kNameBytesMax, " bytes"));
}

void ReadNames(const sdk::Settings& settings, const std::vector<Name>& names) {
  for (const Name& name : names) ReadName(settings, name);
}

}  // namespace

OutboxTable ReadOutboxTable(const sdk::Settings& settings) {
  OutboxTable outbox;
  ReadNames(settings, {{&outbox.table, "outbox_table", "lienthong_outbox"},
                       {&outbox.id, "outbox_id_column", "id"},
                       {&outbox.transaction, "outbox_transaction_column", "giao_dich"},
                       {&outbox.key, "outbox_key_column", "khoa"},
                       {&outbox.code, "outbox_code_column", "ma_ho_so"},
                       {&outbox.receipt_number, "outbox_receipt_number_column", "so_bien_nhan"},
                       {&outbox.content, "outbox_content_column", "noi_dung"},
                       {&outbox.written_time, "outbox_written_time_column", "tao_luc"}});
  return outbox;
}

InboxTable ReadInboxTable(const sdk::Settings& settings) {
  InboxTable inbox;
  ReadNames(settings, {{&inbox.table, "inbox_table", "lienthong_inbox"},
                       {&inbox.id, "inbox_id_column", "id"},
                       {&inbox.delivery, "inbox_delivery_column", "ma_tin"},
                       {&inbox.key, "inbox_key_column", "khoa"},
                       {&inbox.code, "inbox_code_column", "ma_ho_so"},
                       {&inbox.receipt_number, "inbox_receipt_number_column", "so_bien_nhan"},
                       {&inbox.revision, "inbox_revision_column", "phien_ban"},
                       {&inbox.content, "inbox_content_column", "noi_dung"},
                       {&inbox.processed_time, "inbox_processed_time_column", "xu_ly_luc"},
                       {&inbox.error, "inbox_error_column", "loi"}});
  return inbox;
}

std::string ReadNoticeTable(const sdk::Settings& settings) {
  std::string table = settings.Text("notice_table", "").value_or("");
  if (!table.empty()) ReadName(settings, {&table, "notice_table", ""});
  return table;
}

}  // namespace lienthong::adapters::district

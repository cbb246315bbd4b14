#include "adapters/district/exchange_tables.h"

#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/base/errors.h"
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

absl::Status ReadName(const sdk::Settings& settings, const Name& name) {
  LIENTHONG_ASSIGN_OR_RETURN(*name.out, settings.Text(name.key, name.default_name));
  const std::string_view text = *name.out;
  // Only a table may stand in a schema: `schema.table`.
  const size_t dot = name.key.ends_with("_table") ? text.find('.') : text.npos;
  const bool fine = dot == text.npos
                        ? IsName(text) && text.find('.') == text.npos
                        : IsName(text.substr(0, dot)) && IsName(text.substr(dot + 1)) &&
                              text.find('.', dot + 1) == text.npos;
  if (fine) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat(settings.file(), ": settings.", name.key, ": `", text, "` is no name of a ",
             name.key.ends_with("_table") ? "table (`name` or `schema.name`)" : "column",
             " of at most ", kNameBytesMax, " bytes"));
}

absl::Status ReadNames(const sdk::Settings& settings, const std::vector<Name>& names) {
  for (const Name& name : names) LIENTHONG_RETURN_IF_ERROR(ReadName(settings, name));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<OutboxTable> ReadOutboxTable(const sdk::Settings& settings) {
  OutboxTable outbox;
  LIENTHONG_RETURN_IF_ERROR(
      ReadNames(settings, {{&outbox.table, "outbox_table", "lienthong_outbox"},
                           {&outbox.id, "outbox_id_column", "id"},
                           {&outbox.transaction, "outbox_transaction_column", "giao_dich"},
                           {&outbox.key, "outbox_key_column", "khoa"},
                           {&outbox.code, "outbox_code_column", "ma_ho_so"},
                           {&outbox.receipt_number, "outbox_receipt_number_column", "so_bien_nhan"},
                           {&outbox.content, "outbox_content_column", "noi_dung"},
                           {&outbox.written_time, "outbox_written_time_column", "tao_luc"}}));
  return outbox;
}

absl::StatusOr<InboxTable> ReadInboxTable(const sdk::Settings& settings) {
  InboxTable inbox;
  LIENTHONG_RETURN_IF_ERROR(
      ReadNames(settings, {{&inbox.table, "inbox_table", "lienthong_inbox"},
                           {&inbox.delivery, "inbox_delivery_column", "ma_tin"},
                           {&inbox.key, "inbox_key_column", "khoa"},
                           {&inbox.code, "inbox_code_column", "ma_ho_so"},
                           {&inbox.receipt_number, "inbox_receipt_number_column", "so_bien_nhan"},
                           {&inbox.revision, "inbox_revision_column", "phien_ban"},
                           {&inbox.content, "inbox_content_column", "noi_dung"}}));
  return inbox;
}

}  // namespace lienthong::adapters::district

#include "adapters/district/record.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdk/items.h"
#include "gateway/base/text.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::district {
namespace {

namespace pb = ::lienthong::adapter::v1;

pb::ItemError MakeError(std::string_view field, std::string_view reason) {
  pb::ItemError error;
  error.set_field(std::string(field));
  error.set_reason(std::string(reason));
  return error;
}

nlohmann::json OrNull(const std::optional<std::string>& text) {
  return text ? nlohmann::json(*text) : nlohmann::json();
}

// The row as JSON by its own column names, for a person who has to look at it.
std::string RawOf(const OutboxRow& row, const OutboxTable& names, nlohmann::json content) {
  nlohmann::json raw = {{names.id, row.id},
                        {names.key, OrNull(row.key)},
                        {names.code, OrNull(row.code)},
                        {names.receipt_number, OrNull(row.receipt_number)}};
  if (row.strange_transaction) raw[names.transaction] = *row.strange_transaction;
  raw[names.content] = content.is_discarded() ? OrNull(row.content) : std::move(content);
  return raw.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What RawOf wrote, read again.
std::optional<pb::ItemError> ReadKept(const nlohmann::json& kept, const OutboxTable& names,
                                      OutboxRow& row) {
  if (!kept.is_object()) return MakeError("", "expected the row as an object of its columns");
  const std::map<std::string, std::optional<std::string>*> texts = {
      {names.key, &row.key},
      {names.code, &row.code},
      {names.receipt_number, &row.receipt_number},
      {names.transaction, &row.strange_transaction}};
  for (const auto& [name, value] : kept.items()) {
    const auto text = texts.find(name);
    if (name == names.content && !value.is_null()) {
      row.content = value.is_string() ? value.get<std::string>() : value.dump();
      if (row.content->size() > kContentBytesMax) row.content.reset();
    } else if (text != texts.end() && value.is_string()) {
      *text->second = value.get<std::string>();
    } else if (text != texts.end() && !value.is_null()) {
      return MakeError(name, "expected a text");
    } else if (text == texts.end() && name != names.content && name != names.id) {
      return MakeError(name, "is no column of the outbox");
    }
  }
  return std::nullopt;
}

// The columns beside the content: a code that both have must be the same.
std::optional<pb::ItemError> AddColumns(const OutboxRow& row, const OutboxTable& names,
                                        dossier::v1::Dossier& dossier) {
  if (row.code && !row.code->empty()) {
    if (dossier.has_code() && dossier.code() != *row.code) {
      return MakeError(names.code, StrCat("differs from the dossier code in ", names.content));
    }
    dossier.set_code(*row.code);
  }
  if (row.receipt_number && !row.receipt_number->empty()) {
    if (dossier.has_receipt_number() && dossier.receipt_number() != *row.receipt_number) {
      return MakeError(names.receipt_number,
                       StrCat("differs from the receipt number in ", names.content));
    }
    dossier.set_receipt_number(*row.receipt_number);
  }
  return std::nullopt;
}

std::optional<pb::ItemError> Read(const OutboxRow& row, const OutboxTable& names,
                                  const sdk::Mapping& mapping, const nlohmann::json& content,
                                  pb::InboundItem& item) {
  if (row.strange_transaction) {
    return MakeError(names.transaction,
                     "is not the number of the transaction that wrote the row; leave it to its "
                     "default, pg_current_xact_id(), and write the change again");
  }
  if (!row.key || row.key->empty())
    return MakeError(names.key, "empty; expected the software's key");
  if (!row.content) {
    return MakeError(names.content, StrCat("empty, or longer than ", kContentBytesMax, " bytes"));
  }
  if (!content.is_object()) {
    const bool text = content.is_discarded() || content.is_string();
    return MakeError(names.content, StrCat("expected a JSON object, found ",
                                           text ? "a text" : content.type_name()));
  }
  sdk::Decoded decoded = mapping.Decode(content);
  if (decoded.error) return std::move(decoded.error);
  *item.mutable_dossier() = std::move(decoded.dossier);
  item.mutable_cleared()->Add(decoded.cleared.begin(), decoded.cleared.end());
  return AddColumns(row, names, *item.mutable_dossier());
}

// As text, or nothing when a text in it is not UTF-8.
std::optional<std::string> Dump(const nlohmann::json& json) {
  try {
    return json.dump();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

}  // namespace

pb::InboundItem ToInboundItem(const OutboxRow& row, const OutboxTable& names,
                              const sdk::Mapping& mapping) {
  pb::InboundItem item;
  item.set_key(row.key.value_or(""));
  item.set_version(row.id);
  const nlohmann::json content = nlohmann::json::parse(row.content.value_or(""), nullptr,
                                                       /*allow_exceptions=*/false);
  if (std::optional<pb::ItemError> error = Read(row, names, mapping, content, item)) {
    item.clear_dossier();
    item.clear_cleared();
    *item.mutable_error() = *std::move(error);
    item.set_raw(RawOf(row, names, content));
  }
  return item;
}

pb::InboundItem InterpretRow(const pb::InterpretRequest& request, const OutboxTable& names,
                             const sdk::Mapping& mapping) {
  return sdk::InterpretJson(request, names.key, [&](const nlohmann::json& kept) {
    OutboxRow row;
    const std::optional<pb::ItemError> error = ReadKept(kept, names, row);
    row.id = request.version();
    if (!error) return ToInboundItem(row, names, mapping);
    pb::InboundItem item;
    item.set_key(row.key.value_or(""));
    sdk::SetError(item, error->field(), error->reason(), request.raw());
    return item;
  });
}

std::optional<pb::ItemError> ToInboxMessage(const pb::OutboundItem& item, const InboxTable& names,
                                            const sdk::Mapping& mapping, InboxMessage& message) {
  if (item.delivery_id().empty()) return MakeError(names.delivery, "empty delivery id");
  if (item.dossier().code().empty()) {
    return MakeError(names.code, "the dossier has no code yet; it is needed to deliver");
  }
  const std::vector<std::string> cleared(item.cleared().begin(), item.cleared().end());
  sdk::Encoded encoded = mapping.Encode(item.dossier(), cleared);
  if (encoded.error) return std::move(encoded.error);
  std::optional<std::string> content = Dump(encoded.record);
  if (!content || !Dump({item.delivery_id(), item.key(), item.dossier().code(),
                         item.dossier().receipt_number()})) {
    return MakeError(names.content, "holds a text that is not UTF-8");
  }
  message.delivery_id = item.delivery_id();
  message.key = item.key();
  message.code = item.dossier().code();
  message.receipt_number = item.dossier().receipt_number();
  message.revision = item.revision();
  message.content = *std::move(content);
  return std::nullopt;
}

}  // namespace lienthong::adapters::district

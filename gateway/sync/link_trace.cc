// The part of a link's engine that says which trace its work belongs to.
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/digest.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

constexpr size_t kTraceIdChars = 32;

}  // namespace

// From the link's own random name: what draws no chance here leaves it as it is for others.
std::string LinkEngine::TraceOfReport() {
  if (!CurrentTraceparent().empty()) return std::string(CurrentTraceparent());
  const std::string id = core::HexSha256(StrCat("trace\n", holder_, "\n", ++traces_begun_));
  return TraceparentOf(id.substr(0, kTraceIdChars), "");
}

// The newest change that it brings there is the one that somebody waits for.
std::string LinkEngine::TraceOfDelivery(const std::vector<storage::v1::JournalEntry>& entries,
                                        int64_t confirmed, const adapter::v1::OutboundItem& item) {
  std::string_view id;
  for (const storage::v1::JournalEntry& entry : entries) {
    if (entry.revision() <= confirmed || entry.revision() > item.revision()) continue;
    if (!entry.trace_id().empty()) id = entry.trace_id();
  }
  return TraceparentOf(id, item.delivery_id());
}

void LinkEngine::LogDelivery(std::string_view event, const adapter::v1::OutboundItem& item,
                             std::string_view outcome) const {
  if (!IsLogged(LogLevel::kDebug)) return;
  const TraceScope trace(item.traceparent());
  LogFields fields = {{"link", options_.name},
                      {"dossier", PseudonymOf(item.dossier().code())},
                      {"delivery", item.delivery_id()},
                      {"revision", StrCat(item.revision())}};
  if (!outcome.empty()) fields.emplace_back("outcome", outcome);
  LogDebug(event, fields);
}

}  // namespace lienthong::sync

#include "tests/simulation/inventory.h"

#include <map>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/sync/local_ids.h"
#include "gateway/sync/reconcile/own_records.h"

namespace lienthong::simulation {
namespace {

using adapter::v1::InventoryReply;
using adapter::v1::InventoryRequest;

constexpr size_t kDigestBytes = 16;
constexpr int kEntriesMax = 2;

dossier::v1::Dossier Content(const Counterpart& counterpart, const Counterpart::Record& record) {
  return counterpart.ReadRecord(record).dossier();
}

}  // namespace

std::string DigestOf(const dossier::v1::Dossier& represented) {
  dossier::v1::Dossier shared = represented;
  sync::DropLocalIds(shared);
  std::string text;
  for (const auto& [path, value] : domain::Flatten(shared)) StrAppend(text, path, "=", value, "\n");
  return core::Sha256(text).substr(0, kDigestBytes);
}

InventoryReply SumUp(const Counterpart& counterpart) {
  std::map<sync::BucketName, std::pair<int64_t, std::string>> sums;
  for (const auto& [key, record] : counterpart.records()) {
    const dossier::v1::Dossier held = Content(counterpart, record);
    const std::string hash = core::Sha256(StrCat(held.code(), "\n", DigestOf(held)));
    auto& [count, digest] = sums[sync::BucketOf(held)];
    ++count;
    digest.resize(kDigestBytes);
    for (size_t i = 0; i < kDigestBytes; ++i) digest[i] = static_cast<char>(digest[i] ^ hash[i]);
  }
  InventoryReply reply;
  for (const auto& [name, sum] : sums) {
    InventoryReply::Bucket& bucket = *reply.add_buckets();
    bucket.set_agency(name.agency);
    bucket.set_day(name.day);
    bucket.set_count(sum.first);
    bucket.set_digest(sum.second);
  }
  return reply;
}

InventoryReply List(const Counterpart& counterpart, const InventoryRequest& request) {
  InventoryReply reply;
  for (const auto& [key, record] : counterpart.records()) {
    const dossier::v1::Dossier held = Content(counterpart, record);
    const sync::BucketName name = sync::BucketOf(held);
    if (name.agency != request.agency() || name.day != request.day()) continue;
    if (key <= request.page_token()) continue;
    if (reply.entries_size() == kEntriesMax) {
      reply.set_next_page_token(reply.entries(kEntriesMax - 1).key());
      break;
    }
    InventoryReply::Entry& entry = *reply.add_entries();
    entry.set_key(key);
    entry.set_code(held.code());
    entry.set_version(record.version);
    entry.set_digest(DigestOf(held));
  }
  return reply;
}

}  // namespace lienthong::simulation

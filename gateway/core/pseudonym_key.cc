#include "gateway/core/pseudonym_key.h"

#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
#include "lienthong/storage/v1/numbers.pb.h"

namespace lienthong::core {
namespace {

using store::Row;
using store::Table;

constexpr std::string_view kKeyName = "pseudonym/key";

}  // namespace

absl::StatusOr<std::string> PseudonymKey(Engine& engine) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine.store.Get(Table::kMeta, {std::string(kKeyName)}));
  storage::v1::FingerprintKey key;
  if (row.version > 0) {
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, key));
    return key.key();
  }
  key.set_key(Sha256(StrCat(engine.random.Uuid(), engine.random.Uuid(), engine.random.Uuid())));
  store::WriteSet set;
  set.conditions.push_back({Table::kMeta, {std::string(kKeyName)}, 0});
  Row made{.columns = {std::string(kKeyName)}, .version = 0, .body = Seal(engine, 0, key)};
  set.mutations.push_back({store::Mutation::Kind::kPut, Table::kMeta, std::move(made)});
  const absl::Time deadline = engine.clock.Now() + engine.commit_timeout;
  LIENTHONG_RETURN_IF_ERROR(engine.store.CommitAndWait(std::move(set), deadline).status());
  return key.key();
}

}  // namespace lienthong::core

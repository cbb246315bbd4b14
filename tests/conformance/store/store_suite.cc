#include "tests/conformance/store/store_suite.h"

#include <ostream>
#include <utility>

#include "gateway/evidence/merkle.h"
#include "gateway/store/register_all.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::Soon;

std::vector<StoreCatalogue::Kind> AllKinds() {
  StoreCatalogue catalogue;
  RegisterAllStores(catalogue);
  return catalogue.kinds();
}

std::vector<StoreCatalogue::Kind> DurableKinds() {
  std::vector<StoreCatalogue::Kind> durable;
  for (const StoreCatalogue::Kind& kind : AllKinds()) {
    if (kind.durable) durable.push_back(kind);
  }
  return durable;
}

std::string NameOfKind(const ::testing::TestParamInfo<StoreCatalogue::Kind>& kind) {
  return kind.param.scheme;
}

void PrintTo(const StoreCatalogue::Kind& kind, std::ostream* out) { *out << kind.scheme; }

void StoreSuite::SetUp() { Reopen(); }

void StoreSuite::Reopen() {
  store_.reset();
  auto opened = GetParam().open(address_);
  ASSERT_THAT(opened, IsOk());
  store_ = *std::move(opened);
}

absl::StatusOr<CommitResult> StoreSuite::Commit(WriteSet set) {
  return store_->CommitAndWait(std::move(set), Soon());
}

int64_t StoreSuite::MetaVersion(std::string_view name) {
  return store_->Get(Table::kMeta, {std::string(name)}).value().version;
}

std::string StoreSuite::MetaBody(std::string_view name) {
  return store_->Get(Table::kMeta, {std::string(name)}).value().body;
}

std::vector<Row> StoreSuite::Journal() {
  std::vector<Row> journal;
  Scan page{.table = Table::kJournal, .after = Value(int64_t{0}), .limit_rows = 100};
  while (true) {
    std::vector<Row> rows = store_->Read(page).value();
    if (rows.empty()) return journal;
    page.after = rows.back().columns[0];
    for (Row& row : rows) journal.push_back(std::move(row));
  }
}

void StoreSuite::ExpectSoundJournal() {
  evidence::Frontier frontier;
  int64_t sequence = 0;
  for (const Row& row : Journal()) {
    ASSERT_EQ(std::get<int64_t>(row.columns[0]), ++sequence) << "a gap in the journal";
    frontier.Append(evidence::LeafHash(row.body));
  }
  const StoreInfo info = store_->Info();
  EXPECT_EQ(info.last_sequence, sequence);
  EXPECT_EQ(info.leaves, sequence);
  EXPECT_EQ(info.root, evidence::ToBytes(frontier.Root()));
}

}  // namespace lienthong::store

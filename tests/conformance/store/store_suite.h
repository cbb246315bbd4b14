#ifndef LIENTHONG_TESTS_CONFORMANCE_STORE_STORE_SUITE_H_
#define LIENTHONG_TESTS_CONFORMANCE_STORE_STORE_SUITE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/store.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::store {

std::vector<StoreCatalogue::Kind> AllKinds();
// Those whose acknowledged writes outlive the store.
std::vector<StoreCatalogue::Kind> DurableKinds();
std::string NameOfKind(const ::testing::TestParamInfo<StoreCatalogue::Kind>& kind);
void PrintTo(const StoreCatalogue::Kind& kind, std::ostream* out);

// What every store must do. Each kind of the catalogue runs all of it.
class StoreSuite : public ::testing::TestWithParam<StoreCatalogue::Kind> {
 protected:
  void SetUp() override;

  void Reopen();
  absl::StatusOr<CommitResult> Commit(WriteSet set);
  // Of the row in kMeta; 0 and "" when there is none.
  int64_t MetaVersion(std::string_view name);
  std::string MetaBody(std::string_view name);
  // The whole journal, read in pages.
  std::vector<Row> Journal();
  // That it has no gap and that tree, head and bodies fit together.
  void ExpectSoundJournal();

  const lienthong::testing::TemporaryFolder folder_;
  // Any text names a store in memory, too.
  const std::string address_ = folder_.PathOf("gateway.db");
  std::unique_ptr<Store> store_;
};

// The cases that need a durable kind.
class DurableStoreSuite : public StoreSuite {};

}  // namespace lienthong::store

#endif  // LIENTHONG_TESTS_CONFORMANCE_STORE_STORE_SUITE_H_

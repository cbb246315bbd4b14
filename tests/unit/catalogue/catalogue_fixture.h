#ifndef LIENTHONG_TESTS_UNIT_CATALOGUE_CATALOGUE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_CATALOGUE_CATALOGUE_FIXTURE_H_

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/catalogue/import.h"

namespace lienthong::catalogue {

using Request = pb::ImportCatalogueRequest;

inline Snapshot Empty() { return *Snapshot::Make({}, 0); }

// The catalogue after an import; fails the test when that is refused.
inline Snapshot After(const Snapshot& before, Request::Content content, std::string_view text,
                      std::string_view valid_from = "") {
  absl::StatusOr<ImportPlan> plan = PlanImport(before, Read(content, text, valid_from));
  EXPECT_TRUE(plan.ok()) << plan.status();
  Entries entries = before.entries();
  if (plan.ok()) {
    for (Entry& entry : plan->writes) entries.insert_or_assign(KeyOf(entry), entry);
  }
  return *Snapshot::Make(std::move(entries), before.version() + 1);
}

inline absl::Status Refusal(Request::Content content, std::string_view text) {
  return PlanImport(Empty(), Read(content, text, "")).status();
}

template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return DetailsOf(result.status()).reason;
}

inline std::string ReadSource(const std::string& path) {
  const char* root = std::getenv("LIENTHONG_SOURCE_DIR");
  std::ifstream file((root == nullptr ? std::string(".") : std::string(root)) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_TESTS_UNIT_CATALOGUE_CATALOGUE_FIXTURE_H_

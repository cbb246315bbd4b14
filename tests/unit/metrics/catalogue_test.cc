#include "gateway/metrics/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/support/environment.h"

namespace lienthong::metrics {
namespace {

using ::testing::EndsWith;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(MetricCatalogue, IsTheTableInTheDocuments) {
  std::ifstream file(testing::Environment("LIENTHONG_SOURCE_DIR") + "/gateway/docs/metrics.md");
  ASSERT_TRUE(file.good());
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  const size_t begin = document.find("| metric |");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(document.substr(begin), CatalogueTable())
      << "put the table of catalogue.cc in the place of the one in gateway/docs/metrics.md";
}

TEST(MetricCatalogue, DescribesEachMetricOnceInItsPlace) {
  ASSERT_EQ(Catalogue().size(), kMetricCount);
  std::set<std::string_view> names;
  for (size_t i = 0; i < kMetricCount; ++i) {
    const MetricSpec& spec = Catalogue()[i];
    EXPECT_EQ(spec.metric, static_cast<Metric>(i)) << spec.name;
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
    EXPECT_FALSE(spec.help.empty()) << spec.name;
  }
}

TEST(MetricCatalogue, NamesAreAsPrometheusWantsThem) {
  for (const MetricSpec& spec : Catalogue()) {
    const std::string name(spec.name);
    EXPECT_THAT(name, MatchesRegex("(lienthong|process)_[a-z_]+"));
    if (spec.kind == Kind::kCounter) {
      EXPECT_THAT(name, EndsWith("_total"));
    } else {
      EXPECT_THAT(name, Not(EndsWith("_total")));
    }
    EXPECT_EQ(spec.unit == "B", name.ends_with("_bytes")) << name;
    EXPECT_EQ(spec.unit.starts_with("s"), name.ends_with("_seconds")) << name;
  }
}

}  // namespace
}  // namespace lienthong::metrics

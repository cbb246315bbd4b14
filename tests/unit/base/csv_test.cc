#include "gateway/base/csv.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CsvLine, QuotesWhatWouldBeTakenForSomethingElse) {
  EXPECT_EQ(CsvLine({"a", "", "b c"}), "a,,b c\r\n");
  EXPECT_EQ(CsvLine({"a,b", "c;d", "say \"no\"", "two\nlines"}),
            "\"a,b\",\"c;d\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
}

TEST(CsvLine, IsReadBackAsItWas) {
  const std::vector<std::string> cells = {"", "a,\"b\"", "Nguyễn\r\nVăn", ";", "x"};
  std::vector<FieldViolation> problems;
  const CsvTable table = ParseCsv(CsvLine({"1", "2", "3", "4", "5"}) + CsvLine(cells), problems);
  EXPECT_THAT(problems, IsEmpty());
  ASSERT_EQ(table.rows.size(), 1);
  EXPECT_EQ(table.rows[0].cells, cells);
}

TEST(ParseCsv, NamesTheLineOfAMistake) {
  std::vector<FieldViolation> problems;
  ParseCsv("a,b\n1,2\n\n3\n", problems);
  ASSERT_EQ(problems.size(), 1);
  EXPECT_EQ(problems[0].field, "line 4");
}

TEST(ParseCsv, TakesTheSeparatorOfItsFirstLine) {
  std::vector<FieldViolation> problems;
  const CsvTable table = ParseCsv(
      "\xEF\xBB\xBF"
      "a;b\r\n1,5;2\r\n",
      problems);
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows.at(0).cells, ElementsAre("1,5", "2"));
}

}  // namespace
}  // namespace lienthong

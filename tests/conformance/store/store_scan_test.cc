#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/base/random.h"
#include "gateway/store/checks.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/store/store_suite.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::DeleteOf;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ScanSuite : public StoreSuite {
 protected:
  // Bodies name the rows.
  std::vector<std::string> Names(const Scan& scan) {
    std::vector<std::string> names;
    const auto rows = store_->Read(scan);
    EXPECT_THAT(rows, IsOk());
    EXPECT_EQ(store_->Count(scan).value(), static_cast<int64_t>(rows->size()));
    for (const Row& row : *rows) names.push_back(row.body);
    return names;
  }

  void PutLanes() {
    const auto lane = [](std::string link, int64_t id, int64_t phase, int64_t due, int64_t pending,
                         std::string key) {
      std::string name = absl::StrCat(link, id);
      return PutOf(Table::kLane, {std::move(link), id, phase, due, pending, std::move(key)}, name);
    };
    ASSERT_THAT(Commit(SetOf({lane("a", 1, 1, 50, 900, "k3"), lane("a", 2, 1, 20, INT64_MAX, "k2"),
                              lane("a", 3, 2, 10, 100, "k1"), lane("a", 4, 1, 20, 300, ""),
                              lane("a", -5, 1, -7, INT64_MIN, ""), lane("b", 1, 1, 5, 1, "k1"),
                              lane("", 9, 1, 0, 0, "")})),
                IsOk());
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, ScanSuite, ::testing::ValuesIn(AllKinds()), NameOfKind);

TEST_P(ScanSuite, WalksThePrimaryKey) {
  PutLanes();
  EXPECT_THAT(Names({.table = Table::kLane}),
              ElementsAre("9", "a-5", "a1", "a2", "a3", "a4", "b1"));
  EXPECT_THAT(Names({.table = Table::kLane, .prefix = {std::string("a")}}),
              ElementsAre("a-5", "a1", "a2", "a3", "a4"));
  EXPECT_THAT(Names({.table = Table::kLane, .prefix = {std::string("a"), int64_t{3}}}),
              ElementsAre("a3"));
  EXPECT_THAT(Names({.table = Table::kLane, .prefix = {std::string("c")}}), IsEmpty());
}

TEST_P(ScanSuite, AfterIsNotIncludedAndAtMostIs) {
  PutLanes();
  Scan scan{.table = Table::kLane, .prefix = {std::string("a")}};
  scan.after = Value(int64_t{1});
  EXPECT_THAT(Names(scan), ElementsAre("a2", "a3", "a4"));
  scan.at_most = Value(int64_t{3});
  EXPECT_THAT(Names(scan), ElementsAre("a2", "a3"));
  scan.after.reset();
  EXPECT_THAT(Names(scan), ElementsAre("a-5", "a1", "a2", "a3"));
  scan.at_most = Value(INT64_MIN);
  EXPECT_THAT(Names(scan), IsEmpty());
  scan.after = Value(INT64_MAX);
  EXPECT_THAT(Names(scan), IsEmpty());
  scan.after = Value(int64_t{3});
  scan.at_most = Value(int64_t{2});
  EXPECT_THAT(Names(scan), IsEmpty());
}

TEST_P(ScanSuite, LimitsAndTurnsRound) {
  PutLanes();
  Scan scan{.table = Table::kLane, .prefix = {std::string("a")}, .limit_rows = 2};
  EXPECT_THAT(Names(scan), ElementsAre("a-5", "a1"));
  scan.descending = true;
  EXPECT_THAT(Names(scan), ElementsAre("a4", "a3"));
  scan.after = Value(int64_t{2});
  scan.limit_rows = 10;
  EXPECT_THAT(Names(scan), ElementsAre("a4", "a3"));
  scan.at_most = Value(int64_t{3});
  EXPECT_THAT(Names(scan), ElementsAre("a3"));
}

TEST_P(ScanSuite, FindsTheLanesThatAreDue) {
  PutLanes();
  Scan due{.table = Table::kLane, .index = 1, .prefix = {std::string("a"), int64_t{1}}};
  EXPECT_THAT(Names(due), ElementsAre("a-5", "a2", "a4", "a1"));
  due.at_most = Value(int64_t{20});
  EXPECT_THAT(Names(due), ElementsAre("a-5", "a2", "a4"));
  due.descending = true;
  EXPECT_THAT(Names(due), ElementsAre("a4", "a2", "a-5"));
}

TEST_P(ScanSuite, FindsTheOldestUndeliveredChange) {
  PutLanes();
  Scan pending{.table = Table::kLane, .index = 2, .prefix = {std::string("a")}};
  EXPECT_THAT(Names(pending), ElementsAre("a-5", "a3", "a4", "a1", "a2"));
  pending.at_most = Value(INT64_MAX - 1);
  EXPECT_THAT(Names(pending), ElementsAre("a-5", "a3", "a4", "a1"));
  pending.at_most = Value(INT64_MAX);
  EXPECT_THAT(Names(pending), ElementsAre("a-5", "a3", "a4", "a1", "a2"));
}

TEST_P(ScanSuite, TiesStandInTheOrderOfTheKeyAndCanBePaged) {
  ASSERT_THAT(
      Commit(SetOf({PutOf(Table::kAlias, {std::string("B"), std::string("y"), int64_t{1}}, "By"),
                    PutOf(Table::kAlias, {std::string("A"), std::string(""), int64_t{1}}, "A"),
                    PutOf(Table::kAlias, {std::string("B"), std::string("x"), int64_t{1}}, "Bx"),
                    PutOf(Table::kAlias, {std::string("C"), std::string(""), int64_t{2}}, "C")})),
      IsOk());
  Scan scan{.table = Table::kAlias, .index = 1, .prefix = {int64_t{1}}};
  EXPECT_THAT(Names(scan), ElementsAre("A", "Bx", "By"));
  scan.after = Value("A");
  EXPECT_THAT(Names(scan), ElementsAre("Bx", "By"));
  scan.prefix.emplace_back("B");
  scan.after = Value("x");
  EXPECT_THAT(Names(scan), ElementsAre("By"));
}

TEST_P(ScanSuite, AnIndexFollowsItsRow) {
  const auto put = [](int64_t state) {
    return SetOf({PutOf(Table::kReservation, {std::string("r"), state, int64_t{5}}, "r")});
  };
  const auto with_state = [](int64_t state) {
    return Scan{.table = Table::kReservation, .index = 1, .prefix = {state}};
  };
  ASSERT_THAT(Commit(put(1)), IsOk());
  ASSERT_THAT(Commit(put(2)), IsOk());
  EXPECT_THAT(Names(with_state(1)), IsEmpty());
  EXPECT_THAT(Names(with_state(2)), ElementsAre("r"));
  ASSERT_THAT(Commit(SetOf({DeleteOf(Table::kReservation, {std::string("r")})})), IsOk());
  EXPECT_THAT(Names(with_state(2)), IsEmpty());
}

TEST_P(ScanSuite, TextsStandInTheOrderOfTheirBytes) {
  std::vector<std::string> names = {"",
                                    std::string("\0", 1),
                                    std::string("a\0", 2),
                                    std::string("a\0b", 3),
                                    "a",
                                    "a\x01",
                                    "aa",
                                    "Ạ",
                                    "b",
                                    "\xff",
                                    "Z"};
  WriteSet set;
  for (const std::string& name : names) set.mutations.push_back(PutOf(Table::kLink, {name}, name));
  ASSERT_THAT(Commit(std::move(set)), IsOk());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(Names({.table = Table::kLink}), names);
  for (size_t i = 0; i < names.size(); ++i) {
    const Scan rest{.table = Table::kLink, .after = Value(names[i])};
    EXPECT_EQ(Names(rest), std::vector<std::string>(names.begin() + i + 1, names.end()));
  }
}

TEST_P(ScanSuite, RefusesWhatItCannotWalk) {
  const auto wrong = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(store_->Read({.table = Table::kLane, .index = 4}), wrong);
  EXPECT_THAT(store_->Read({.table = Table::kLane, .index = -1}), wrong);
  EXPECT_THAT(store_->Read({.table = Table::kLane, .prefix = {int64_t{1}}}), wrong);
  EXPECT_THAT(store_->Read({.table = Table::kMeta, .prefix = {std::string("a"), std::string("b")}}),
              wrong);
  EXPECT_THAT(
      store_->Read({.table = Table::kMeta, .prefix = {std::string("a")}, .after = Value("b")}),
      wrong);
  EXPECT_THAT(store_->Read({.table = Table::kMeta, .after = Value(int64_t{1})}), wrong);
  EXPECT_THAT(store_->Read({.table = Table::kMeta, .limit_rows = 0}), wrong);
  EXPECT_THAT(store_->Read({.table = Table::kMeta, .limit_rows = kScanRowsMax + 1}), wrong);
  EXPECT_THAT(store_->Count({.table = Table::kMeta, .limit_rows = kScanRowsMax + 1}), IsOk());
}

// A store that is too simple to be wrong: rows in a vector, sorted for every scan.
class Model {
 public:
  void Apply(const Mutation& mutation) {
    const int keys = Describe(mutation.table).key_columns;
    const Values key(mutation.row.columns.begin(), mutation.row.columns.begin() + keys);
    Row& row = rows_[key];
    if (mutation.kind == Mutation::Kind::kDelete) {
      rows_.erase(key);
    } else {
      row = {mutation.row.columns, row.version + 1, mutation.row.body};
    }
  }

  std::vector<Row> Read(const Scan& scan) const {
    const std::vector<int> columns = ScanColumns(scan.table, scan.index);
    std::vector<std::pair<Values, Row>> found;
    for (const auto& [key, row] : rows_) {
      Values order;
      for (const int column : columns) order.push_back(row.columns[column]);
      if (Wanted(scan, order)) found.emplace_back(order, row);
    }
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    if (scan.descending) std::reverse(found.begin(), found.end());
    std::vector<Row> rows;
    for (auto& [order, row] : found) {
      if (static_cast<int64_t>(rows.size()) < scan.limit_rows) rows.push_back(row);
    }
    return rows;
  }

 private:
  static bool Wanted(const Scan& scan, const Values& order) {
    const size_t next = scan.prefix.size();
    return std::equal(scan.prefix.begin(), scan.prefix.end(), order.begin()) &&
           (!scan.after.has_value() || order[next] > *scan.after) &&
           (!scan.at_most.has_value() || order[next] <= *scan.at_most);
  }

  std::map<Values, Row> rows_;
};

class RandomLanes {
 public:
  explicit RandomLanes(uint64_t seed) : random_(Random::Seeded(seed)) {}

  Mutation Change() {
    Values columns;
    for (const ColumnDescription& column : Describe(Table::kLane).columns) {
      columns.push_back(Small(column.is_text));
    }
    if (random_->Below(4) == 0) return DeleteOf(Table::kLane, {columns[0], columns[1]});
    return PutOf(Table::kLane, std::move(columns), absl::StrCat(random_->Below(1000)));
  }

  Scan Question() {
    Scan scan{.table = Table::kLane, .index = static_cast<int>(random_->Below(4))};
    const std::vector<int> columns = ScanColumns(scan.table, scan.index);
    const auto value = [&](size_t place) {
      return Small(Describe(Table::kLane).columns[columns[place]].is_text);
    };
    const size_t prefix = random_->Below(columns.size());
    for (size_t i = 0; i < prefix; ++i) scan.prefix.push_back(value(i));
    if (random_->Below(2) == 0) scan.after = value(prefix);
    if (random_->Below(2) == 0) scan.at_most = value(prefix);
    scan.limit_rows = 1 + static_cast<int64_t>(random_->Below(30));
    scan.descending = random_->Below(2) == 0;
    return scan;
  }

 private:
  // Few values, so that scans find something and keys meet again.
  Value Small(bool is_text) {
    const int64_t number = static_cast<int64_t>(random_->Below(5)) - 2;
    if (is_text) return std::string(number + 2, random_->Below(2) == 0 ? 'a' : '\0');
    return number;
  }

  std::unique_ptr<Random> random_;
};

TEST_P(ScanSuite, AnswersEveryScanAsTheModelDoes) {
  const uint64_t seed = 20261121;
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  RandomLanes lanes(seed);
  Model model;
  for (int round = 0; round < 60; ++round) {
    WriteSet set;
    for (int i = 0; i < 10; ++i) {
      set.mutations.push_back(lanes.Change());
      model.Apply(set.mutations.back());
    }
    ASSERT_THAT(Commit(std::move(set)), IsOk());
    for (int i = 0; i < 20; ++i) {
      const Scan scan = lanes.Question();
      const std::vector<Row> expected = model.Read(scan);
      LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::vector<Row> rows, store_->Read(scan));
      ASSERT_EQ(store_->Count(scan).value(), static_cast<int64_t>(expected.size()));
      ASSERT_EQ(rows.size(), expected.size());
      for (size_t r = 0; r < rows.size(); ++r) {
        ASSERT_EQ(rows[r].columns, expected[r].columns);
        ASSERT_EQ(rows[r].version, expected[r].version);
        ASSERT_EQ(rows[r].body, expected[r].body);
      }
    }
  }
}

}  // namespace
}  // namespace lienthong::store

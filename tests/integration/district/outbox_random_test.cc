#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/random/random.h"
#include "gateway/base/text.h"
#include "tests/integration/district/district_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

using OutboxRandomTest = DistrictTest;

// The software's writers at random: early transaction numbers, several dossiers, roll-backs,
// pauses.
class Writer {
 public:
  Writer(const std::string& dsn, uint64_t seed) : sql_(dsn), random_(seed) {}

  void Run(int transactions) {
    for (int i = 0; i < transactions; ++i) {
      sql_.Do("BEGIN");
      if (Chance(50)) sql_.Do("SELECT pg_current_xact_id()");
      Nap();
      WriteSome();
      if (Chance(10)) WriteStrange();
      sql_.Do(Chance(20) ? "ROLLBACK" : "COMMIT");
    }
  }

 private:
  static constexpr int kDossiers = 6;

  bool Chance(int percent) { return absl::Uniform(random_, 0, 100) < percent; }
  void Nap() {
    if (Chance(40)) absl::SleepFor(absl::Milliseconds(absl::Uniform(random_, 0, 12)));
  }
  void WriteSome() {
    // In the order of keys, so that the writers do not lock each other up.
    std::set<int> dossiers;
    for (int n = absl::Uniform(random_, 1, 4); n > 0; --n) {
      dossiers.insert(absl::Uniform(random_, 0, kDossiers));
    }
    for (const int dossier : dossiers) {
      sql_.Do(StrCat("UPDATE ho_so SET so = so + 1 WHERE khoa = 'NV-", dossier, "'"));
      sql_.Do(
          StrCat("INSERT INTO lienthong_outbox (khoa, noi_dung) SELECT khoa,"
                 " jsonb_build_object('ghi_chu', so::text) FROM ho_so WHERE khoa = 'NV-",
                 dossier, "'"));
      Nap();
    }
  }

  // A row that claims to be of a transaction that nobody will see; `la` counts it.
  void WriteStrange() {
    sql_.Do(
        "INSERT INTO lienthong_outbox (khoa, noi_dung, giao_dich)"
        " VALUES ('NV-0', '{}', '9000000000000000000')");
    sql_.Do("INSERT INTO la VALUES (1)");
  }

  Sql sql_;
  std::mt19937_64 random_;
};

// What the reader got.
struct Got {
  std::map<std::string, std::vector<int>> changes;  // the numbers of a dossier's changes, in order
  int strange = 0;
};

void Collect(const pb::PullReply& reply, Got& got) {
  for (const pb::InboundItem& item : reply.items()) {
    if (item.has_error()) {
      EXPECT_EQ(item.error().field(), "giao_dich");
      ++got.strange;
    } else {
      got.changes[item.key()].push_back(std::stoi(item.dossier().note()));
    }
  }
}

TEST_F(OutboxRandomTest, EveryChangeComesOnceAndInOrderWhateverOverlaps) {
  const uint64_t seed = std::random_device()();
  SCOPED_TRACE(StrCat("seed ", seed));
  Sql software(OwnerDsn());
  software.Do("CREATE TABLE la (x int)");
  software.Do("CREATE TABLE ho_so (khoa text PRIMARY KEY, so int NOT NULL)");
  software.Do("INSERT INTO ho_so SELECT 'NV-' || i, 0 FROM generate_series(0, 5) AS i");
  std::atomic<int> running{6};
  std::vector<std::thread> writers;
  for (int i = 0; i < 6; ++i) {
    writers.emplace_back([this, &running, writer_seed = seed + i] {
      Writer(OwnerDsn(), writer_seed).Run(60);
      --running;
    });
  }
  const std::unique_ptr<DistrictAdapter> adapter = MakeAdapter();
  std::string token;
  Got got;
  for (bool last = false; !last;) {
    last = running == 0;
    const absl::StatusOr<pb::PullReply> reply = Pull(*adapter, token, 3);
    EXPECT_THAT(reply, IsOk());
    if (!reply.ok()) break;
    token = reply->token();
    Collect(*reply, got);
    last = last && reply->items_size() == 0;
  }
  for (std::thread& writer : writers) writer.join();
  for (const auto& row : software.Rows("SELECT khoa, so FROM ho_so")) {
    std::vector<int> expected(std::stoi(row[1]));
    for (size_t i = 0; i < expected.size(); ++i) expected[i] = static_cast<int>(i) + 1;
    EXPECT_EQ(got.changes[row[0]], expected) << row[0];
  }
  EXPECT_EQ(got.strange, std::stoi(software.One("SELECT count(*) FROM la")));
  EXPECT_GT(got.strange, 0);
}

}  // namespace
}  // namespace lienthong::testing

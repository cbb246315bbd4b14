// Many callers at once, over a store with a thread of its own.
#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;

using dossier::v1::Dossier;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;

constexpr int kThreads = 8;

class ConcurrencyTest : public CoreTest {
 protected:
  ConcurrencyTest() : CoreTest(/*threads=*/true) {}

  static void OnThreads(const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }

  // As a caller does: the same request again while the gateway is busy.
  absl::StatusOr<PushDossierResponse> PushUntilTaken(const RequestContext& context,
                                                     const PushDossierRequest& request) {
    while (true) {
      auto response = Push(context, request);
      if (!absl::IsResourceExhausted(response.status())) return response;
    }
  }
};

TEST_F(ConcurrencyTest, NumbersAreUniqueAndGapless) {
  constexpr int kEach = 50;
  std::vector<std::vector<std::string>> codes(kThreads);
  OnThreads([&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      const auto response = PushUntilTaken(Agency("H29.X05"), RequestOf(NewDossier("H29.X05")));
      ASSERT_THAT(response, IsOk());
      codes[thread].push_back(response->code());
    }
  });
  std::set<std::string> all;
  for (const auto& some : codes) all.insert(some.begin(), some.end());
  ASSERT_EQ(all.size(), size_t{kThreads} * kEach);
  EXPECT_EQ(*all.begin(), "H29.X05-260302-0001");
  EXPECT_EQ(*all.rbegin(), "H29.X05-260302-0400");
  EXPECT_EQ(Journal().size(), size_t{kThreads} * kEach);
}

TEST_F(ConcurrencyTest, NumbersStayGaplessWhenIntakesFailBetween) {
  const std::string first = Create("H29.X05");
  std::atomic<int> made = 0;
  OnThreads([&](int thread) {
    for (int i = 0; i < 20; ++i) {
      Dossier dossier = NewDossier("H29.X05");
      if (thread % 2 == 0) {  // all of these want one code: one gets it
        auto& reference = *dossier.add_codes();
        reference.set_issuer("agency/H29.X05");
        reference.set_kind(dossier::v1::CodeReference::KIND_DOSSIER_CODE);
        reference.set_code(absl::StrCat("H29.99-260302-", 1000 + i));
      }
      const auto response = PushUntilTaken(Agency("H29.X05"), RequestOf(dossier));
      if (response.ok()) ++made;
      if (!response.ok()) {
        EXPECT_EQ(ReasonOf(response), "CODE_TAKEN");
      }
    }
  });
  EXPECT_EQ(made, 4 * 20 + 20) << "those without a code of their own, and one for each code";
  std::set<int> serials;
  for (const auto& entry : Journal()) {
    int serial = 0;
    EXPECT_TRUE(absl::SimpleAtoi(domain::DossierCode::Parse(entry.code())->serial, &serial));
    serials.insert(serial);
  }
  EXPECT_EQ(serials.size(), 101U);
  EXPECT_EQ(*serials.rbegin(), 101) << "no gap";
}

TEST_F(ConcurrencyTest, PushesToOneDossierLoseNothing) {
  constexpr int kEach = 15;
  const std::string code = Create("H29.X05");
  OnThreads([&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      Dossier change;
      ASSERT_THAT(domain::SetField(change, absl::StrCat("steps[x05-", thread, "-", i, "].content"),
                                   "invented"),
                  IsOk());
      ASSERT_THAT(domain::SetField(change, absl::StrCat("steps[x05-", thread, "-", i, "].time"),
                                   "2026-03-02T00:45:00Z"),
                  IsOk());
      change.set_code(code);
      ASSERT_THAT(PushUntilTaken(Agency("H29.X05"), RequestOf(change)), IsOk());
    }
  });
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Dossier stored, Get(Agency("H29.X05"), code));
  EXPECT_EQ(stored.steps_size(), kThreads * kEach);
  EXPECT_EQ(stored.revision(), kThreads * kEach + 1) << "each change has a revision of its own";
  const auto journal = Journal();
  for (size_t i = 0; i < journal.size(); ++i) {
    EXPECT_EQ(journal[i].revision(), static_cast<int64_t>(i) + 1) << "in commit order";
  }
}

TEST_F(ConcurrencyTest, OneRequestSentByManyAtOnceIsAppliedOnce) {
  const PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
  std::atomic<int> fresh = 0;
  std::vector<std::string> codes(kThreads);
  OnThreads([&](int thread) {
    const auto response = PushUntilTaken(Agency("H29.X05"), request);
    ASSERT_THAT(response, IsOk());
    codes[thread] = response->code();
    if (!response->duplicate()) ++fresh;
  });
  EXPECT_EQ(fresh, 1);
  EXPECT_THAT(codes, ::testing::Each(codes[0]));
  EXPECT_EQ(RowsOf(store::Table::kDossier), 1);
}

TEST_F(ConcurrencyTest, OneReservationServesOneDossier) {
  receipt::v1::ReserveReceiptRequest reserve;
  reserve.set_request_id(NewUuid());
  reserve.set_agency("H29.X05");
  clock_.Set(absl::Now());  // receipts wait by the machine's clock
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto reservation,
                                 receipts_.Reserve(Agency("H29.X05"), reserve));
  std::atomic<int> made = 0;
  OnThreads([&](int) {
    PushDossierRequest request = RequestOf(NewDossier("H29.X05"));
    request.set_reservation_id(reservation.id());
    const auto response = PushUntilTaken(Agency("H29.X05"), request);
    if (response.ok()) {
      EXPECT_EQ(response->code(), reservation.code());
      ++made;
    } else {
      EXPECT_EQ(ReasonOf(response), "RESERVATION_CLOSED");
    }
  });
  EXPECT_EQ(made, 1);
}

TEST_F(ConcurrencyTest, ReservationsAndIntakesShareOneSeries) {
  clock_.Set(absl::Now());
  std::vector<std::vector<std::string>> codes(kThreads);
  OnThreads([&](int thread) {
    for (int i = 0; i < 10; ++i) {
      if (thread % 2 == 0) {
        const auto response = PushUntilTaken(Agency("H29.X05"), RequestOf(NewDossier("H29.X05")));
        ASSERT_THAT(response, IsOk());
        codes[thread].push_back(response->code());
      } else {
        receipt::v1::ReserveReceiptRequest reserve;
        reserve.set_request_id(NewUuid());
        reserve.set_agency("H29.X05");
        auto reservation = receipts_.Reserve(Agency("H29.X05"), reserve);
        while (absl::IsResourceExhausted(reservation.status())) {
          reservation = receipts_.Reserve(Agency("H29.X05"), reserve);
        }
        ASSERT_THAT(reservation, IsOk());
        codes[thread].push_back(reservation->code());
      }
    }
  });
  std::set<std::string> all;
  for (const auto& some : codes) all.insert(some.begin(), some.end());
  ASSERT_EQ(all.size(), size_t{kThreads} * 10);
  EXPECT_TRUE(all.begin()->ends_with("-0001"));
  EXPECT_TRUE(all.rbegin()->ends_with("-0080"));
}

}  // namespace
}  // namespace lienthong::core

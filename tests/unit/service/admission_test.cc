#include "gateway/service/admission.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "tests/support/status_matchers.h"

namespace lienthong::service {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

TEST(Admission, BoundsTheCallsOfOneCallerAndLeavesRoomForOthers) {
  Admission admission({.calls_max = 10, .calls_per_caller_max = 2});
  auto first = admission.Admit("agency/a", CallKind::kCall);
  auto second = admission.Admit("agency/a", CallKind::kCall);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(second, IsOk());
  const auto third = admission.Admit("agency/a", CallKind::kCall);
  EXPECT_THAT(third, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(DetailsOf(third.status()).reason, "BUSY");
  EXPECT_TRUE(DetailsOf(third.status()).retry_after.has_value());
  EXPECT_THAT(admission.Admit("agency/b", CallKind::kCall), IsOk());
  first->Release();
  EXPECT_THAT(admission.Admit("agency/a", CallKind::kCall), IsOk());
}

TEST(Admission, BoundsAllCallsTogether) {
  Admission admission({.calls_max = 2, .calls_per_caller_max = 2});
  const auto a = admission.Admit("agency/a", CallKind::kCall);
  const auto b = admission.Admit("agency/b", CallKind::kCall);
  EXPECT_THAT(admission.Admit("agency/c", CallKind::kCall),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(admission.in_flight(), 2);
}

TEST(Admission, CountsStreamsApartFromCalls) {
  Admission admission({.calls_max = 1, .streams_max = 1});
  const auto stream = admission.Admit("agency/a", CallKind::kStream);
  ASSERT_THAT(stream, IsOk());
  EXPECT_THAT(admission.Admit("agency/a", CallKind::kStream),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(admission.Admit("agency/a", CallKind::kCall), IsOk());
}

TEST(Admission, DrainingRefusesAllButControl) {
  Admission admission({});
  admission.StartDraining();
  for (const CallKind kind : {CallKind::kCall, CallKind::kStream}) {
    const auto refused = admission.Admit("agency/a", kind);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(DetailsOf(refused.status()).reason, "DRAINING");
  }
  EXPECT_THAT(admission.Admit("operator/lan", CallKind::kControl), IsOk());
}

TEST(Admission, ATicketGivesItsRoomBackOnce) {
  Admission admission({.calls_max = 1});
  {
    auto ticket = admission.Admit("agency/a", CallKind::kCall);
    ASSERT_THAT(ticket, IsOk());
    Admission::Ticket moved = *std::move(ticket);
    moved.Release();
    moved.Release();
    EXPECT_EQ(admission.in_flight(), 0);
  }
  EXPECT_EQ(admission.in_flight(), 0);
  auto one = admission.Admit("agency/a", CallKind::kCall);
  ASSERT_THAT(one, IsOk());
  *one = Admission::Ticket();
  EXPECT_EQ(admission.in_flight(), 0);
}

}  // namespace
}  // namespace lienthong::service

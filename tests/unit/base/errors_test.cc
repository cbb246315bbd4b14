#include "gateway/base/errors.h"

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(ErrorsTest, DetailsComeBackAsTheyWereAttached) {
  ErrorDetails details;
  details.reason = "REASON";
  details.metadata = {{"key", "1:2"}, {"", std::string("a\0b", 3)}};
  details.fields = {{"dossier.code", "3:không hợp lệ"}};
  details.retry_after = absl::Milliseconds(1500);
  details.resource_type = "dossier";
  details.resource_name = "H29.1";
  const ErrorDetails read = DetailsOf(WithDetails(absl::AbortedError("x"), details));
  EXPECT_EQ(read.reason, "REASON");
  EXPECT_THAT(read.metadata, ElementsAre(Pair("key", "1:2"), Pair("", std::string("a\0b", 3))));
  ASSERT_EQ(read.fields.size(), 1u);
  EXPECT_EQ(read.fields[0].field, "dossier.code");
  EXPECT_EQ(read.fields[0].description, "3:không hợp lệ");
  EXPECT_EQ(read.retry_after, absl::Milliseconds(1500));
  EXPECT_EQ(read.resource_type, "dossier");
  EXPECT_EQ(read.resource_name, "H29.1");
}

TEST(ErrorsTest, AStatusWithoutDetailsHasNoReason) {
  const ErrorDetails details = DetailsOf(absl::NotFoundError("x"));
  EXPECT_THAT(details.reason, IsEmpty());
  EXPECT_FALSE(details.retry_after.has_value());
  EXPECT_THAT(DetailsOf(absl::OkStatus()).reason, IsEmpty());
}

TEST(ErrorsTest, DamagedDetailsAreReadAsFarAsTheyGo) {
  absl::Status status = absl::AbortedError("x");
  status.SetPayload("lienthong/error-details", absl::Cord("6:REASON99:short"));
  EXPECT_EQ(DetailsOf(status).reason, "REASON");
  EXPECT_THAT(DetailsOf(status).metadata, IsEmpty());
}

struct Expected {
  absl::Status status;
  absl::StatusCode code;
  std::string reason;
  std::string text;  // part of the message
};

// Others rely on every line of this table: reasons and codes never change.
std::vector<Expected> EveryError() {
  using Code = absl::StatusCode;
  return {
      {FieldInvalid("a.b", "is empty"), Code::kInvalidArgument, "FIELD_INVALID", "a.b: is empty"},
      {RequestIdReused("id-1"), Code::kInvalidArgument, "REQUEST_ID_REUSED", "id-1"},
      {PageTokenInvalid("is cut"), Code::kInvalidArgument, "PAGE_TOKEN_INVALID", "is cut"},
      {CallerUnknown("no URI"), Code::kUnauthenticated, "CALLER_UNKNOWN", "no URI"},
      {NotShared("C1"), Code::kPermissionDenied, "NOT_SHARED", "C1"},
      {CallNotAllowed("portal", "Push"), Code::kPermissionDenied, "CALL_NOT_ALLOWED", "portal"},
      {NotFound("link", "city"), Code::kNotFound, "LINK_UNKNOWN", "city"},
      {CodeTaken("C1", "case-9"), Code::kAlreadyExists, "CODE_TAKEN", "case-9"},
      {RevisionStale("C1", 3, 4), Code::kAborted, "REVISION_STALE", "revision 4, not 3"},
      {DossierVoid("C1"), Code::kFailedPrecondition, "DOSSIER_VOID", "C1"},
      {DossierEnded("C1"), Code::kFailedPrecondition, "DOSSIER_ENDED", "C1"},
      {DossierJoined("C1", "C2"), Code::kFailedPrecondition, "DOSSIER_JOINED", "C2"},
      {ReservationClosed("r1", "released"), Code::kFailedPrecondition, "RESERVATION_CLOSED",
       "released"},
      {TokenTooOld(12), Code::kOutOfRange, "JOURNAL_COMPACTED", "12"},
      {EpochChanged(1, 2), Code::kOutOfRange, "STORE_RESTORED", "epoch 2"},
      {Busy("the line is full", absl::Milliseconds(100)), Code::kResourceExhausted, "BUSY",
       "100ms"},
      {Draining(), Code::kUnavailable, "DRAINING", "stopping"},
      {LeaseLost("city"), Code::kAborted, "LEASE_LOST", "city"},
      {LeaseHeld("city", absl::Seconds(7)), Code::kUnavailable, "LEASE_HELD", "7s"},
      {DeadlineMissing(), Code::kInvalidArgument, "DEADLINE_MISSING", "deadline"},
      {StoreCorrupt("a page"), Code::kDataLoss, "STORE_CORRUPT", "a page"},
  };
}

TEST(ErrorsTest, EveryErrorHasItsCodeItsReasonAndItsText) {
  std::set<std::string> reasons;
  for (const Expected& expected : EveryError()) {
    EXPECT_THAT(expected.status, StatusIs(expected.code, HasSubstr(expected.text)));
    EXPECT_EQ(DetailsOf(expected.status).reason, expected.reason);
    EXPECT_TRUE(reasons.insert(expected.reason).second) << expected.reason << " says two things";
  }
}

TEST(ErrorsTest, FieldsInvalidNamesEveryField) {
  const absl::Status status = FieldsInvalid({{"a", "is empty"}, {"b.c", "is too long"}});
  EXPECT_EQ(ToStd(status.message()), "a: is empty; b.c: is too long");
  EXPECT_EQ(DetailsOf(status).fields.size(), 2u);
}

TEST(ErrorsTest, MissingAndForeignDossiersLookTheSame) {
  EXPECT_EQ(NotShared("C1"), NotShared("C1"));
  EXPECT_EQ(DetailsOf(NotShared("C1")).resource_name, "C1");
}

TEST(ErrorsTest, BusySaysWhenToComeBack) {
  EXPECT_EQ(DetailsOf(Busy("x", absl::Seconds(5))).retry_after, absl::Seconds(5));
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  LIENTHONG_ASSIGN_OR_RETURN(const int half, Half(number));
  LIENTHONG_ASSIGN_OR_RETURN(const int quarter, Half(half));
  LIENTHONG_RETURN_IF_ERROR(quarter < 0 ? absl::OutOfRangeError("negative") : absl::OkStatus());
  return quarter;
}

TEST(ErrorsTest, MacrosReturnTheFirstError) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_THAT(Quarter(3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Quarter(-8), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(TextTest, StrCatTakesBothViews) {
  std::string text = StrCat(std::string_view("a"), 1, std::string("b"), absl::string_view("c"));
  StrAppend(text, std::string_view("d"), 2);
  EXPECT_EQ(text, "a1bcd2");
  EXPECT_EQ(ToStd(ToAbsl(std::string_view("x\0y", 3))), std::string_view("x\0y", 3));
}

}  // namespace
}  // namespace lienthong

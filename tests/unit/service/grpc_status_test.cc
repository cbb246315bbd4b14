#include "gateway/service/grpc_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "google/rpc/error_details.pb.h"

namespace lienthong::service {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A trailer must fit the metadata that clients accept by default.
constexpr size_t kMetadataBytesMax = 8192;

google::rpc::Status Parsed(const grpc::Status& status) {
  google::rpc::Status parsed;
  EXPECT_TRUE(parsed.ParseFromString(status.error_details()));
  return parsed;
}

template <typename Detail>
Detail Find(const google::rpc::Status& status) {
  Detail detail;
  int found = 0;
  for (const auto& any : status.details()) {
    if (any.UnpackTo(&detail)) ++found;
  }
  EXPECT_EQ(found, 1) << detail.GetTypeName();
  return detail;
}

template <typename Detail>
bool Has(const google::rpc::Status& status) {
  for (const auto& any : status.details()) {
    if (any.Is<Detail>()) return true;
  }
  return false;
}

TEST(ToGrpc, OkStaysOk) { EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok()); }

TEST(ToGrpc, CarriesReasonAndEveryField) {
  const grpc::Status status = ToGrpc(FieldsInvalid(
      {{"dossier.contact.email", "is not an address"}, {"dossier.steps[2].status", "is missing"}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const google::rpc::Status parsed = Parsed(status);
  EXPECT_EQ(parsed.code(), static_cast<int>(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_EQ(parsed.message(), status.error_message());
  const auto info = Find<google::rpc::ErrorInfo>(parsed);
  EXPECT_EQ(info.reason(), "FIELD_INVALID");
  EXPECT_EQ(info.domain(), "lienthong.gateway");
  const auto bad = Find<google::rpc::BadRequest>(parsed);
  ASSERT_EQ(bad.field_violations_size(), 2);
  EXPECT_EQ(bad.field_violations(1).field(), "dossier.steps[2].status");
  EXPECT_FALSE(Has<google::rpc::RetryInfo>(parsed));
}

TEST(ToGrpc, SaysWhenToComeAgain) {
  const auto busy =
      Find<google::rpc::RetryInfo>(Parsed(ToGrpc(Busy("x", absl::Milliseconds(250)))));
  EXPECT_EQ(busy.retry_delay().seconds(), 0);
  EXPECT_EQ(busy.retry_delay().nanos(), 250'000'000);
  EXPECT_TRUE(Has<google::rpc::RetryInfo>(Parsed(ToGrpc(Draining()))));
  EXPECT_TRUE(Has<google::rpc::RetryInfo>(Parsed(ToGrpc(absl::UnavailableError("away")))));
}

TEST(ToGrpc, NamesTheResource) {
  const auto resource = Find<google::rpc::ResourceInfo>(Parsed(ToGrpc(NotFound("link", "moon"))));
  EXPECT_EQ(resource.resource_name(), "moon");
}

TEST(ToGrpc, AFaultOfOursSaysNothingButAnId) {
  for (const absl::Status& fault :
       {absl::InternalError("secret table"), absl::UnknownError("secret table")}) {
    const grpc::Status status = ToGrpc(fault);
    EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(fault.code()));
    EXPECT_THAT(status.error_message(), Not(HasSubstr("secret")));
    const auto info = Find<google::rpc::ErrorInfo>(Parsed(status));
    EXPECT_EQ(info.reason(), "INTERNAL");
    EXPECT_THAT(status.error_message(), HasSubstr(info.metadata().at("id")));
  }
}

TEST(ToGrpc, EveryErrorHasAReason) {
  EXPECT_EQ(
      Find<google::rpc::ErrorInfo>(Parsed(ToGrpc(absl::DeadlineExceededError("late")))).reason(),
      "DEADLINE_EXCEEDED");
}

TEST(ToGrpc, CutsLongMessagesBetweenCharacters) {
  std::string text = "a";
  while (text.size() < 3 * kMessageBytesMax) text += "ồ";
  const std::string cut = ToGrpc(absl::InvalidArgumentError(text)).error_message();
  EXPECT_LE(cut.size(), kMessageBytesMax);
  EXPECT_GT(cut.size(), kMessageBytesMax - 4);
  EXPECT_EQ(text.compare(0, cut.size(), cut), 0);
  EXPECT_EQ((cut.size() - 1) % std::string("ồ").size(), 0u);
}

TEST(ToGrpc, ManyBadFieldsFitATrailerAndTheRestIsCounted) {
  std::vector<FieldViolation> fields;
  for (int i = 0; i < 500; ++i) {
    fields.push_back({StrCat("dossier.steps[", i, "].content"), "Nội dung dài quá bốn nghìn chữ"});
  }
  const grpc::Status status = ToGrpc(FieldsInvalid(fields));
  // Details travel as base64, the message with three bytes for each one outside ASCII.
  EXPECT_LT(status.error_details().size() * 4 / 3 + status.error_message().size() * 3,
            kMetadataBytesMax);
  const auto bad = Find<google::rpc::BadRequest>(Parsed(status));
  const auto& last = bad.field_violations(bad.field_violations_size() - 1);
  EXPECT_EQ(last.field(), "*");
  EXPECT_THAT(last.description(),
              HasSubstr(StrCat(500 - (bad.field_violations_size() - 1), " more")));
  // A stream's item has room for all.
  google::rpc::BadRequest all = Find<google::rpc::BadRequest>(ToRpc(FieldsInvalid(fields)));
  EXPECT_EQ(all.field_violations_size(), 500);
}

}  // namespace
}  // namespace lienthong::service

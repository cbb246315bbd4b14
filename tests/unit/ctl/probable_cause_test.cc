#include "gateway/ctl/probable_cause.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/ctl/terminal.h"

namespace lienthong::ctl {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// How the library says it is tested with a gateway, in integration/grpc.

TEST(ProbableCause, AServiceThatIsNotThereMeansMixedPorts) {
  const grpc::Status nothing_said(grpc::StatusCode::UNIMPLEMENTED, "");
  EXPECT_THAT(ErrorOf(nothing_said).message(), AllOf(HasSubstr("--server"), HasSubstr("--admin")));
}

TEST(ProbableCause, WhatTheGatewaySaysStandsAlone) {
  for (const auto code : {grpc::StatusCode::UNIMPLEMENTED, grpc::StatusCode::UNAVAILABLE,
                          grpc::StatusCode::PERMISSION_DENIED}) {
    EXPECT_EQ(ErrorOf(grpc::Status(code, "Socket closed")).message(), "Socket closed");
  }
}

TEST(ProbableCause, FollowsWhatTheLibrarySays) {
  const grpc::Status refused(grpc::StatusCode::UNAVAILABLE,
                             "failed to connect to all addresses; last error: Connection refused");
  EXPECT_THAT(ErrorOf(refused).message(),
              AllOf(StartsWith(refused.error_message()), HasSubstr("nothing listens there")));
}

}  // namespace
}  // namespace lienthong::ctl

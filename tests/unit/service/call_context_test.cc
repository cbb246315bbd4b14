#include "gateway/service/call_context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "grpcpp/test/server_context_test_spouse.h"

namespace lienthong::service {
namespace {

using ::testing::MatchesRegex;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

class TraceOfTest : public ::testing::Test {
 protected:
  void Send(const std::string& header) { spouse_.AddClientMetadata("traceparent", header); }
  std::string Trace() { return TraceOf(context_, *random_); }

  grpc::ServerContext context_;
  grpc::testing::ServerContextTestSpouse spouse_{&context_};
  const std::unique_ptr<Random> random_ = Random::Seeded(1);
};

TEST_F(TraceOfTest, GoesOnWithTheCallersTrace) {
  Send(kHeader);
  EXPECT_EQ(Trace(), kTrace);
}

TEST_F(TraceOfTest, BeginsOneForACallWithoutAny) {
  const std::string begun = Trace();
  EXPECT_THAT(begun, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(Trace(), begun);
}

TEST_F(TraceOfTest, BeginsOneForACallWithABadHeader) {
  Send("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01");
  EXPECT_THAT(Trace(), MatchesRegex("[0-9a-f]{32}"));
}

TEST_F(TraceOfTest, BeginsOneForACallWithTwoHeaders) {
  Send(kHeader);
  Send(kHeader);
  EXPECT_THAT(Trace(), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(Trace(), kTrace);
}

}  // namespace
}  // namespace lienthong::service

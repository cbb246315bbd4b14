#ifndef LIENTHONG_TESTS_SUPPORT_ANSWER_OF_H_
#define LIENTHONG_TESTS_SUPPORT_ANSWER_OF_H_

#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"

namespace lienthong::testing {

// Waits for what an asynchronous call answers:
//   AnswerOf<pb::ProbeReply>([&](auto done) { adapter.Probe(deadline, done); })
// The test fails when it is not answered within a minute, which only a fault reaches, and ends when
// it is answered twice.
template <typename Reply, typename Call>
absl::StatusOr<Reply> AnswerOf(const Call& call) {
  // Shared, for an answer that comes after the wait is over.
  auto answer = std::make_shared<std::promise<absl::StatusOr<Reply>>>();
  std::future<absl::StatusOr<Reply>> future = answer->get_future();
  call([answer](absl::StatusOr<Reply> reply) { answer->set_value(std::move(reply)); });
  if (future.wait_for(std::chrono::minutes(1)) != std::future_status::ready) {
    ADD_FAILURE() << "a call was never answered";
    return absl::InternalError("a call was never answered");
  }
  return future.get();
}

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_ANSWER_OF_H_

#ifndef LIENTHONG_GATEWAY_CORE_ACT_LOG_H_
#define LIENTHONG_GATEWAY_CORE_ACT_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// What was done to dead letters and conflicts, by whom and why, for ever. An act is written with
// what it does, in one commit, and is named by who asked, by the request and by what it was done
// to: so it is done once however often it is asked for.

// Adds an act to what a commit writes, on the condition that it is not there: the commit is Aborted
// when it was done before. `actor`, `request_id`, `target` and `time` must be set. What the gateway
// closes by itself has no request: its `request_id` is of the gateway's own making.
void PutAct(const Engine& engine, const storage::v1::ActRecord& record, store::WriteSet& set);

// The act that this request did to this target, if it did.
absl::StatusOr<std::optional<storage::v1::ActRecord>> FindAct(const Engine& engine,
                                                              std::string_view actor,
                                                              std::string_view request_id,
                                                              std::string_view target);

// Everything that a request did, in the order of targets; at most kRequestActsMax.
inline constexpr int64_t kRequestActsMax = 1000;
absl::StatusOr<std::vector<storage::v1::ActRecord>> ActsOfRequest(const Engine& engine,
                                                                  std::string_view actor,
                                                                  std::string_view request_id);

// The newest act that anybody did to a target, among so many of its dossier or (0) of all; nothing
// when none did.
inline constexpr int64_t kActsLookedAtMax = 1000;
absl::StatusOr<std::optional<storage::v1::ActRecord>> NewestActOn(const Engine& engine,
                                                                  int64_t dossier_id,
                                                                  std::string_view target);

// A page of acts, oldest or newest first, of one dossier or (0) of all. Errors of ReadTimedPage.
struct ActPage {
  std::vector<storage::v1::ActRecord> acts;
  std::string next_token;  // empty at the end
};
absl::StatusOr<ActPage> ListActs(const Engine& engine, int64_t dossier_id, int32_t page_size,
                                 std::string_view page_token, bool newest_first = false);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_ACT_LOG_H_

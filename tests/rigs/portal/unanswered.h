// Calls that stored something and whose caller cannot know it: their answer was dropped, made no
// sense, or found nobody any more. A judge that looks for doubled progress lines needs them.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_UNANSWERED_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_UNANSWERED_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/json.h"
#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::portal {

struct UnansweredCall {
  int64_t n = 0;  // in the call log
  int64_t time_ms = 0;
  std::string service;
  std::string dossier;
  int64_t lines = 0;
  std::string fault;  // drop_reply, odd_code, left
};

// Thread-safe.
class Unanswered {
 public:
  // `state` outlives it.
  explicit Unanswered(StateLog& state);

  void Add(const UnansweredCall& call);
  // {calls: [{n, time_ms, service, MaHoSo, items, fault}], next}.
  nlohmann::json Page(const http::PageAsked& page) const;
  nlohmann::json CountsByService() const;
  int64_t lines() const;

 private:
  StateLog& state_;
  mutable std::mutex mutex_;
  std::vector<nlohmann::json> calls_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_UNANSWERED_H_

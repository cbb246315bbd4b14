#include "tests/rigs/portal/numbers.h"

#include <array>
#include <cstdio>
#include <utility>

#include "tests/rigs/http/message.h"
#include "tests/rigs/shape/text.h"

namespace lienthong::rigs::portal {
namespace {

constexpr const char* kNumberOperation = "number";
constexpr size_t kSerialDigits = 7;
constexpr size_t kAgencyCharsMax = 35;

}  // namespace

Numbers::Numbers(StateLog& state, std::function<int64_t()> now)
    : state_(state), now_(std::move(now)) {
  state_.On(kNumberOperation,
            [this](const nlohmann::json& line) { last_[line.at("series")] = line.at("last"); });
}

std::string Numbers::Issue(const std::string& agency) {
  const std::string series = agency + "-" + LocalTime(now_(), "%Y%m%d");
  const std::lock_guard lock(mutex_);
  const int64_t number = last_[series] + 1;
  if (!state_.Append({{"op", kNumberOperation}, {"series", series}, {"last", number}})) return "";
  last_[series] = number;
  std::array<char, 24> serial{};
  std::snprintf(serial.data(), serial.size(), "-%0*lld", static_cast<int>(kSerialDigits),
                static_cast<long long>(number));
  return series + serial.data();
}

bool Numbers::IsIssued(const std::string& code) const {
  const size_t dash = code.rfind('-');
  if (dash == std::string::npos || code.size() - dash - 1 != kSerialDigits) return false;
  const auto number = http::ParseNumber(std::string_view(code).substr(dash + 1));
  const std::lock_guard lock(mutex_);
  const auto last = last_.find(code.substr(0, dash));
  return number && last != last_.end() && *number >= 1 && *number <= last->second;
}

int64_t Numbers::issued() const {
  const std::lock_guard lock(mutex_);
  int64_t issued = 0;
  for (const auto& [series, last] : last_) issued += last;
  return issued;
}

bool IsAgency(const std::string& text) {
  static constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.";
  return !text.empty() && text.size() <= kAgencyCharsMax && text.front() != '.' &&
         text.back() != '.' && text.find("..") == std::string::npos &&
         text.find_first_not_of(kAllowed) == std::string::npos;
}

}  // namespace lienthong::rigs::portal

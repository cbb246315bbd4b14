#ifndef LIENTHONG_GATEWAY_METRICS_VALUE_LIMIT_H_
#define LIENTHONG_GATEWAY_METRICS_VALUE_LIMIT_H_

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "gateway/metrics/catalogue.h"

namespace lienthong::metrics {

// Keeps the values of one label from becoming too many: the first kValuesMax different ones stay,
// the others are one. Not thread-safe.
class ValueLimit {
 public:
  std::string_view Admit(std::string_view value) {
    if (seen_.contains(value)) return value;
    if (seen_.size() >= kValuesMax) return kOther;
    return *seen_.emplace(value).first;
  }

 private:
  std::set<std::string, std::less<>> seen_;
};

}  // namespace lienthong::metrics

#endif  // LIENTHONG_GATEWAY_METRICS_VALUE_LIMIT_H_

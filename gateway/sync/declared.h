#ifndef LIENTHONG_GATEWAY_SYNC_DECLARED_H_
#define LIENTHONG_GATEWAY_SYNC_DECLARED_H_

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace lienthong::sync {

// Whether paths that an adapter declared stand for the field at a path: itself, or the group or
// list that it is in.
inline bool Declares(const std::vector<std::string>& declared, std::string_view path) {
  return std::any_of(declared.begin(), declared.end(), [path](std::string_view whole) {
    if (!path.starts_with(whole)) return false;
    return path.size() == whole.size() || path[whole.size()] == '.' || path[whole.size()] == '[';
  });
}

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_DECLARED_H_

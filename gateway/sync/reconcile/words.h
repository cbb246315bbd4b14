#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_WORDS_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_WORDS_H_

#include <string>
#include <string_view>

namespace lienthong::sync {

// A counterpart's words as they may stand in a finding: what stands between quotation marks, and
// numbers as long as a telephone's or a citizen's, may be somebody's and are left out. At most 200
// bytes.
std::string WordsOf(std::string_view said);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_WORDS_H_

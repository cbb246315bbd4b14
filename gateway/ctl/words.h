#ifndef LIENTHONG_GATEWAY_CTL_WORDS_H_
#define LIENTHONG_GATEWAY_CTL_WORDS_H_

#include <string>
#include <string_view>

namespace lienthong::ctl {

// What stands at the head of a column, or the name of a state, in Vietnamese; as it is where no
// word is known, e.g. a value of a dossier.
std::string InVietnamese(std::string_view english);

// What a reason of the gateway (AMBIGUOUS_CODE) says; empty where no sentence is known.
std::string_view ReasonInVietnamese(std::string_view reason);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_WORDS_H_

#ifndef LIENTHONG_GATEWAY_DOMAIN_INDICATORS_H_
#define LIENTHONG_GATEWAY_DOMAIN_INDICATORS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "lienthong/dossier/v1/dossier.pb.h"

// The components of the indicators of QĐ 766/QĐ-TTg (23/6/2022) that one dossier decides. The
// decision's dashboard is known to contradict its text in places, so what is counted is said here
// in words, and no points are made of it.
namespace lienthong::domain {

enum class Indicator : uint8_t {
  k1_4,  // synchronised: nothing of it waits to be delivered to the portal
  k2_1,  // on time
  k2_2,  // time of handling: hours from reception to the end, of those that have ended
  k3_3,  // filed online, and the result is electronic
  k3_5,  // fees were paid online, of those that cost something
  k4_1,  // the result is electronic, of those that have one
  k4_2,  // all that was handed in is digitised and the result is electronic, of those that have one
  k4_3,  // a paper of an earlier dossier or result was used again
  k4_4,  // a paper came from the citizen's own store
  k4_5,  // the national population database was used
};
inline constexpr std::array kIndicatorNames = {"1.4", "2.1", "2.2", "3.3", "3.5",
                                               "4.1", "4.2", "4.3", "4.4", "4.5"};
inline constexpr int kIndicators = kIndicatorNames.size();

std::string_view NameOf(Indicator indicator);
// None for a name that is none.
std::optional<Indicator> IndicatorOf(std::string_view name);

// What a dossier says to all of them; what depends on the moment (1.4, and 2.1 of one that has not
// ended) is judged later.
struct IndicatorFacts {
  absl::Time received;
  std::optional<absl::Time> ended;  // what counts as its end in 2.1
  std::optional<absl::Time> due;    // what was promised, else what the law allows
  uint16_t counted = 0;             // bits of the indicators in whose denominator it is
  uint16_t fulfilled = 0;           // of those that it fulfils; 1.4 and 2.1 as far as that is known
};

// None of a dossier that was not received, is void, or was joined into another one.
//
// The end is when it was finished, else returned, refused, stopped or withdrawn; while the one
// supplement that was asked for is waited for, when that was. A dossier of which more than one was
// asked for is late (2.1 of the decision).
std::optional<IndicatorFacts> IndicatorFactsOf(const dossier::v1::Dossier& dossier);

inline constexpr uint16_t BitOf(Indicator indicator) {
  return static_cast<uint16_t>(1U << static_cast<unsigned>(indicator));
}

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_INDICATORS_H_

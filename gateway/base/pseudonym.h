#ifndef LIENTHONG_GATEWAY_BASE_PSEUDONYM_H_
#define LIENTHONG_GATEWAY_BASE_PSEUDONYM_H_

#include <string>
#include <string_view>

namespace lienthong {

// By what name a log line speaks of a dossier: a keyed digest of its code, 16 hexadecimal digits,
// that leads nobody without the key back to the code. Empty for no code.
std::string PseudonymOf(std::string_view code);

// The deployment's key, so that a dossier keeps its name when the process starts again. Until it is
// set each process has a random one of its own. Thread-safe.
void SetPseudonymKey(std::string key);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_PSEUDONYM_H_

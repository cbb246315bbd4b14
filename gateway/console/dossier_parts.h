#ifndef LIENTHONG_GATEWAY_CONSOLE_DOSSIER_PARTS_H_
#define LIENTHONG_GATEWAY_CONSOLE_DOSSIER_PARTS_H_

#include <string>

#include "absl/status/status.h"
#include "gateway/console/console.h"
#include "gateway/console/html.h"
#include "gateway/console/view.h"
#include "lienthong/dossier/v1/dossier.pb.h"

// Parts of the page of a dossier.
namespace lienthong::console {

struct SideBySideOptions {
  bool live = false;    // counterparts are asked now
  std::string purpose;  // why personal data is shown; empty: it is not
};

// Every field with its owner and what every system holds of it, differences marked.
absl::Status SideBySide(const ConsoleParts& parts, const View& view,
                        const dossier::v1::Dossier& dossier, const SideBySideOptions& options,
                        Html& html);

// What was done, step by step, oldest first.
void Steps(const View& view, const dossier::v1::Dossier& dossier, Html& html);

// What is due when, how that was computed, and when the clock stood.
void DueDates(const View& view, const dossier::v1::Dossier& dossier, Html& html);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_DOSSIER_PARTS_H_

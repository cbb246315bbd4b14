#ifndef LIENTHONG_GATEWAY_DOMAIN_DEFECTS_H_
#define LIENTHONG_GATEWAY_DOMAIN_DEFECTS_H_

#include <string>

#include "absl/time/time.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Whether a dossier has a defect; noted at most once under an id, and taken out when it is mended.
struct DefectState {
  std::string id;
  dossier::v1::Defect::Kind kind = dossier::v1::Defect::KIND_UNSPECIFIED;
  bool present = false;
  std::string detail = {};  // about which value; never a personal one
};
void TrackDefect(const DefectState& state, absl::Time now, dossier::v1::Dossier& dossier);

// What the law demands and the dossier lacks, as it is now: the reason of a refusal or stop and the
// legal text behind it, a date promised to the citizen, a supplement asked for once. Missing things
// are counted and shown; they are never a ground to withhold a status.
void TrackLegalDefects(absl::Time now, dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_DEFECTS_H_

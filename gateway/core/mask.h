#ifndef LIENTHONG_GATEWAY_CORE_MASK_H_
#define LIENTHONG_GATEWAY_CORE_MASK_H_

#include <vector>

#include "gateway/base/errors.h"
#include "gateway/domain/merge.h"
#include "google/protobuf/field_mask.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// What a dossier and its update mask ask for. Without a mask: the fields that are present. `*`
// means the same. A path of a group stands for all its fields: those present are set, the others
// cleared. A path of a list stands for the elements that are present. A path that cannot be obeyed
// is left out and added to `violations`: one that the schema does not know, that only the gateway
// sets, or of a list without an element.
domain::Change ChangeFromMask(const dossier::v1::Dossier& dossier,
                              const google::protobuf::FieldMask& mask,
                              std::vector<FieldViolation>& violations);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_MASK_H_

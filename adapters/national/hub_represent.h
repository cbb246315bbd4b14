#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_REPRESENT_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_REPRESENT_H_

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::adapters::national {

// What the hub would hold of a dossier. A file is shown by its digest once its content is verified;
// before, only that it is still waited for (FETCH_STATE_REFERENCED), since the hub takes papers
// with their bytes or not at all. Pure.
adapter::v1::Representation RepresentForHub(const dossier::v1::Dossier& dossier);

// Whether a file of this kind is still waited for.
bool IsAwaited(const dossier::v1::FileReference& file);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_REPRESENT_H_

#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_RULES_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_RULES_H_

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sdk::portal {

// What the portal demands beyond names, lengths and codes. CheckRecord stands in packets.h.

inline constexpr const char* kMissing = "mandatory here: the portal refuses the packet without it";

// MaDoiTuong: the account of whoever submitted online.
inline constexpr const char* kAccountPath = "origin.portal_account";
inline constexpr const char* kAccountLoss = "told of online dossiers only";
bool TellsAccount(const dossier::v1::Dossier& dossier);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_RULES_H_

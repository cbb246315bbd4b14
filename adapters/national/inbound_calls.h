#ifndef LIENTHONG_ADAPTERS_NATIONAL_INBOUND_CALLS_H_
#define LIENTHONG_ADAPTERS_NATIONAL_INBOUND_CALLS_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

// What the portal's calls say, as items for the gateway. Each function reads the one object of a
// call; what it does not understand is an item with an error that names the portal's field. The
// same object again gives the same item: ids of elements come from the portal's own, or from their
// place. Nothing is ever cleared by such a call. Pure.

namespace pb = ::lienthong::adapter::v1;

// DongBoHoSoMC: a dossier that a citizen handed in online. `agency` is who shall receive it.
pb::InboundItem ReadSubmission(const nlohmann::json& record, const std::string& agency);
// BoSungHoSo: the applicant's reply to a supplement round, with its papers.
pb::InboundItem ReadSupplement(const nlohmann::json& reply);
// RutHoSo: the applicant wants to withdraw.
pb::InboundItem ReadWithdrawal(const nlohmann::json& request);
// ThanhToanHoSo: one fee line was paid or paid back. The line is named by its code, not by its id.
pb::InboundItem ReadPayment(const nlohmann::json& payment);

// Names of a call's object that have a value and no place here: what is not kept is told by name.
std::vector<std::string> UnusedInSubmission(const nlohmann::json& record);
std::vector<std::string> UnusedInSupplement(const nlohmann::json& reply);
std::vector<std::string> UnusedInWithdrawal(const nlohmann::json& request);
std::vector<std::string> UnusedInPayment(const nlohmann::json& payment);
std::vector<std::string> UnusedInLookUp(const nlohmann::json& object);
// Those of an object that are none of these.
std::vector<std::string> NamesBeside(const nlohmann::json& object,
                                     const std::set<std::string>& known);

// The portal's name of the field at a schema's path, for what its calls say and the record has not:
// `fees[f1].payment_reference` is MaGiaoDich. Else as in the record.
std::string NameInCall(std::string_view path);

// A record of the portal that we asked for; `code` is what we asked with.
pb::InboundItem ReadBackItem(const nlohmann::json& record, const std::string& code);

// Begins an item about the dossier that a call names; an error when it names none.
pb::InboundItem BeginItem(const nlohmann::json& object);
// The code that a call names the dossier by; the key is the hub's own id where it tells one.
std::string CodeIn(const nlohmann::json& object);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_INBOUND_CALLS_H_

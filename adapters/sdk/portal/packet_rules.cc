#include "adapters/sdk/portal/packet_rules.h"

#include <string>

#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packet_values.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"

namespace lienthong::sdk::portal {
namespace {

using nlohmann::json;

// By the portal's names, since what is checked is a packet.
constexpr const char* kStatus = "TrangThaiHoSo";
constexpr const char* kReceived = "NgayTiepNhan";
constexpr const char* kSubmitted = "NgayNopHoSo";
constexpr const char* kRefused = "NgayTuChoi";
constexpr const char* kAccount = "MaDoiTuong";
constexpr const char* kChannel = "KenhThucHien";

bool Has(const json& record, const std::string& name) {
  const auto it = record.find(name);
  return it != record.end() && !IsEmpty(*it);
}

// A code of a record, which may have come as a number.
std::string CodeAt(const json& record, const char* name) {
  const auto it = record.find(name);
  if (it == record.end()) return "";
  return it->is_string() ? it->get<std::string>() : it->dump();
}

// Which of a record's dates its status demands; empty: none. A supplement may be asked for and a
// dossier withdrawn before it was received.
std::string MissingDate(const json& record, const std::string& status) {
  const bool refused = status == "3";
  if (refused && !Has(record, kRefused)) return kRefused;
  const bool before_reception = status == "1" || refused;
  const bool either = (status == "5" || status == "7") && !Has(record, kReceived);
  if (before_reception || either) return Has(record, kSubmitted) ? "" : kSubmitted;
  return Has(record, kReceived) ? "" : kReceived;
}

}  // namespace

bool TellsAccount(const dossier::v1::Dossier& dossier) {
  return dossier.origin().channel() == dossier::v1::CHANNEL_ONLINE;
}

adapter::v1::ItemError Missing(std::string_view name) { return MakeError(name, kMissing); }

std::vector<adapter::v1::ItemError> CheckRecord(const json& record) {
  std::vector<adapter::v1::ItemError> errors;
  const std::string status = CodeAt(record, kStatus);
  for (const std::string& name : RecordPlan().object.required) {
    if (name != kReceived && !Has(record, name)) errors.push_back(Missing(name));
  }
  const std::string date = MissingDate(record, status);
  if (!date.empty() && !status.empty()) {
    errors.push_back(MakeError(date, StrCat("mandatory with TrangThaiHoSo ", status)));
  }
  if (Has(record, kAccount) && CodeAt(record, kChannel) != "2") {
    errors.push_back(MakeError(kAccount, "may be there with KenhThucHien 2 only"));
  }
  return errors;
}

}  // namespace lienthong::sdk::portal

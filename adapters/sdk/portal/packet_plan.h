#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_PLAN_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_PLAN_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdk/mapping_plan.h"
#include "google/protobuf/descriptor.h"

namespace lienthong::sdk::portal {

// IsDeleted: the tombstone that the portal has a word for. What is not removed is told so.
inline constexpr const char* kTombstone = "removed";

// The portal's packets as the schema's `portal` options describe them, found once by reflection.
// Internal to this folder; everything lives for ever.

// The single fields of one JSON object.
struct ObjectPlan {
  std::vector<FieldPlan> fields;
  std::map<std::string, size_t, std::less<>> by_name;  // the portal's name -> position in fields
  std::vector<std::string> required;                   // the portal's names
};

// A field of ids, written as the elements that they name: DanhSachGiayToBoSung.
struct ReferencePlan {
  const google::protobuf::FieldDescriptor* field;
  std::string name;
  size_t list;  // position in PacketPlan::lists of the list whose elements are named
};

struct ListPacketPlan {
  std::string path;  // `applicant.identities`
  Chain chain;
  std::string name;  // `DinhDanhCHS`
  ObjectPlan object;
  const google::protobuf::FieldDescriptor* id = nullptr;
  std::string id_name;  // empty: the portal knows no id, the place in the list counts
  bool id_is_number = false;
  // The tombstone, when the portal has no word for it.
  const google::protobuf::FieldDescriptor* removed = nullptr;
  // The paper's bytes, which may also come inline.
  const google::protobuf::FieldDescriptor* file = nullptr;
  std::vector<ReferencePlan> references;
};

struct PacketPlan {
  ObjectPlan object;
  std::vector<ListPacketPlan> lists;  // in the order of the schema
};

// DongBoHoSoMC.
const PacketPlan& RecordPlan();
// CapNhatTienDoHoSoMC without MaHoSo.
const ObjectPlan& StepPlan();

// The field of a plan at a schema path. The path must be there.
const FieldPlan& FieldAt(const ObjectPlan& plan, std::string_view path);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_PLAN_H_

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "absl/strings/ascii.h"
#include "adapters/sdk/mapping_values.h"
#include "adapters/sdk/portal/content_token.h"
#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packet_rules.h"
#include "adapters/sdk/portal/packet_values.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/text.h"

namespace lienthong::sdk::portal {
namespace {

using google::protobuf::Message;
using nlohmann::json;

constexpr const char* kCode = "MaHoSo";
constexpr const char* kInline = "Base64";
constexpr const char* kFees = "fees";
constexpr const char* kFeeCode = "MaPhiLePhi";
constexpr size_t kIdCharsMax = 80;  // what IsElementId takes
constexpr size_t kIgnoredNamesMax = 20;
constexpr size_t kErrorsMax = 100;
constexpr size_t kNameBytesMax = 80;

// Reads one packet. Lives on the stack.
class Decoder {
 public:
  explicit Decoder(const ElementIds& ids) : ids_(ids) {}
  DecodedDossier Take() { return std::move(out_); }

  void ReadRecord(const json& record) {
    if (!record.is_object()) return Fail("", "expected an object");
    ReadFields(record, RecordPlan().object, "", "", out_.dossier);
    // In the order of the schema: papers and fees before the rounds that name them.
    for (const ListPacketPlan& list : RecordPlan().lists) {
      const auto it = record.find(list.name);
      if (it != record.end()) ReadList(*it, list, list.name, "");
    }
    NoteIgnored(record);
  }

  // The single fields of a packet's object `name`, into the message at `path`.
  void ReadFields(const json& object, const ObjectPlan& plan, const std::string& path,
                  const std::string& name, Message& message) {
    for (const FieldPlan& field : plan.fields) {
      const auto it = object.find(field.name);
      if (it == object.end() || it->is_null()) continue;
      const json value = Normalized(field, *it);
      if (IsEmpty(value)) {
        out_.cleared.push_back(Below(path, field.path));
        continue;
      }
      const std::string problem =
          FromWire(field, WallTime(), value, *MakeHolder(message, field.chain));
      if (!problem.empty()) Fail(Below(name, field.name), problem);
    }
  }

  void Fail(const std::string& name, const std::string& reason) {
    if (out_.errors.size() < kErrorsMax) out_.errors.push_back(MakeError(name, reason));
    if (!out_.error) out_.error = out_.errors.front();
  }

 private:
  // Ids of the elements that a list of the packet names, in its order. `round` is the supplement
  // round it stands in, by its id.
  std::vector<std::string> ReadList(const json& value, const ListPacketPlan& list,
                                    const std::string& name, const std::string& round) {
    std::vector<std::string> ids;
    if (IsEmpty(value)) return ids;
    if (!value.is_array()) {
      Fail(name, "expected a list");
      return ids;
    }
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string place = PlaceName(name, i + 1);
      if (!value[i].is_object()) {
        Fail(place, "expected an object");
        continue;
      }
      const std::string prefix = round.empty() ? ids_.position_prefix : StrCat(round, "-n");
      std::string id = ElementId(value[i], list, place, StrCat(prefix, i + 1));
      // Fees have no id: their code says when a round means a line that was told before.
      const std::string known = round.empty() ? "" : FeeOf(value[i], list, ids);
      if (!known.empty()) id = known;
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) {
        Fail(place, "a second element with the same id");
        continue;
      }
      ReadElement(value[i], list, place, id);
      ids.push_back(std::move(id));
    }
    return ids;
  }

  std::string ElementId(const json& element, const ListPacketPlan& list, const std::string& place,
                        std::string position_id) {
    if (list.id_name.empty()) return position_id;
    const std::string told = TextAt(element, list.id_name.c_str());
    if (told.empty()) return position_id;
    std::string id = ReadId(told, ids_);
    if (!IsElementId(id)) {
      Fail(Below(place, list.id_name),
           StrCat("expected at most ", kIdCharsMax - ids_.own_prefix.size(),
                  " characters of A-Z a-z 0-9 . _ : -"));
    }
    return id;
  }

  void ReadElement(const json& value, const ListPacketPlan& list, const std::string& place,
                   const std::string& id) {
    if (FindElement(out_.dossier, list, id) != nullptr)
      return;  // a round repeats what the record's own list has told
    Message* holder = MakeHolder(out_.dossier, list.chain);
    Message& element = *holder->GetReflection()->AddMessage(holder, list.chain.back());
    element.GetReflection()->SetString(&element, list.id, id);
    ReadFields(value, list.object, ElementPath(list.path, id), place, element);
    if (list.file != nullptr) ReadInline(value, *list.file, place, element);
    for (const ReferencePlan& reference : list.references) {
      const auto it = value.find(reference.name);
      if (it == value.end()) continue;
      const std::vector<std::string> named =
          ReadList(*it, RecordPlan().lists[reference.list], Below(place, reference.name), id);
      for (const std::string& one : named) {
        element.GetReflection()->AddString(&element, reference.field, one);
      }
    }
  }

  std::string FeeOf(const json& element, const ListPacketPlan& list,
                    const std::vector<std::string>& taken) const {
    const std::string code = list.path == kFees ? TextAt(element, kFeeCode) : "";
    for (const dossier::v1::Fee& fee : out_.dossier.fees()) {
      const bool free = std::find(taken.begin(), taken.end(), fee.id()) == taken.end();
      if (!code.empty() && fee.code() == code && free) return fee.id();
    }
    return "";
  }

  void ReadInline(const json& value, const google::protobuf::FieldDescriptor& file,
                  const std::string& place, Message& element) {
    const auto it = value.find(kInline);
    if (it == value.end() || IsEmpty(*it)) return;
    const auto token =
        it->is_string() ? ReadContentToken(it->get_ref<const std::string&>()) : std::nullopt;
    if (!token) {
      return Fail(Below(place, kInline),
                  "expected content that the gateway has stored; send a link");
    }
    auto* reference = static_cast<dossier::v1::FileReference*>(
        element.GetReflection()->MutableMessage(&element, &file));
    reference->set_source(WriteContentToken(*token));
  }

  void NoteIgnored(const json& record) {
    for (const auto& [name, value] : record.items()) {
      if (out_.ignored.size() >= kIgnoredNamesMax) return;
      const bool known =
          RecordPlan().object.by_name.contains(name) ||
          std::any_of(RecordPlan().lists.begin(), RecordPlan().lists.end(),
                      [&name = name](const auto& list) { return list.name == name; });
      if (!known && !IsEmpty(value) && !value.empty()) out_.ignored.push_back(PrintableName(name));
    }
  }

  const ElementIds& ids_;
  DecodedDossier out_;
};

}  // namespace

std::string PrintableName(std::string_view name) {
  std::string printable(name.substr(0, kNameBytesMax));
  for (char& c : printable) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return printable;
}

DecodedDossier DecodeDossier(const json& record, const DecodeOptions& options) {
  Decoder decoder(options.ids);
  decoder.ReadRecord(record);
  return decoder.Take();
}

DecodedStep DecodeStep(const json& line) {
  DecodedStep decoded;
  if (!line.is_object()) {
    decoded.errors.push_back(MakeError("", "expected an object"));
    return decoded;
  }
  const ElementIds ids;
  Decoder decoder(ids);
  decoder.ReadFields(line, StepPlan(), "", "", decoded.step);
  decoded.code = TextAt(line, kCode);
  if (decoded.code.empty()) decoder.Fail(kCode, kMissing);
  for (const std::string& name : StepPlan().required) {
    const auto it = line.find(name);
    if (it == line.end() || IsEmpty(*it)) decoder.Fail(name, kMissing);
  }
  decoded.errors = decoder.Take().errors;
  return decoded;
}

}  // namespace lienthong::sdk::portal

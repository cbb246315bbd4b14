#include "adapters/national/hub_represent.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "adapters/national/hub_fields.h"
#include "adapters/national/hub_packets.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;
using nlohmann::json;

constexpr const char* kNotHeld = "has no place at the hub";
constexpr const char* kRemoved = "a removed element is left out";
constexpr size_t kSecondDigits = 0;
constexpr size_t kMillisecondDigits = 3;

// Lists of which something is held; all others are not told.
const std::set<std::string>& HeldLists() {
  static const std::set<std::string>& lists =
      *new std::set<std::string>{"papers", "fees", "results", "steps"};
  return lists;
}

std::string SchemaPath(const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  return parts.list.empty() ? path : StrCat(parts.list, "[].", parts.rest);
}

bool IsHeld(const std::string& path) {
  return std::binary_search(HubFields().begin(), HubFields().end(), SchemaPath(path));
}

// The first characters (code points) of a UTF-8 text.
std::string CutText(const std::string& text, size_t characters_max) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins && ++characters > characters_max) return text.substr(0, i);
  }
  return text;
}

// An instant as the domain writes it, `...:00.123456Z`, with fewer digits.
std::string CutFraction(const std::string& value, size_t digits) {
  const size_t dot = value.find('.');
  if (dot == std::string::npos) return value;
  std::string fraction = value.substr(dot + 1, value.size() - dot - 2).substr(0, digits);
  if (fraction.find_first_not_of('0') == std::string::npos) fraction.clear();
  return StrCat(value.substr(0, dot), fraction.empty() ? "" : ".", fraction, "Z");
}

bool IsTime(std::string_view path) { return path.ends_with("_time") || path.ends_with("].time"); }

class Representer {
 public:
  explicit Representer(const Dossier& dossier) : dossier_(dossier) {
    *out_.mutable_dossier() = dossier;
  }

  adapter::v1::Representation Run() {
    DropRemoved(*shown().mutable_papers(), "papers");
    DropRemoved(*shown().mutable_fees(), "fees");
    DropRemoved(*shown().mutable_results(), "results");
    for (auto& paper : *shown().mutable_papers()) ShowFile(paper);
    for (auto& result : *shown().mutable_results()) ShowFile(result);
    for (auto& step : *shown().mutable_steps()) {
      if (step.status() == dossier::v1::STATUS_UNSPECIFIED) step.set_status(dossier_.status());
    }
    CheckKinds();
    const json form = json::parse(shown().form_data(), nullptr, /*allow_exceptions=*/false);
    if (!form.is_object()) shown().clear_form_data();
    for (const auto& [path, value] : domain::Flatten(shown())) Settle(path, value);
    DropOtherLists();
    DropApplicantBesideSubmitter();
    AddLosses();
    return std::move(out_);
  }

 private:
  Dossier& shown() { return *out_.mutable_dossier(); }

  template <typename Elements>
  void DropRemoved(Elements& elements, const char* list) {
    for (int i = elements.size() - 1; i >= 0; --i) {
      if (!elements.Get(i).removed()) continue;
      Lose(StrCat(list, "[", elements.Get(i).id(), "]"), kRemoved);
      removed_.insert(StrCat(list, "[", elements.Get(i).id(), "]"));
      elements.DeleteSubrange(i, 1);
    }
  }

  template <typename Element>
  static void ShowFile(Element& element) {
    if (!element.has_file()) return;
    FileReference& file = *element.mutable_file();
    if (file.fetch_state() == FileReference::FETCH_STATE_VERIFIED) return;
    const bool awaited = IsAwaited(file) || (file.fetch_state() == 0 && file.has_source());
    file.clear_sha256();
    if (awaited) file.set_fetch_state(FileReference::FETCH_STATE_REFERENCED);
    if (file.fetch_state() == FileReference::FETCH_STATE_UNSPECIFIED) element.clear_file();
  }

  // A kind of applicant that the hub has no code for is an error, never a guess.
  void CheckKinds() {
    if (IsUnknown(shown().applicant().kind())) {
      Fail("LoaiDoiTuong");
      shown().mutable_applicant()->clear_kind();
    }
    if (IsUnknown(shown().submitter().kind())) {
      Fail("ThongTinNguoiNop.LoaiDoiTuong");
      shown().mutable_submitter()->clear_kind();
    }
  }

  static bool IsUnknown(dossier::v1::ApplicantKind kind) {
    return kind != dossier::v1::APPLICANT_KIND_UNSPECIFIED && !HubKind(kind).has_value();
  }

  // Takes one field away, or leaves of it what the hub holds. A path that Flatten gave is there.
  void Settle(const std::string& path, const std::string& value) {
    if (!IsHeld(path) || value.empty()) {
      domain::ClearField(shown(), path).IgnoreError();
      return;
    }
    const size_t most = HubCharactersMax(SchemaPath(path));
    if (most == 0 && !IsTime(path)) return;
    const bool step = path.starts_with("steps[");
    const std::string cut = most > 0
                                ? CutText(value, most)
                                : CutFraction(value, step ? kMillisecondDigits : kSecondDigits);
    if (cut != value) domain::SetField(shown(), path, cut).IgnoreError();
  }

  void DropOtherLists() {
    const auto& type = *Dossier::descriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const auto* field = type.field(i);
      if (field->is_repeated() && !HeldLists().contains(field->name())) {
        shown().GetReflection()->ClearField(&shown(), field);
      }
    }
    if (shown().has_applicant()) shown().mutable_applicant()->clear_identities();
  }

  // The packet describes one person: who handed it in. Of an applicant who is somebody else it has
  // the name and the kind.
  void DropApplicantBesideSubmitter() {
    if (shown().submitter().ByteSizeLong() == 0) return shown().clear_submitter();
    for (const char* path :
         {"applicant.identity_number", "applicant.address", "applicant.province_code",
          "applicant.unit_code", "contact.phone", "contact.email", "origin.portal_account"}) {
      domain::ClearField(shown(), path).IgnoreError();
    }
  }

  void AddLosses() {
    const domain::FieldMap held = domain::Flatten(shown());
    for (const auto& [path, value] : domain::Flatten(dossier_)) {
      const auto it = held.find(path);
      const domain::PathParts parts = domain::SplitPath(path);
      const bool gone = removed_.contains(StrCat(parts.list, "[", parts.element, "]"));
      const options::v1::FieldRules* rules = domain::RulesOf(path);
      const bool ours = rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY;
      if (value.empty() || gone || ours || (it != held.end() && it->second == value)) continue;
      Lose(path, it == held.end() ? kNotHeld : "cut to what the hub writes");
    }
  }

  void Lose(const std::string& path, const char* description) {
    adapter::v1::Loss& loss = *out_.add_losses();
    loss.set_path(path);
    loss.set_description(description);
  }

  void Fail(const char* field) {
    if (out_.has_error()) return;
    out_.mutable_error()->set_field(field);
    out_.mutable_error()->set_reason("the hub has no code for this kind of applicant");
  }

  const Dossier& dossier_;
  std::set<std::string> removed_;
  adapter::v1::Representation out_;
};

}  // namespace

adapter::v1::Representation RepresentForHub(const Dossier& dossier) {
  return Representer(dossier).Run();
}

bool IsAwaited(const FileReference& file) {
  return file.fetch_state() == FileReference::FETCH_STATE_REFERENCED;
}

}  // namespace lienthong::adapters::national

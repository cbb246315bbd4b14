#include "gateway/http/facade/records.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/registering.h"
#include "gateway/core/repeats.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/places.h"
#include "gateway/http/facade/derived_ids.h"
#include "gateway/http/facade/shown.h"

namespace lienthong::facade {
namespace {

namespace pb = dossier::v1;
using nlohmann::json;

constexpr std::string_view kService = "DongBoHoSoMC";
constexpr int kAttemptsMax = 10;
constexpr size_t kPathsShownMax = 10;
// Stands for content that the listener itself has stored; from outside it would claim somebody
// else's.
constexpr const char* kInline = "Base64";

bool HasInline(const json& record) {
  for (const auto& [name, list] : record.items()) {
    if (!list.is_array()) continue;
    for (const json& element : list) {
      if (element.is_object() && element.contains(kInline)) return true;
    }
  }
  return false;
}

bool HasCode(const pb::Dossier& dossier, std::string_view code) {
  const std::string folded = domain::FoldCode(code);
  if (domain::FoldCode(dossier.code()) == folded) return true;
  if (domain::FoldCode(dossier.receipt_number()) == folded) return true;
  for (const pb::CodeReference& known : dossier.codes()) {
    if (domain::FoldCode(known.code()) == folded) return true;
  }
  return false;
}

// Whether a dossier says all that a record says.
bool SaysAll(const pb::Dossier& stored, const portal::DecodedDossier& record) {
  for (const auto& [path, value] : domain::Flatten(record.dossier)) {
    const options::v1::FieldRules* rules = domain::RulesOf(path);
    if (rules == nullptr || rules->owner() == options::v1::OWNER_GATEWAY) continue;
    if (domain::GetField(stored, path) != value) return false;
  }
  for (const std::string& path : record.cleared) {
    if (domain::GetField(stored, path).has_value()) return false;
  }
  return true;
}

void AppendFields(std::string_view what, std::vector<std::string> paths, std::string& message) {
  if (paths.empty()) return;
  if (paths.size() > kPathsShownMax) paths.resize(kPathsShownMax);
  for (std::string& path : paths) path = PortalName(path);
  StrAppend(message, "; ", what, ": ", absl::StrJoin(paths, ", "));
}

bool IsOfSoftware(const storage::v1::JournalEntry& entry) { return IsDerived(entry.request_id()); }

// One record on its way, tried again while others change the same dossier.
class Push : public std::enable_shared_from_this<Push> {
 public:
  Push(core::Engine& engine, const sdk::Files& files, std::shared_ptr<const Call> call)
      : engine_(engine),
        files_(files),
        dossiers_(engine),
        call_(std::move(call)),
        record_(call_->body.data[0]) {}

  void Begin() {
    if (!record_.is_object()) return Answer(BadField("data[0]", "phải là đối tượng JSON"));
    if (HasInline(record_)) return Answer(BadField(kInline, "đề nghị gửi đường dẫn tải tệp tin"));
    read_ = portal::DecodeDossier(record_, {.ids = IdsOf(call_->agency)});
    domain::MarkPlaces(read_.dossier);
    sent_ = read_;
    code_ = read_.dossier.code();
    if (read_.error || code_.empty()) return Answer(BadPacket(AllErrors()));
    Run();
  }

 private:
  void Answer(Reply reply) { call_->done(std::move(reply)); }

  // What is wrong with the record itself, whatever is stored.
  std::vector<adapter::v1::ItemError> AllErrors() const {
    std::vector<adapter::v1::ItemError> errors = sent_.errors;
    if (code_.empty()) errors.push_back(portal::Missing("MaHoSo"));
    if (*call_->body.is_updating) return errors;
    const std::vector<adapter::v1::ItemError> missing = portal::CheckRecord(record_);
    errors.insert(errors.end(), missing.begin(), missing.end());
    return errors;
  }

  void Run() {
    pb::GetDossierRequest get;
    get.set_code(code_);
    absl::StatusOr<pb::Dossier> stored = dossiers_.Get(call_->context, get);
    read_ = sent_;
    const pb::Dossier known = stored.ok() ? *stored : pb::Dossier();
    const absl::StatusOr<pb::Dossier> former = WithFormerKeys(known);
    if (!former.ok()) return Answer(ReplyOf(former.status()));
    MatchStored(files_, *call_, known, *former, read_);
    const bool updating = *call_->body.is_updating;
    if (absl::IsPermissionDenied(stored.status())) {
      return updating ? Answer(NotThere(code_)) : Create();
    }
    if (!stored.ok()) return Answer(ReplyOf(stored.status()));
    if (updating) return Update(*stored);
    if (!SaysAll(*stored, read_)) return Answer(Exists(code_));
    Answer(Taken(stored->receipt_number(), {}));
  }

  void Create() {
    const std::vector<adapter::v1::ItemError> missing = portal::CheckRecord(record_);
    if (!missing.empty()) return Answer(BadPacket(missing));
    pb::PushDossierRequest request;
    request.set_request_id(RequestId(call_->agency, kService, record_, 0));
    *request.mutable_dossier() = read_.dossier;
    request.mutable_dossier()->mutable_reception()->set_agency(call_->agency);
    AddReceiptNumber(pb::Dossier(), *request.mutable_dossier());
    dossiers_.Register(call_->context, request, Finisher());
  }

  // Others may have changed what a line of a list without ids is known by.
  absl::StatusOr<pb::Dossier> WithFormerKeys(const pb::Dossier& stored) {
    const std::vector<std::string> keys = domain::KeyPathsOf(stored);
    if (keys.empty() || !domain::HasPlaces(read_.dossier)) return stored;
    return core::AsLastSaid(engine_, call_->context, stored, keys, IsOfSoftware);
  }

  // The record is whole, the change in it is not: what it repeats of times past is left out.
  void Update(const pb::Dossier& stored) {
    pb::PushDossierRequest request;
    request.set_expected_revision(stored.revision());
    pb::Dossier& dossier = *request.mutable_dossier();
    dossier = read_.dossier;
    dossier.set_code(stored.code());
    AddReceiptNumber(stored, dossier);
    absl::StatusOr<std::vector<std::string>> outdated =
        core::FindOutdated(engine_, call_->context, dossier, SaidPaths(dossier), IsOfSoftware);
    if (!outdated.ok()) return Answer(ReplyOf(outdated.status()));
    outdated_paths_ = *std::move(outdated);
    std::vector<std::string> paths = Differing(stored, dossier);
    std::erase_if(paths, [this](const std::string& path) {
      return std::find(outdated_paths_.begin(), outdated_paths_.end(), path) !=
             outdated_paths_.end();
    });
    if (paths.empty()) return Answer(Taken(stored.receipt_number(), {}));
    *request.mutable_update_mask()->mutable_paths() = {paths.begin(), paths.end()};
    // What of a record is an edit may change while the revision stands: then it is another request.
    request.set_request_id(RequestId(call_->agency, kService,
                                     {{"record", record_}, {"paths", paths}}, stored.revision()));
    dossiers_.Push(call_->context, request, Finisher());
  }

  std::vector<std::string> SaidPaths(const pb::Dossier& wanted) const {
    std::vector<std::string> paths = read_.cleared;
    for (const auto& [path, value] : domain::Flatten(wanted)) paths.push_back(path);
    return paths;
  }

  // The fields that the record gives another value than is stored, or clears.
  std::vector<std::string> Differing(const pb::Dossier& stored, const pb::Dossier& wanted) const {
    std::vector<std::string> paths;
    for (const auto& [path, value] : domain::Flatten(wanted)) {
      if (domain::GetField(stored, path) != value) paths.push_back(path);
    }
    for (const std::string& path : read_.cleared) {
      if (domain::GetField(stored, path).has_value()) paths.push_back(path);
    }
    return paths;
  }

  // The number that the agency printed for the citizen is one of the dossier's for ever.
  void AddReceiptNumber(const pb::Dossier& stored, pb::Dossier& dossier) const {
    const std::string number = read_.dossier.receipt_number();
    dossier.clear_receipt_number();
    if (number.empty() || domain::FoldCode(number) == domain::FoldCode(code_)) return;
    if (HasCode(stored, number)) return;
    pb::CodeReference& reference = *dossier.add_codes();
    reference.set_issuer(call_->context.caller.name);
    reference.set_kind(pb::CodeReference::KIND_RECEIPT_NUMBER);
    reference.set_code(number);
    core::NameCodes(dossier);
  }

  core::Dossiers::PushDone Finisher() {
    return [self = shared_from_this()](absl::StatusOr<pb::PushDossierResponse> response) {
      self->Finish(std::move(response));
    };
  }

  // Another change came between the look and the push, or the same dossier was begun meanwhile: it
  // is judged again by what is there now.
  void Finish(absl::StatusOr<pb::PushDossierResponse> response) {
    const absl::Status status = response.status();
    if (response.ok()) {
      return Answer(Taken(response->receipt_number(),
                          {response->conflict_paths().begin(), response->conflict_paths().end()}));
    }
    const bool outdated = absl::IsAborted(status) || absl::IsAlreadyExists(status);
    if (outdated && ++attempts_ < kAttemptsMax && (absl::IsAborted(status) || attempts_ == 1)) {
      return Run();
    }
    Answer(ReplyOf(status));
  }

  Reply Taken(std::string_view receipt_number, std::vector<std::string> conflict_paths) const {
    std::string message = "Đồng bộ hồ sơ thành công";
    AppendFields("do cơ quan khác quản lý, chờ xử lý", std::move(conflict_paths), message);
    AppendFields("giữ nguyên giá trị mới do nơi khác cập nhật", outdated_paths_, message);
    const json told = {{"MaHoSo", code_}, {"SoBienNhan", receipt_number}};
    return Success(message, json::array({told}));
  }

  core::Engine& engine_;
  const sdk::Files& files_;
  core::Dossiers dossiers_;
  const std::shared_ptr<const Call> call_;
  const json& record_;
  portal::DecodedDossier sent_;              // lists without ids are named by place
  portal::DecodedDossier read_;              // the same with the ids of what is stored
  std::vector<std::string> outdated_paths_;  // of the last attempt
  std::string code_;
  int attempts_ = 0;
};

}  // namespace

void PushRecord(core::Engine& engine, const sdk::Files& files, std::shared_ptr<const Call> call) {
  if (!call->body.is_updating.has_value()) {
    return call->done(BadField("isUpdating", "bắt buộc phải có, \"True\" hoặc \"False\""));
  }
  if (call->body.data.size() != 1) {
    return call->done(BadField("data", "mỗi lần gửi đúng một hồ sơ"));
  }
  std::make_shared<Push>(engine, files, std::move(call))->Begin();
}

void FindRecord(core::Engine& engine, const sdk::Files& files, const Call& call) {
  std::string code = portal::TextAt(call.body.body, "mahoso");
  if (code.empty()) code = portal::TextAt(call.body.body, "MaHoSo");
  if (code.empty()) return call.done(BadField("mahoso", "bắt buộc phải có"));
  pb::GetDossierRequest get;
  get.set_code(code);
  absl::StatusOr<pb::Dossier> dossier = core::Dossiers(engine).Get(call.context, get);
  if (absl::IsPermissionDenied(dossier.status())) {
    return call.done(Success("Tra cứu thành công, không có hồ sơ"));
  }
  if (!dossier.ok()) return call.done(ReplyOf(dossier.status()));
  const sdk::Encoded encoded = Show(files, call, *dossier);
  if (encoded.error) return call.done(BadPacket({*encoded.error}));
  if (const absl::Status remembered = core::RememberTold(engine, call.context, *dossier);
      !remembered.ok()) {
    return call.done(ReplyOf(remembered));
  }
  call.done(Success("Tra cứu thành công", json::array({encoded.record})));
}

}  // namespace lienthong::facade

#include "gateway/http/facade/progress.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/dossiers.h"
#include "gateway/domain/codes.h"
#include "gateway/http/facade/derived_ids.h"

namespace lienthong::facade {
namespace {

namespace pb = dossier::v1;

constexpr std::string_view kService = "CapNhatTienDoHoSoMC";

// The lines of one call on their way.
class Addition : public std::enable_shared_from_this<Addition> {
 public:
  Addition(core::Engine& engine, std::shared_ptr<const Call> call)
      : dossiers_(engine), call_(std::move(call)) {}

  void Run() {
    const std::vector<adapter::v1::ItemError> errors = Read();
    if (!errors.empty()) return call_->done(BadPacket(errors));
    pb::GetDossierRequest get;
    get.set_code(code_);
    const absl::StatusOr<pb::Dossier> stored = dossiers_.Get(call_->context, get);
    if (absl::IsPermissionDenied(stored.status())) return call_->done(NotThere(code_));
    if (!stored.ok()) return call_->done(ReplyOf(stored.status()));
    Add(*stored);
  }

 private:
  // Everything that is wrong with the lines.
  std::vector<adapter::v1::ItemError> Read() {
    std::vector<adapter::v1::ItemError> errors;
    const nlohmann::json& lines = call_->body.data;
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string place = StrCat("data[", i, "]");
      portal::DecodedStep line = portal::DecodeStep(lines[i]);
      for (adapter::v1::ItemError& error : line.errors) {
        error.set_field(error.field().empty() ? place : StrCat(place, ".", error.field()));
        errors.push_back(std::move(error));
      }
      if (code_.empty()) code_ = line.code;
      if (!line.code.empty() && domain::FoldCode(line.code) != domain::FoldCode(code_)) {
        errors.emplace_back().set_field(StrCat(place, ".MaHoSo"));
        errors.back().set_reason("is another dossier's than the first line's");
      }
      steps_.push_back(std::move(line.step));
    }
    return errors;
  }

  // No matter whether others change the dossier meanwhile: the ids do not depend on it.
  void Add(const pb::Dossier& stored) {
    std::set<std::string> known;
    for (const pb::Step& step : stored.steps()) known.insert(step.id());
    pb::PushDossierRequest request;
    request.mutable_dossier()->set_code(stored.code());
    StepIds ids(call_->agency, stored.code());
    for (const pb::Step& step : steps_) {
      std::string id = ids.Next(step);
      if (known.contains(id)) continue;
      pb::Step& added = *request.mutable_dossier()->add_steps();
      added = step;
      added.set_id(std::move(id));
    }
    const size_t repeated = steps_.size() - static_cast<size_t>(request.dossier().steps_size());
    if (repeated == steps_.size()) return call_->done(Added(repeated));
    request.set_request_id(RequestId(call_->agency, kService, call_->body.data, stored.revision()));
    dossiers_.Push(
        call_->context, request,
        [self = shared_from_this(),
         repeated](const absl::StatusOr<pb::PushDossierResponse>& response) {
          self->call_->done(response.ok() ? Added(repeated) : ReplyOf(response.status()));
        });
  }

  static Reply Added(size_t repeated) {
    std::string message = "Cập nhật tiến độ hồ sơ thành công";
    if (repeated > 0) StrAppend(message, "; ", repeated, " bước đã có từ trước, không ghi lại");
    return Success(message);
  }

  core::Dossiers dossiers_;
  const std::shared_ptr<const Call> call_;
  std::string code_;
  std::vector<pb::Step> steps_;
};

}  // namespace

void AddProgress(core::Engine& engine, std::shared_ptr<const Call> call) {
  const size_t lines = call->body.data.size();
  if (lines == 0) return call->done(BadField("data", "bắt buộc phải có ít nhất một bước xử lý"));
  if (lines > kProgressLinesMax) {
    return call->done(BadField("data", StrCat("quá ", kProgressLinesMax, " bước xử lý")));
  }
  std::make_shared<Addition>(engine, std::move(call))->Run();
}

}  // namespace lienthong::facade

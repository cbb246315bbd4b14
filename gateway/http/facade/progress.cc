#include "gateway/http/facade/progress.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/history.h"
#include "gateway/domain/codes.h"
#include "gateway/http/facade/derived_ids.h"

namespace lienthong::facade {
namespace {

namespace pb = dossier::v1;

constexpr std::string_view kService = "CapNhatTienDoHoSoMC";
constexpr int kAttemptsMax = 10;

// The lines of one call on their way, tried again while others change the same dossier.
class Addition : public std::enable_shared_from_this<Addition> {
 public:
  Addition(core::Engine& engine, std::shared_ptr<const Call> call)
      : engine_(engine), dossiers_(engine), call_(std::move(call)) {}

  void Begin() {
    const nlohmann::json& lines = call_->body.data;
    for (size_t i = 0; i < lines.size(); ++i) {
      const std::string place = StrCat("data[", i, "]");
      portal::DecodedStep line = portal::DecodeStep(lines[i]);
      if (line.error) {
        const std::string& field = line.error->field();
        return call_->done(
            BadPacket(field.empty() ? place : StrCat(place, ".", field), line.error->reason()));
      }
      if (code_.empty()) code_ = line.code;
      if (domain::FoldCode(line.code) != domain::FoldCode(code_)) {
        return call_->done(
            BadField(StrCat(place, ".MaHoSo"), "một lần gửi chỉ gồm tiến độ của một hồ sơ"));
      }
      steps_.push_back(std::move(line.step));
    }
    Run();
  }

 private:
  void Run() {
    pb::GetDossierRequest get;
    get.set_code(code_);
    const absl::StatusOr<pb::Dossier> stored = dossiers_.Get(call_->context, get);
    if (absl::IsPermissionDenied(stored.status())) return call_->done(NotThere(code_));
    if (!stored.ok()) return call_->done(ReplyOf(stored.status()));
    absl::StatusOr<core::StatusEntries> entries =
        core::CountStatusEntries(engine_, call_->context, stored->code());
    if (!entries.ok()) return call_->done(ReplyOf(entries.status()));
    Add(*stored, *std::move(entries));
  }

  void Add(const pb::Dossier& stored, core::StatusEntries entries) {
    std::set<std::string> known;
    for (const pb::Step& step : stored.steps()) known.insert(step.id());
    pb::PushDossierRequest request;
    request.mutable_dossier()->set_code(stored.code());
    StepIds ids(call_->agency, stored.code(), std::move(entries));
    for (const pb::Step& step : steps_) {
      std::string id = ids.Next(step);
      if (known.contains(id)) continue;
      pb::Step& added = *request.mutable_dossier()->add_steps();
      added = step;
      added.set_id(std::move(id));
    }
    if (request.dossier().steps().empty()) return call_->done(Added());
    request.set_request_id(RequestId(call_->agency, kService, call_->body.data, stored.revision()));
    // The ids hold for this revision only: another one may be the next visit of a status.
    request.set_expected_revision(stored.revision());
    dossiers_.Push(
        call_->context, request,
        [self = shared_from_this()](const absl::StatusOr<pb::PushDossierResponse>& response) {
          self->Finish(response.status());
        });
  }

  void Finish(const absl::Status& status) {
    if (status.ok()) return call_->done(Added());
    if (absl::IsAborted(status) && ++attempts_ < kAttemptsMax) return Run();
    call_->done(ReplyOf(status));
  }

  static Reply Added() { return Success("Cập nhật tiến độ hồ sơ thành công"); }

  core::Engine& engine_;
  core::Dossiers dossiers_;
  const std::shared_ptr<const Call> call_;
  std::string code_;
  std::vector<pb::Step> steps_;
  int attempts_ = 0;
};

}  // namespace

void AddProgress(core::Engine& engine, std::shared_ptr<const Call> call) {
  const size_t lines = call->body.data.size();
  if (lines == 0) return call->done(BadField("data", "bắt buộc phải có ít nhất một bước xử lý"));
  if (lines > kProgressLinesMax) {
    return call->done(BadField("data", StrCat("quá ", kProgressLinesMax, " bước xử lý")));
  }
  std::make_shared<Addition>(engine, std::move(call))->Begin();
}

}  // namespace lienthong::facade

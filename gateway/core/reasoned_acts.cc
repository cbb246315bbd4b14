// What agencies do to dossiers with a reason that is kept.
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/pusher.h"
#include "gateway/core/requests.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/validate.h"

namespace lienthong::core {
namespace {

namespace pb = dossier::v1;

constexpr int64_t kReasonCharactersMax = 1000;  // as the schema says of kept reasons

absl::Status CheckReason(const std::string& reason) {
  if (domain::IsBlank(reason)) return FieldInvalid("reason", "is required and is kept");
  const int64_t characters = domain::CountCharacters(reason);
  if (characters >= 0 && characters <= kReasonCharactersMax) return absl::OkStatus();
  return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
}

// What all reasoned acts have in common, whatever they are asked for with.
template <typename Request>
Wish WishOf(const Request& request, storage::v1::ReasonedAct act) {
  Wish wish{
      .request = {}, .digest = DigestOfRequest(request), .act = act, .reason = request.reason()};
  wish.request.set_request_id(request.request_id());
  if (request.has_expected_revision()) {
    wish.request.set_expected_revision(request.expected_revision());
  }
  return wish;
}

absl::Status CheckProcedure(const pb::ReplaceProcedureRequest& request, absl::Time now) {
  if (request.code().empty()) return FieldInvalid("code", "must name the dossier");
  pb::Dossier dossier;
  *dossier.mutable_procedure() = request.procedure();
  std::vector<FieldViolation> bad = domain::Validate(dossier, /*complete=*/false, now, "");
  if (domain::IsBlank(request.procedure().code())) {
    bad.push_back({"procedure.code", "is required"});
  }
  if (domain::IsBlank(request.procedure().name())) {
    bad.push_back({"procedure.name", "is required: the procedure is replaced whole"});
  }
  return bad.empty() ? absl::OkStatus() : FieldsInvalid(std::move(bad));
}

}  // namespace

void Dossiers::Correct(const RequestContext& context, const pb::CorrectDossierRequest& request,
                       PushDone done) {
  if (absl::Status bad = CheckReason(request.reason()); !bad.ok()) return done(std::move(bad));
  if (request.dossier().code().empty()) {
    return done(FieldInvalid("dossier.code", "must name the dossier to correct"));
  }
  Wish wish = WishOf(request, storage::v1::REASONED_ACT_CORRECT);
  *wish.request.mutable_dossier() = request.dossier();
  *wish.request.mutable_update_mask() = request.update_mask();
  RunPush(engine_, context, std::move(wish), std::move(done));
}

void Dossiers::Void(const RequestContext& context, const pb::VoidDossierRequest& request,
                    PushDone done) {
  if (absl::Status bad = CheckReason(request.reason()); !bad.ok()) return done(std::move(bad));
  if (request.code().empty()) return done(FieldInvalid("code", "must name the dossier"));
  Wish wish = WishOf(request, storage::v1::REASONED_ACT_VOID);
  wish.request.mutable_dossier()->set_code(request.code());
  pb::Voiding& voiding = wish.voiding.emplace();
  *voiding.mutable_time() = domain::ToProto(engine_.clock.Now());
  voiding.set_reason(request.reason());
  voiding.set_actor(context.caller.name);
  RunPush(engine_, context, std::move(wish), std::move(done));
}

void Dossiers::ReplaceProcedure(const RequestContext& context,
                                const pb::ReplaceProcedureRequest& request, PushDone done) {
  absl::Status bad = CheckReason(request.reason());
  if (bad.ok()) bad = CheckProcedure(request, engine_.clock.Now());
  if (!bad.ok()) return done(std::move(bad));
  Wish wish = WishOf(request, storage::v1::REASONED_ACT_REPLACE_PROCEDURE);
  wish.request.mutable_dossier()->set_code(request.code());
  *wish.request.mutable_dossier()->mutable_procedure() = request.procedure();
  wish.request.mutable_update_mask()->add_paths("procedure");
  RunPush(engine_, context, std::move(wish), std::move(done));
}

}  // namespace lienthong::core

#include "gateway/core/dossiers.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/editor.h"
#include "gateway/core/lookup.h"
#include "gateway/core/mask.h"
#include "gateway/core/records.h"
#include "gateway/core/registering.h"
#include "gateway/core/requests.h"
#include "gateway/core/reservations.h"
#include "gateway/core/tokens.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/domain/validate.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

namespace pb = dossier::v1;

constexpr int kAttemptsMax = 20;
constexpr int64_t kReasonCharactersMax = 1000;  // as the schema says of kept reasons
constexpr int kBatchCodesMax = 100;
constexpr int64_t kScanRowsMax = 2000;

absl::Status CheckReason(const std::string& reason) {
  if (domain::IsBlank(reason)) return FieldInvalid("reason", "is required and is kept");
  const int64_t characters = domain::CountCharacters(reason);
  if (characters >= 0 && characters <= kReasonCharactersMax) return absl::OkStatus();
  return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
}

pb::PushDossierResponse ResponseOf(const EditResult& result) {
  pb::PushDossierResponse response;
  response.set_code(result.code);
  response.set_receipt_number(result.receipt_number);
  response.set_revision(result.revision);
  response.set_sequence(result.sequence);
  for (const std::string& path : result.conflict_paths) response.add_conflict_paths(path);
  return response;
}

pb::PushDossierResponse ResponseOf(const storage::v1::RequestRecord& record) {
  pb::PushDossierResponse response;
  response.set_code(record.code());
  response.set_receipt_number(record.receipt_number());
  response.set_revision(record.revision());
  response.set_sequence(record.sequence());
  *response.mutable_conflict_paths() = record.conflict_paths();
  response.set_duplicate(true);
  return response;
}

// One push, tried again while others change the same dossier.
class Pusher : public std::enable_shared_from_this<Pusher> {
 public:
  Pusher(Engine& engine, RequestContext context, pb::PushDossierRequest request, std::string reason,
         std::string digest, Dossiers::PushDone done)
      : engine_(engine),
        context_(std::move(context)),
        request_(std::move(request)),
        reason_(std::move(reason)),
        digest_(std::move(digest)),
        done_(std::move(done)) {}

  // Makes it the beginning of a dossier under the code that it says.
  void BringCode() { brings_code_ = true; }
  // Makes it the act that ends the dossier.
  void EndWith(pb::Voiding voiding) { voiding_ = std::move(voiding); }

  void Run() {
    absl::StatusOr<std::optional<PreparedEdit>> edit = Prepare();
    if (!edit.ok()) return done_(edit.status());
    if (!edit->has_value()) return done_(std::move(response_));
    SubmitEdit(engine_, **std::move(edit),
               [self = shared_from_this()](absl::StatusOr<EditResult> result) {
                 self->Finish(std::move(result));
               });
  }

 private:
  void Finish(absl::StatusOr<EditResult> result) {
    if (result.ok()) return done_(ResponseOf(*result));
    if (!absl::IsAborted(result.status())) return done_(result.status());
    if (++attempts_ >= kAttemptsMax || engine_.clock.Now() >= context_.deadline) {
      return done_(Busy("this dossier changes too fast", absl::Milliseconds(200)));
    }
    if (engine_.executor == nullptr) return Run();
    const bool taken = engine_.executor->TryRun([self = shared_from_this()] { self->Run(); });
    if (!taken) done_(Busy("the gateway is busy", absl::Seconds(1)));
  }

  // Nothing when the request was applied before; response_ is then its answer.
  absl::StatusOr<std::optional<PreparedEdit>> Prepare() {
    if (!domain::IsUuid(request_.request_id())) return NameAllBadFields();
    LIENTHONG_ASSIGN_OR_RETURN(const auto known, FindRequest(engine_, context_.caller.name,
                                                             request_.request_id(), digest_));
    if (known.has_value()) {
      response_ = ResponseOf(*known);
      return std::nullopt;
    }
    LIENTHONG_ASSIGN_OR_RETURN(const Party* party, engine_.parties.ForCaller(context_.caller));
    LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context_, true));
    StoredDossier stored;
    bool brings_code = brings_code_;
    if (!brings_code && !request_.dossier().code().empty()) {
      absl::StatusOr<StoredDossier> found = FindOne(engine_, view, request_.dossier().code());
      if (absl::IsPermissionDenied(found.status())) {
        LIENTHONG_ASSIGN_OR_RETURN(brings_code, HasReserved(request_.dossier().code()));
      }
      if (!brings_code) {
        LIENTHONG_ASSIGN_OR_RETURN(stored, std::move(found));
      }
    }
    pb::Dossier wanted = request_.dossier();
    NameCodes(wanted);
    LIENTHONG_ASSIGN_OR_RETURN(domain::Change change, Check(wanted, stored, *party));
    change.voiding = voiding_;
    if (!reason_.empty()) SayWhyDueMoves(stored.dossier, change);
    LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit,
                               PrepareEdit(engine_, stored, change,
                                           {.actor = context_.caller.name,
                                            .writer = WriterOf(*party),
                                            .reason = reason_,
                                            .trace_id = context_.trace_id,
                                            .request_id = request_.request_id(),
                                            .request_digest = digest_,
                                            .needs_reasons = context_.can_say_why,
                                            .brings_code = brings_code,
                                            .reservation_id = request_.reservation_id(),
                                            .base_revision = request_.expected_revision()}));
    LIENTHONG_RETURN_IF_ERROR(CheckOurs(change, stored, edit));
    return edit;
  }

  // Whether a code that no dossier has is the caller's reservation: then it begins its dossier.
  absl::StatusOr<bool> HasReserved(const std::string& code) const {
    if (!reason_.empty()) return false;  // who corrects or voids begins nothing
    LIENTHONG_ASSIGN_OR_RETURN(const auto reserved, FindReservation(engine_, code));
    return reserved.has_value() && reserved->record.caller() == context_.caller.name;
  }

  // The reason of a correction is also why the promised date moves, unless that has its own.
  void SayWhyDueMoves(const pb::Dossier& stored, domain::Change& change) const {
    constexpr const char *kDue = "deadline.promised_due", *kReason = "deadline.change_reason";
    const auto names = [](const std::vector<std::string>& paths, const char* path) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    const auto differs = [&](const char* path) {
      return domain::GetField(change.dossier, path) != domain::GetField(stored, path);
    };
    const bool moves = (names(change.set, kDue) || names(change.clear, kDue)) && differs(kDue);
    const bool has_own = names(change.set, kReason) && differs(kReason) &&
                         !domain::IsBlank(change.dossier.deadline().change_reason());
    if (!moves || has_own) return;
    std::erase(change.clear, kReason);
    change.dossier.mutable_deadline()->set_change_reason(reason_);
    if (!names(change.set, kReason)) change.set.push_back(kReason);
    change.says_why_due_moves = true;
  }

  // Fields that the gateway alone sets may be sent as they are, or as they become.
  static absl::Status CheckOurs(const domain::Change& change, const StoredDossier& stored,
                                const PreparedEdit& edit) {
    std::vector<FieldViolation> bad;
    for (const std::string& path : change.set) {
      const options::v1::FieldRules* rules = domain::RulesOf(path);
      const bool ours = rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY;
      if (!ours || path == "code") continue;  // the code only names the dossier
      const auto value = domain::GetField(change.dossier, path);
      if (value == domain::GetField(stored.dossier, path)) continue;
      if (value == domain::GetField(edit.merge.next, path)) continue;
      if (path == "receipt_number" && value == edit.reserved_receipt) continue;
      if (path == "revision" && stored.version > 0) {
        return RevisionStale(stored.dossier.code(), change.dossier.revision(),
                             stored.dossier.revision());
      }
      bad.push_back({StrCat("dossier.", path), StrCat("is set by the gateway alone, to another "
                                                      "value; leave it out",
                                                      HintFor(path))});
    }
    return bad.empty() ? absl::OkStatus() : FieldsInvalid(std::move(bad));
  }

  static const char* HintFor(std::string_view path) {
    if (path == "receipt_number") return " (a number of your own goes into dossier.codes)";
    if (path.starts_with("voiding.")) return " (VoidDossier ends a dossier)";
    return "";
  }

  // A request id that is none hides no other fault of the request.
  absl::Status NameAllBadFields() const {
    const bool creating = request_.dossier().code().empty();
    std::vector<FieldViolation> bad = {
        {"request_id", "is not a UUID; make one for each change that you want"}};
    Append(domain::Validate(request_.dossier(), creating, engine_.clock.Now(), "dossier."), bad);
    ChangeFromMask(request_.dossier(), request_.update_mask(), bad);
    return FieldsInvalid(std::move(bad));
  }

  // What the request asks for, when nothing is wrong with it.
  absl::StatusOr<domain::Change> Check(const pb::Dossier& wanted, const StoredDossier& stored,
                                       const Party& party) const {
    const bool creating = stored.version == 0;
    std::vector<FieldViolation> bad =
        domain::Validate(wanted, creating, engine_.clock.Now(), "dossier.");
    if (creating && wanted.reception().has_agency()) {
      Append(CheckCreate(party, wanted, "dossier."), bad);
    }
    domain::Change change = ChangeFromMask(wanted, request_.update_mask(), bad);
    Append(domain::ValidateClears(stored.dossier, change.clear, "dossier."), bad);
    Append(CheckElements(change, stored.dossier), bad);
    if (!creating && !request_.reservation_id().empty()) {
      bad.push_back({"reservation_id", "is for new dossiers; this one has its code"});
    }
    if (!bad.empty()) return FieldsInvalid(std::move(bad));
    LIENTHONG_RETURN_IF_ERROR(CheckState(stored, party));
    return change;
  }

  // Fields to clear in elements that neither dossier has: a slip in the element's id.
  static std::vector<FieldViolation> CheckElements(const domain::Change& change,
                                                   const pb::Dossier& stored) {
    std::vector<FieldViolation> bad;
    for (const std::string& path : change.clear) {
      if (domain::SplitPath(path).list.empty() || domain::ElementExists(stored, path) ||
          domain::ElementExists(change.dossier, path)) {
        continue;
      }
      bad.push_back({"update_mask", StrCat("'", path, "' is of an element that is nowhere")});
    }
    return bad;
  }

  // Whether the stored dossier takes such a change.
  absl::Status CheckState(const StoredDossier& stored, const Party& party) const {
    if (stored.dossier.has_voiding()) return DossierVoid(stored.dossier.code());
    if (voiding_.has_value() && !domain::RolesOf(WriterOf(party), stored.dossier).receiving) {
      return CallNotAllowed(context_.caller.name, "void a dossier that it did not receive");
    }
    if (request_.has_expected_revision() &&
        request_.expected_revision() != stored.dossier.revision()) {
      return RevisionStale(stored.dossier.code(), request_.expected_revision(),
                           stored.dossier.revision());
    }
    return absl::OkStatus();
  }

  static void Append(std::vector<FieldViolation> more, std::vector<FieldViolation>& all) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  }

  Engine& engine_;
  const RequestContext context_;
  const pb::PushDossierRequest request_;
  const std::string reason_;
  const std::string digest_;
  const Dossiers::PushDone done_;
  bool brings_code_ = false;
  std::optional<pb::Voiding> voiding_;
  int attempts_ = 0;
  pb::PushDossierResponse response_;
};

}  // namespace

void Dossiers::Push(const RequestContext& context, const pb::PushDossierRequest& request,
                    PushDone done) {
  std::make_shared<Pusher>(engine_, context, request, "", DigestOfRequest(request), std::move(done))
      ->Run();
}

void Dossiers::Register(const RequestContext& context, const pb::PushDossierRequest& request,
                        PushDone done) {
  auto pusher = std::make_shared<Pusher>(engine_, context, request, "", DigestOfRequest(request),
                                         std::move(done));
  pusher->BringCode();
  pusher->Run();
}

void Dossiers::Correct(const RequestContext& context, const pb::CorrectDossierRequest& request,
                       PushDone done) {
  if (absl::Status bad = CheckReason(request.reason()); !bad.ok()) return done(std::move(bad));
  if (request.dossier().code().empty()) {
    return done(FieldInvalid("dossier.code", "must name the dossier to correct"));
  }
  pb::PushDossierRequest push;
  push.set_request_id(request.request_id());
  *push.mutable_dossier() = request.dossier();
  *push.mutable_update_mask() = request.update_mask();
  if (request.has_expected_revision()) push.set_expected_revision(request.expected_revision());
  std::make_shared<Pusher>(engine_, context, std::move(push), request.reason(),
                           DigestOfRequest(request), std::move(done))
      ->Run();
}

void Dossiers::Void(const RequestContext& context, const pb::VoidDossierRequest& request,
                    PushDone done) {
  if (absl::Status bad = CheckReason(request.reason()); !bad.ok()) return done(std::move(bad));
  if (request.code().empty()) return done(FieldInvalid("code", "must name the dossier"));
  pb::PushDossierRequest push;
  push.set_request_id(request.request_id());
  push.mutable_dossier()->set_code(request.code());
  if (request.has_expected_revision()) push.set_expected_revision(request.expected_revision());
  pb::Voiding voiding;
  *voiding.mutable_time() = domain::ToProto(engine_.clock.Now());
  voiding.set_reason(request.reason());
  voiding.set_actor(context.caller.name);
  auto pusher = std::make_shared<Pusher>(engine_, context, std::move(push), request.reason(),
                                         DigestOfRequest(request), std::move(done));
  pusher->EndWith(std::move(voiding));
  pusher->Run();
}

absl::StatusOr<pb::Dossier> Dossiers::Get(const RequestContext& context,
                                          const pb::GetDossierRequest& request) const {
  if (request.code().empty()) return FieldInvalid("code", "is empty; give any code of the dossier");
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, FindOne(engine_, view, request.code()));
  view.Reduce(stored.dossier);
  return std::move(stored.dossier);
}

absl::StatusOr<pb::BatchGetDossiersResponse> Dossiers::BatchGet(
    const RequestContext& context, const pb::BatchGetDossiersRequest& request) const {
  if (request.codes_size() > kBatchCodesMax) {
    return FieldInvalid("codes", "has more than 100 codes; ask in several calls");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  pb::BatchGetDossiersResponse response;
  for (const std::string& code : request.codes()) {
    absl::StatusOr<StoredDossier> stored = FindOne(engine_, view, code);
    if (absl::IsPermissionDenied(stored.status())) {
      response.add_missing(code);
      continue;
    }
    if (!stored.ok()) return stored.status();
    view.Reduce(stored->dossier);
    *response.add_dossiers() = std::move(stored->dossier);
  }
  return response;
}

absl::StatusOr<pb::ListDossiersResponse> Dossiers::List(
    const RequestContext& context, const pb::ListDossiersRequest& request) const {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(request.page_size()));
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(
      ListPosition position,
      ReadListToken(request.page_token(), epoch, engine_.store.Info().last_sequence));
  pb::ListDossiersResponse response;
  response.set_resume_token(MakeToken(kChangesToken, epoch, position.sequence));
  // A caller that sees few of many dossiers gets short pages rather than long waits.
  for (int64_t scanned = 0; scanned < kScanRowsMax && response.dossiers_size() < rows;) {
    const int64_t wanted = rows - response.dossiers_size();
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> page,
                               engine_.store.Read({.table = store::Table::kDossier,
                                                   .prefix = {},
                                                   .after = position.after_id,
                                                   .at_most = {},
                                                   .limit_rows = wanted}));
    for (const store::Row& row : page) {
      LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, ReadDossier(engine_, row));
      position.after_id = stored.id;
      if (!view.Covers(stored.dossier)) continue;
      view.Reduce(stored.dossier);
      *response.add_dossiers() = std::move(stored.dossier);
    }
    scanned += static_cast<int64_t>(page.size());
    if (static_cast<int64_t>(page.size()) < wanted) return response;  // the end
  }
  response.set_next_page_token(MakeListToken(epoch, position));
  return response;
}

}  // namespace lienthong::core

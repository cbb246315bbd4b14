#include "gateway/core/pusher.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/editor.h"
#include "gateway/core/joined_code.h"
#include "gateway/core/lookup.h"
#include "gateway/core/mask.h"
#include "gateway/core/registering.h"
#include "gateway/core/requests.h"
#include "gateway/core/reservations.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/domain/validate.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

namespace pb = dossier::v1;

constexpr int kAttemptsMax = 20;

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
  Pusher(Engine& engine, RequestContext context, Wish wish, PushDone done)
      : engine_(engine),
        context_(std::move(context)),
        wish_(std::move(wish)),
        request_(wish_.request),
        done_(std::move(done)) {}

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
                                                             request_.request_id(), wish_.digest));
    if (known.has_value()) {
      response_ = ResponseOf(*known);
      return std::nullopt;
    }
    LIENTHONG_ASSIGN_OR_RETURN(const Party* party, engine_.parties.ForCaller(context_.caller));
    LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context_, true));
    StoredDossier stored;
    bool brings_code = wish_.brings_code;
    if (!brings_code && !request_.dossier().code().empty()) {
      absl::StatusOr<StoredDossier> found = FindOne(engine_, view, request_.dossier().code());
      if (absl::IsPermissionDenied(found.status())) {
        LIENTHONG_ASSIGN_OR_RETURN(brings_code, HasReserved(request_.dossier().code()));
      }
      if (!brings_code) {
        LIENTHONG_ASSIGN_OR_RETURN(stored, std::move(found));
        LIENTHONG_RETURN_IF_ERROR(CheckNamed(stored));
      }
    }
    pb::Dossier wanted = request_.dossier();
    NameCodes(wanted);
    LIENTHONG_ASSIGN_OR_RETURN(domain::Change change, Check(wanted, stored, *party));
    change.voiding = wish_.voiding;
    if (!wish_.reason.empty()) SayWhyDueMoves(stored.dossier, change);
    LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit,
                               PrepareEdit(engine_, stored, change,
                                           {.actor = context_.caller.name,
                                            .writer = WriterOf(*party, context_.caller),
                                            .reason = wish_.reason,
                                            .trace_id = context_.trace_id,
                                            .request_id = request_.request_id(),
                                            .request_digest = wish_.digest,
                                            .needs_reasons = context_.can_say_why,
                                            .brings_code = brings_code,
                                            .reservation_id = request_.reservation_id(),
                                            .base_revision = request_.expected_revision(),
                                            .overrules = ReplacesProcedure(),
                                            .act = wish_.act}));
    LIENTHONG_RETURN_IF_ERROR(CheckOurs(change, stored, edit));
    return edit;
  }

  // Whether a code that no dossier has is the caller's reservation: then it begins its dossier.
  absl::StatusOr<bool> HasReserved(const std::string& code) const {
    if (!wish_.reason.empty()) return false;  // who corrects or voids begins nothing
    LIENTHONG_ASSIGN_OR_RETURN(const auto reserved, FindReservation(engine_, code));
    return reserved.has_value() && reserved->record.caller() == context_.caller.name;
  }

  // Who says what the dossier was, or does something to it as a whole, means the one that it names.
  absl::Status CheckNamed(const StoredDossier& stored) const {
    const bool is_meant = request_.has_expected_revision() || !wish_.reason.empty();
    if (!is_meant) return absl::OkStatus();
    return CheckOwnCode(engine_, stored, request_.dossier().code());
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
    change.dossier.mutable_deadline()->set_change_reason(wish_.reason);
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
    LIENTHONG_RETURN_IF_ERROR(CheckOpen(stored.dossier));
    const domain::Roles roles = domain::RolesOf(WriterOf(party, context_.caller), stored.dossier);
    if (wish_.voiding.has_value() && !roles.receiving) {
      return CallNotAllowed(
          context_.caller.name, "VoidDossier",
          StrCat("only the system that received ", stored.dossier.code(),
                 " may void it, and that is ", stored.dossier.reception().system()));
    }
    if (ReplacesProcedure() && !roles.receiving && !roles.lead) {
      return CallNotAllowed(context_.caller.name, "ReplaceProcedure",
                            StrCat("only the system that received ", stored.dossier.code(), " (",
                                   stored.dossier.reception().system(),
                                   ") or who leads it may put it under another"));
    }
    if (ReplacesProcedure() && engine_.graph.IsTerminal(stored.dossier.status())) {
      return DossierEnded(stored.dossier.code());
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

  // Of all reasoned acts this one alone may write what others own: the procedure is the receiving
  // unit's, and the lead agency may be the one that sees that it is the wrong one.
  bool ReplacesProcedure() const {
    return wish_.act == storage::v1::REASONED_ACT_REPLACE_PROCEDURE;
  }

  Engine& engine_;
  const RequestContext context_;
  const Wish wish_;
  const pb::PushDossierRequest& request_;
  const PushDone done_;
  int attempts_ = 0;
  pb::PushDossierResponse response_;
};

}  // namespace

void RunPush(Engine& engine, const RequestContext& context, Wish wish, PushDone done) {
  std::make_shared<Pusher>(engine, context, std::move(wish), std::move(done))->Run();
}

}  // namespace lienthong::core

#include "gateway/core/suspects.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/digest.h"
#include "gateway/core/number_requests.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "lienthong/storage/v1/numbers.pb.h"

namespace lienthong::core {
namespace {

namespace pb = receipt::v1;
using dossier::v1::Dossier;
using storage::v1::FingerprintKey;
using storage::v1::FingerprintRecord;
using storage::v1::SuspectRecord;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr std::string_view kKeyName = "fingerprint/key";
constexpr std::string_view kReason = "applicant's number and procedure";
constexpr int64_t kOthersMax = 32;  // the newest; who files more often does not file one case twice
constexpr int kByTime = 1;          // as in tables.cc
constexpr size_t kTimeColumn = 1;
constexpr int64_t kReasonCharactersMax = 1000;

std::string NumberOf(const Dossier& dossier) {
  std::string number = domain::FoldCode(dossier.applicant().identity_number());
  for (const auto& identity : dossier.applicant().identities()) {
    if (!number.empty()) break;
    if (!identity.removed()) number = domain::FoldCode(identity.number());
  }
  return number;
}

// The key; a store that has none gets one with this set, on the condition that it still has none.
absl::StatusOr<std::string> KeyFor(const Engine& engine, WriteSet& set) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine.store.Get(Table::kMeta, {std::string(kKeyName)}));
  FingerprintKey key;
  if (row.version > 0) {
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, key));
    return key.key();
  }
  key.set_key(Sha256(StrCat(engine.random.Uuid(), engine.random.Uuid(), engine.random.Uuid())));
  set.conditions.push_back({Table::kMeta, {std::string(kKeyName)}, 0});
  Row made{.columns = {std::string(kKeyName)}, .version = 0, .body = Seal(engine, 0, key)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kMeta, std::move(made)});
  return key.key();
}

std::string Fingerprint(const std::string& key, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

void Put(const Engine& engine, const std::string& id, const SuspectRecord& record, WriteSet& set) {
  Row row{.columns = {id, absl::ToUnixMicros(domain::FromProto(record.time()))},
          .version = 0,
          .body = Seal(engine, 0, record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kSuspect, std::move(row)});
}

// What the fingerprint is made of; empty where the dossier lacks a part of it.
std::string TextOf(const Dossier& dossier) {
  const std::string number = NumberOf(dossier);
  const std::string procedure = domain::FoldCode(dossier.procedure().code());
  return number.empty() || procedure.empty() ? "" : StrCat(number, "\n", procedure);
}

// When it was made: of one that is changed, as it says itself.
absl::Time BegunAt(const PreparedEdit& edit) {
  const Dossier& dossier = edit.merge.next;
  if (edit.creating) return edit.time;
  if (dossier.origin().has_submitted_time()) {
    return domain::FromProto(dossier.origin().submitted_time());
  }
  return dossier.reception().has_received_time()
             ? domain::FromProto(dossier.reception().received_time())
             : edit.time;
}

// Pairs the dossier with those that have its fingerprint. A pair that was there before stays as it
// is: somebody may have dismissed it.
absl::Status AddPairs(const Engine& engine, const std::string& fingerprint, absl::Time begun,
                      PreparedEdit& edit) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> others,
                             engine.store.Read({.table = Table::kFingerprint,
                                                .prefix = {fingerprint},
                                                .after = int64_t{0},
                                                .at_most = {},
                                                .limit_rows = kOthersMax,
                                                .descending = true}));
  for (const Row& other : others) {
    FingerprintRecord record;
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, other.body, record));
    const auto id = std::get<int64_t>(other.columns[1]);
    const absl::Duration apart = absl::AbsDuration(begun - domain::FromProto(record.time()));
    if (id == edit.id || apart > kSuspectWithin) continue;
    SuspectRecord pair;
    pair.set_older(std::min(id, edit.id));
    pair.set_newer(std::max(id, edit.id));
    const std::string name = StrCat(pair.older(), "/", pair.newer());
    LIENTHONG_ASSIGN_OR_RETURN(const Row known, engine.store.Get(Table::kSuspect, {name}));
    if (known.version > 0) continue;
    pair.set_reason(std::string(kReason));
    *pair.mutable_time() = domain::ToProto(edit.time);
    Put(engine, name, pair, edit.set);
  }
  return absl::OkStatus();
}

absl::StatusOr<SuspectRecord> Open(const Engine& engine, const Row& row) {
  SuspectRecord record;
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, record));
  return record;
}

bool IsOpen(const Dossier& dossier) { return !dossier.has_voiding() && !dossier.has_joined(); }

absl::StatusOr<std::string> CodeIfOpen(const Engine& engine, int64_t id) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine, id));
  return IsOpen(stored.dossier) ? stored.dossier.code() : std::string();
}

}  // namespace

absl::Status NoteFingerprint(const Engine& engine, const Dossier& before, PreparedEdit& edit) {
  const std::string was = edit.creating ? "" : TextOf(before);
  const std::string text = TextOf(edit.merge.next);
  if (text == was) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const std::string key, KeyFor(engine, edit.set));
  if (!was.empty()) {
    edit.set.mutations.push_back({Mutation::Kind::kDelete,
                                  Table::kFingerprint,
                                  {.columns = {Fingerprint(key, was), edit.id}, .body = ""}});
  }
  if (text.empty()) return absl::OkStatus();
  const std::string fingerprint = Fingerprint(key, text);
  const absl::Time begun = BegunAt(edit);
  // Its row 0 is written with each: of two that are made at once, the second sees the first.
  const store::Values gate = {fingerprint, int64_t{0}};
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kFingerprint, gate));
  edit.set.conditions.push_back({Table::kFingerprint, gate, row.version});
  FingerprintRecord record;
  *record.mutable_time() = domain::ToProto(begun);
  const std::string body = Seal(engine, 0, record);
  for (const store::Values& columns : {gate, store::Values{fingerprint, edit.id}}) {
    edit.set.mutations.push_back({Mutation::Kind::kPut, Table::kFingerprint,
                                  Row{.columns = columns, .version = 0, .body = body}});
  }
  return row.version == 0 ? absl::OkStatus() : AddPairs(engine, fingerprint, begun, edit);
}

absl::StatusOr<pb::ListSuspectedDuplicatesResponse> Suspects::List(
    const RequestContext&, const pb::ListSuspectedDuplicatesRequest& request) const {
  const TimedList list{
      .table = Table::kSuspect, .index = kByTime, .prefix = {}, .time_column = kTimeColumn};
  pb::ListSuspectedDuplicatesResponse response;
  const RowFilter is_wanted = [&](const Row& row) -> absl::StatusOr<bool> {
    LIENTHONG_ASSIGN_OR_RETURN(const SuspectRecord record, Open(engine_, row));
    if (!record.dismissed_by().empty()) return false;
    LIENTHONG_ASSIGN_OR_RETURN(const std::string older, CodeIfOpen(engine_, record.older()));
    LIENTHONG_ASSIGN_OR_RETURN(const std::string newer, CodeIfOpen(engine_, record.newer()));
    if (older.empty() || newer.empty()) return false;
    pb::SuspectedDuplicate& pair = *response.add_pairs();
    pair.set_id(std::get<std::string>(row.columns[0]));
    pair.set_older(older);
    pair.set_newer(newer);
    pair.set_reason(record.reason());
    *pair.mutable_time() = record.time();
    return true;
  };
  LIENTHONG_ASSIGN_OR_RETURN(const TimedPage page, ReadTimedPage(engine_, list, request.page_size(),
                                                                 request.page_token(), is_wanted));
  response.set_next_page_token(page.next_token);
  return response;
}

absl::StatusOr<pb::DismissSuspectedDuplicateResponse> Suspects::Dismiss(
    const RequestContext& context, const pb::DismissSuspectedDuplicateRequest& request) {
  if (domain::IsBlank(request.reason())) return FieldInvalid("reason", "is required and is kept");
  if (domain::CountCharacters(request.reason()) > kReasonCharactersMax) {
    return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
  }
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto done, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    if (done.has_value()) return pb::DismissSuspectedDuplicateResponse();
    LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kSuspect, {request.id()}));
    if (row.version == 0) return NotFound("pair", request.id());
    LIENTHONG_ASSIGN_OR_RETURN(SuspectRecord record, Open(engine_, row));
    if (!record.dismissed_by().empty()) {
      return NotNow("PAIR_DISMISSED", "id", request.id(),
                    StrCat("pair ", request.id(), " was dismissed by ", record.dismissed_by()));
    }
    record.set_dismissed_by(context.caller.name);
    record.set_dismissal(request.reason());
    storage::v1::ActRecord act;
    act.set_actor(context.caller.name);
    act.set_kind("dismiss-duplicate");
    act.set_target(StrCat("duplicate/", request.id()));
    act.set_reason(request.reason());
    *act.mutable_time() = domain::ToProto(engine_.clock.Now());
    act.set_dossier_id(record.newer());
    act.set_request_id(request.request_id());
    WriteSet set;
    set.conditions.push_back({Table::kSuspect, {request.id()}, row.version});
    Put(engine_, request.id(), record, set);
    PutAct(engine_, act, set);
    AddRequest(engine_, context, request.request_id(), digest, "", "", set);
    const auto committed =
        engine_.store.CommitAndWait(std::move(set), DeadlineOf(engine_, context));
    if (committed.ok()) return pb::DismissSuspectedDuplicateResponse();
    if (!absl::IsAborted(committed.status())) return committed.status();
  }
  return Busy("this pair changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core

#include "gateway/core/notices.h"

#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
#include "gateway/core/tokens.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

using store::Table;

constexpr size_t kIdCharacters = 32;
// Old ones that go when a new one comes: more than one, so that they become fewer.
constexpr int64_t kDroppedMax = 4;

dossier::v1::Notice ToPublic(const storage::v1::NoticeRecord& record, const std::string& code) {
  const adapter::v1::Notice& told = record.notice();
  dossier::v1::Notice notice;
  notice.set_id(told.id());
  notice.set_kind(static_cast<dossier::v1::Notice::Kind>(told.kind()));  // the same list
  notice.set_code(code);
  notice.set_path(told.path());
  notice.set_party(told.party());
  notice.set_result(told.result());
  *notice.mutable_time() = told.time();
  return notice;
}

// What cannot be read now is dropped with a later one.
void DropOld(const Engine& engine, const std::string& party, absl::Time now, store::WriteSet& set) {
  const absl::StatusOr<std::vector<StoredNotice>> oldest =
      NoticesAfter(engine, party, /*number=*/0, kDroppedMax + 1);
  if (!oldest.ok() || oldest->empty()) return;
  for (size_t i = 0; i + 1 < oldest->size(); ++i) {
    const StoredNotice& old = (*oldest)[i];
    if (now - domain::FromProto(old.record.notice().time()) <= kNoticeKept) return;
    set.mutations.push_back(
        {store::Mutation::Kind::kDelete, Table::kNotice, {.columns = {party, old.number}}});
  }
}

}  // namespace

void PutNotices(const Engine& engine, const std::vector<const Party*>& parties,
                std::string_view target, storage::v1::NoticeRecord record, store::WriteSet& set) {
  adapter::v1::Notice& notice = *record.mutable_notice();
  notice.set_id(HexSha256(StrCat(static_cast<int>(notice.kind()), "\n", target, "\n",
                                 notice.time().seconds(), ".", notice.time().nanos()))
                    .substr(0, kIdCharacters));
  const std::string body = Seal(engine, 0, record);
  std::set<std::string> names;
  for (const Party* party : parties) {
    if (party != nullptr) names.insert(party->name);
  }
  for (const std::string& name : names) {
    DropOld(engine, name, domain::FromProto(notice.time()), set);
    set.mutations.push_back({store::Mutation::Kind::kAppend,
                             Table::kNotice,
                             {.columns = {name, int64_t{0}}, .version = 0, .body = body}});
  }
}

absl::StatusOr<std::vector<StoredNotice>> NoticesAfter(const Engine& engine, std::string_view party,
                                                       int64_t number, int64_t rows_max) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine.store.Read({.table = Table::kNotice,
                                                .prefix = {std::string(party)},
                                                .after = number,
                                                .at_most = {},
                                                .limit_rows = rows_max}));
  std::vector<StoredNotice> notices;
  notices.reserve(rows.size());
  for (const store::Row& row : rows) {
    StoredNotice notice{.number = std::get<int64_t>(row.columns[1]), .record = {}};
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, notice.record));
    notices.push_back(std::move(notice));
  }
  return notices;
}

absl::StatusOr<int64_t> NewestNotice(const Engine& engine, std::string_view party) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine.store.Read({.table = Table::kNotice,
                                                .prefix = {std::string(party)},
                                                .after = {},
                                                .at_most = {},
                                                .limit_rows = 1,
                                                .descending = true}));
  return rows.empty() ? 0 : std::get<int64_t>(rows[0].columns[1]);
}

absl::StatusOr<dossier::v1::ListNoticesResponse> ListNotices(
    const Engine& engine, const RequestContext& context,
    const dossier::v1::ListNoticesRequest& request) {
  LIENTHONG_ASSIGN_OR_RETURN(const Party* party, engine.parties.ForCaller(context.caller));
  const int64_t epoch = engine.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(int64_t position,
                             ReadToken(kNoticesToken, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows_max, PageRows(request.page_size()));
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredNotice> notices,
                             NoticesAfter(engine, party->name, position, rows_max));
  dossier::v1::ListNoticesResponse response;
  for (const StoredNotice& notice : notices) {
    std::string code;
    if (const int64_t id = notice.record.dossier_id(); id != 0) {
      LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine, id));
      code = stored.dossier.code();
    }
    *response.add_notices() = ToPublic(notice.record, code);
    position = notice.number;
  }
  response.set_next_page_token(MakeToken(kNoticesToken, epoch, position));
  return response;
}

}  // namespace lienthong::core

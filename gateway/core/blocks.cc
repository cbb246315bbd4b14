#include "gateway/core/blocks.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/number_requests.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/core/reservations.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/number_pattern.h"
#include "lienthong/storage/v1/numbers.pb.h"

namespace lienthong::core {
namespace {

namespace pb = receipt::v1;
using storage::v1::BlockRecord;
using store::CommitResult;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr size_t kBlocksWithCodesMax = 100;
constexpr int kByState = 1;  // indexes, as in tables.cc
constexpr int kByAgency = 2;
constexpr size_t kStateColumn = 2;
constexpr size_t kExpireColumn = 3;
constexpr size_t kWordsCharactersMax = 200;

struct StoredBlock {
  std::string id;
  int64_t version = 0;
  BlockRecord record;
};

absl::StatusOr<StoredBlock> ReadBlock(const Engine& engine, const std::string& id, const Row& row) {
  StoredBlock block{.id = id, .version = row.version, .record = {}};
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, block.record));
  return block;
}

// NOT_SHARED when there is none, or the caller does not act for its agency.
absl::StatusOr<StoredBlock> LoadBlock(const Engine& engine, const RequestContext& context,
                                      const std::string& id) {
  if (id.empty()) return FieldInvalid("block_id", "is empty; LeaseReceiptBlock gives it");
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kBlock, {id}));
  LIENTHONG_ASSIGN_OR_RETURN(StoredBlock block, ReadBlock(engine, id, row));
  if (block.version == 0 || !CheckMaySeeSeries(context, block.record.agency()).ok()) {
    return NotShared(id, "block");
  }
  return block;
}

Mutation PutBlock(const Engine& engine, const StoredBlock& block) {
  const int64_t state =
      block.record.closed() ? pb::ReceiptBlock::STATE_CLOSED : pb::ReceiptBlock::STATE_LEASED;
  Row row{.columns = {block.id, block.record.agency(), state,
                      absl::ToUnixMicros(domain::FromProto(block.record.expire_time()))},
          .version = 0,
          .body = Seal(engine, 0, block.record)};
  return {Mutation::Kind::kPut, Table::kBlock, std::move(row)};
}

std::string ReservationId(const StoredBlock& block, int index) {
  return StrCat(block.id, "/", index);
}

absl::StatusOr<std::vector<StoredReservation>> NumbersOf(const Engine& engine,
                                                         const StoredBlock& block) {
  std::vector<StoredReservation> numbers;
  numbers.reserve(block.record.codes_size());
  for (int i = 0; i < block.record.codes_size(); ++i) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredReservation number,
                               ReadReservation(engine, ReservationId(block, i)));
    if (number.version == 0) return StoreCorrupt(StrCat("reservation ", ReservationId(block, i)));
    numbers.push_back(std::move(number));
  }
  return numbers;
}

pb::ReceiptBlock ShowWithoutCodes(const Engine& engine, const StoredBlock& block) {
  pb::ReceiptBlock shown;
  shown.set_id(block.id);
  shown.set_agency(block.record.agency());
  shown.set_date(block.record.date());
  shown.set_counter(block.record.counter());
  *shown.mutable_expire_time() = block.record.expire_time();
  shown.set_reason(block.record.reason());
  const bool over = engine.clock.Now() >= domain::FromProto(block.record.expire_time());
  shown.set_state(block.record.closed() ? pb::ReceiptBlock::STATE_CLOSED
                  : over                ? pb::ReceiptBlock::STATE_OVERDUE
                                        : pb::ReceiptBlock::STATE_LEASED);
  return shown;
}

absl::StatusOr<pb::ReceiptBlock> Show(const Engine& engine, const StoredBlock& block) {
  pb::ReceiptBlock shown = ShowWithoutCodes(engine, block);
  *shown.mutable_codes() = block.record.codes();
  LIENTHONG_ASSIGN_OR_RETURN(const auto numbers, NumbersOf(engine, block));
  for (const StoredReservation& number : numbers) {
    const bool used = number.record.state() == pb::Reservation::STATE_COMMITTED;
    if (used) shown.add_used(number.record.code());
  }
  return shown;
}

absl::Status CheckWords(std::string_view field, const std::string& words, std::string_view why) {
  if (domain::IsBlank(words)) return FieldInvalid(field, StrCat("is required: ", why));
  if (domain::CountCharacters(words) <= static_cast<int64_t>(kWordsCharactersMax)) {
    return absl::OkStatus();
  }
  return FieldInvalid(field, StrCat("is longer than ", kWordsCharactersMax, " characters"));
}

absl::StatusOr<absl::CivilDay> DayAsked(const std::string& date, absl::CivilDay today) {
  if (date.empty()) return today;
  const std::optional<absl::CivilDay> day = domain::ReadDay(date);
  if (!day.has_value()) return FieldInvalid("date", "is no day like 2026-11-24");
  if (*day < today || *day > today + kBlockDaysAheadMax) {
    return FieldInvalid("date", StrCat("is not today, ", domain::ShowDay(today), ", or one of the ",
                                       kBlockDaysAheadMax, " days after it"));
  }
  return *day;
}

absl::StatusOr<StoredBlock> NewBlock(const Engine& engine, const RequestContext& context,
                                     const pb::LeaseReceiptBlockRequest& request) {
  if (!ActsFor(context, request.agency())) return NotShared(request.agency(), "series");
  if (request.size() < 1 || request.size() > kBlockNumbersMax) {
    return FieldInvalid("size", StrCat("is not between 1 and ", kBlockNumbersMax));
  }
  LIENTHONG_RETURN_IF_ERROR(
      CheckWords("counter", request.counter(), "it says who has the numbers"));
  const absl::Time now = engine.clock.Now();
  LIENTHONG_ASSIGN_OR_RETURN(const absl::CivilDay day,
                             DayAsked(request.date(), domain::CivilDayOf(now)));
  const absl::Duration lifetime =
      absl::Seconds(request.lifetime().seconds()) + absl::Nanoseconds(request.lifetime().nanos());
  if (lifetime < absl::ZeroDuration() || lifetime > kBlockLifetimeMax) {
    return FieldInvalid("lifetime", "is not between 0, until the end of its day, and 7 days");
  }
  const absl::Time end =
      lifetime > absl::ZeroDuration() ? now + lifetime : domain::BeginOf(day + 1);
  StoredBlock block{.id = engine.random.Uuid(), .version = 0, .record = {}};
  block.record.set_agency(request.agency());
  block.record.set_date(domain::ShowDay(day));
  block.record.set_counter(request.counter());
  block.record.set_caller(context.caller.name);
  *block.record.mutable_expire_time() = domain::ToProto(end);
  return block;
}

// The block, its numbers as reservations, and their places in the index of codes.
void AddNumbers(const Engine& engine, Numbering::Allocation allocation, StoredBlock& block,
                WriteSet& set) {
  *block.record.mutable_codes() = {allocation.codes.begin(), allocation.codes.end()};
  set.conditions.push_back(std::move(allocation.condition));
  set.mutations.push_back(std::move(allocation.mutation));
  StoredReservation number;
  number.record.set_state(pb::Reservation::STATE_LEASED);
  number.record.set_agency(block.record.agency());
  number.record.set_caller(block.record.caller());
  *number.record.mutable_expire_time() = block.record.expire_time();
  number.record.set_block_id(block.id);
  *number.record.mutable_issue_time() = domain::ToProto(engine.clock.Now());
  for (size_t i = 0; i < allocation.codes.size(); ++i) {
    number.id = ReservationId(block, static_cast<int>(i));
    number.record.set_code(allocation.codes[i]);
    number.record.set_receipt_number(allocation.codes[i]);
    Mutation alias = PutAlias({domain::FoldCode(allocation.codes[i]), "", 0});
    alias.row.body = number.id;
    set.conditions.push_back({Table::kAlias, {alias.row.columns[0], alias.row.columns[1]}, 0});
    set.mutations.push_back(std::move(alias));
    set.mutations.push_back(PutReservation(engine, number));
  }
  set.mutations.push_back(PutBlock(engine, block));
}

absl::Status Closed(const StoredBlock& block) {
  return NotNow("BLOCK_CLOSED", "block_id", block.id,
                StrCat("block ", block.id, " was closed (", block.record.reason(),
                       "); of a number that was used after all, return it with the reason"));
}

absl::StatusOr<std::set<int>> PlacesOf(const pb::ReturnReceiptBlockRequest& request,
                                       const StoredBlock& block) {
  std::set<int> places;
  for (int i = 0; i < request.used_size(); ++i) {
    const auto& codes = block.record.codes();
    const std::string folded = domain::FoldCode(request.used(i));
    const auto found = std::find_if(codes.begin(), codes.end(), [&](const std::string& code) {
      return domain::FoldCode(code) == folded;
    });
    if (found == codes.end()) {
      return FieldInvalid(StrCat("used[", i, "]"),
                          StrCat("is ", folded, ", which is no number of block ", block.id));
    }
    places.insert(static_cast<int>(found - codes.begin()));
  }
  return places;
}

// Changes a number of a block in the set; its version must still be that.
void Change(const Engine& engine, StoredReservation number, pb::Reservation::State state,
            const std::string& reason, WriteSet& set) {
  number.record.set_state(state);
  number.record.set_reason(reason);
  set.conditions.push_back({Table::kReservation, {number.id}, number.version});
  set.mutations.push_back(PutReservation(engine, number));
}

// What a return changes, into `block` and `set`.
absl::Status PrepareReturn(const Engine& engine, const pb::ReturnReceiptBlockRequest& request,
                           StoredBlock& block, WriteSet& set) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::set<int> used, PlacesOf(request, block));
  LIENTHONG_ASSIGN_OR_RETURN(const auto numbers, NumbersOf(engine, block));
  bool has_unused = false;
  for (int i = 0; i < static_cast<int>(numbers.size()); ++i) {
    const auto state = numbers[i].record.state();
    if (state == pb::Reservation::STATE_COMMITTED) continue;
    if (used.contains(i)) {
      // It stands on a paper, whatever was said when the block was closed; that is to be explained.
      if (state != pb::Reservation::STATE_LEASED && domain::IsBlank(request.reason())) {
        return Closed(block);
      }
      Change(engine, numbers[i], pb::Reservation::STATE_COMMITTED,
             state == pb::Reservation::STATE_LEASED ? "" : request.reason(), set);
    } else if (request.closes() && !block.record.closed() &&
               state == pb::Reservation::STATE_LEASED) {
      has_unused = true;
      Change(engine, numbers[i], pb::Reservation::STATE_RELEASED, request.reason(), set);
    }
  }
  if (has_unused) {
    LIENTHONG_RETURN_IF_ERROR(CheckWords("reason", request.reason(), "it explains the gaps"));
  }
  if (!request.closes() || block.record.closed()) return absl::OkStatus();
  block.record.set_closed(true);
  block.record.set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<pb::ReceiptBlock> Blocks::Lease(const RequestContext& context,
                                               const pb::LeaseReceiptBlockRequest& request) {
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    if (known.has_value()) {
      LIENTHONG_ASSIGN_OR_RETURN(const StoredBlock made,
                                 LoadBlock(engine_, context, known->reservation_id()));
      return Show(engine_, made);
    }
    LIENTHONG_ASSIGN_OR_RETURN(StoredBlock block, NewBlock(engine_, context, request));
    const absl::CivilDay day = *domain::ReadDay(block.record.date());
    Waiter<absl::StatusOr<CommitResult>> waiter;
    LIENTHONG_RETURN_IF_ERROR(engine_.numbering->Allocate(
        engine_.store, request.agency(), day,
        [&](Numbering::Allocation allocation) {
          WriteSet set;
          AddNumbers(engine_, std::move(allocation), block, set);
          AddRequest(engine_, context, request.request_id(), digest, "", block.id, set);
          engine_.store.Commit(std::move(set), waiter.Callback());
        },
        request.size()));
    const auto committed = waiter.Wait(DeadlineOf(engine_, context));
    if (committed.has_value() && committed->ok()) return Show(engine_, block);
    engine_.numbering->Invalidate(request.agency(), day);
    if (!committed.has_value()) return OutcomeUnknown();
    if (!absl::IsAborted(committed->status())) return committed->status();
  }
  return Busy("this series changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<pb::ReceiptBlock> Blocks::Return(const RequestContext& context,
                                                const pb::ReturnReceiptBlockRequest& request) {
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    LIENTHONG_ASSIGN_OR_RETURN(StoredBlock block, LoadBlock(engine_, context, request.block_id()));
    if (known.has_value()) return Show(engine_, block);
    WriteSet set;
    LIENTHONG_RETURN_IF_ERROR(PrepareReturn(engine_, request, block, set));
    set.conditions.push_back({Table::kBlock, {block.id}, block.version});
    set.mutations.push_back(PutBlock(engine_, block));
    AddRequest(engine_, context, request.request_id(), digest, "", block.id, set);
    const absl::StatusOr<CommitResult> committed =
        engine_.store.CommitAndWait(std::move(set), DeadlineOf(engine_, context));
    if (committed.ok()) return Show(engine_, block);
    if (!absl::IsAborted(committed.status())) return committed.status();
  }
  return Busy("this block changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<pb::ListReceiptBlocksResponse> Blocks::List(
    const RequestContext& context, const pb::ListReceiptBlocksRequest& request) const {
  std::string agency = request.agency();
  const auto& own = context.caller.agencies;
  if (agency.empty() && own.size() == 1) agency = own.front();
  TimedList list{
      .table = Table::kBlock, .index = kByAgency, .prefix = {agency}, .time_column = kExpireColumn};
  if (!agency.empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckMaySeeSeries(context, agency));
  } else if (context.caller.kind == CallerKind::kOperator && request.open_only()) {
    list.index = kByState;
    list.prefix = {int64_t{pb::ReceiptBlock::STATE_LEASED}};
  } else {
    return FieldInvalid("agency", "is required; operators may ask for all with open_only");
  }
  const RowFilter is_wanted = [&](const Row& row) -> absl::StatusOr<bool> {
    return !request.open_only() ||
           std::get<int64_t>(row.columns[kStateColumn]) == pb::ReceiptBlock::STATE_LEASED;
  };
  LIENTHONG_ASSIGN_OR_RETURN(const TimedPage page, ReadTimedPage(engine_, list, request.page_size(),
                                                                 request.page_token(), is_wanted));
  pb::ListReceiptBlocksResponse response;
  response.set_next_page_token(page.next_token);
  for (const Row& row : page.rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredBlock block,
                               ReadBlock(engine_, std::get<std::string>(row.columns[0]), row));
    pb::ReceiptBlock& shown = *response.add_blocks();
    shown = ShowWithoutCodes(engine_, block);
    if (page.rows.size() > kBlocksWithCodesMax) continue;
    LIENTHONG_ASSIGN_OR_RETURN(shown, Show(engine_, block));
  }
  return response;
}

}  // namespace lienthong::core

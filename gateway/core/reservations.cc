#include "gateway/core/reservations.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

using receipt::v1::Reservation;
using store::Row;
using store::Table;

}  // namespace

absl::StatusOr<StoredReservation> ReadReservation(const Engine& engine, std::string_view id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine.store.Get(Table::kReservation, {std::string(id)}));
  StoredReservation reservation{.id = std::string(id), .version = row.version, .record = {}};
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, reservation.record));
  return reservation;
}

absl::StatusOr<StoredReservation> LoadReservation(const Engine& engine, std::string_view caller,
                                                  std::string_view id) {
  if (id.empty()) return FieldInvalid("reservation_id", "is empty; ReserveReceipt gives it");
  LIENTHONG_ASSIGN_OR_RETURN(StoredReservation reservation, ReadReservation(engine, id));
  if (reservation.version == 0 || reservation.record.caller() != caller) {
    return NotShared(id, "reservation");
  }
  return reservation;
}

absl::StatusOr<std::optional<StoredReservation>> FindReservation(const Engine& engine,
                                                                 std::string_view code) {
  LIENTHONG_ASSIGN_OR_RETURN(
      const Row alias, engine.store.Get(Table::kAlias, {domain::FoldCode(code), std::string()}));
  if (alias.version == 0 || alias.body.empty()) return std::nullopt;
  LIENTHONG_ASSIGN_OR_RETURN(StoredReservation reservation, ReadReservation(engine, alias.body));
  if (reservation.version == 0) return StoreCorrupt(StrCat("reservation ", alias.body));
  return reservation;
}

store::Mutation PutReservation(const Engine& engine, const StoredReservation& reservation) {
  const storage::v1::ReservationRecord& record = reservation.record;
  Row row;
  row.columns = {reservation.id, static_cast<int64_t>(record.state()),
                 absl::ToUnixMicros(domain::FromProto(record.expire_time()))};
  row.body = Seal(engine, 0, record);
  return {store::Mutation::Kind::kPut, Table::kReservation, std::move(row)};
}

Reservation ToPublic(const StoredReservation& reservation) {
  const storage::v1::ReservationRecord& record = reservation.record;
  Reservation shown;
  shown.set_id(reservation.id);
  shown.set_code(record.code());
  shown.set_receipt_number(record.receipt_number());
  shown.set_agency(record.agency());
  shown.set_state(static_cast<Reservation::State>(record.state()));
  *shown.mutable_expire_time() = record.expire_time();
  shown.set_reason(record.reason());
  shown.set_block_id(record.block_id());
  return shown;
}

std::string WhyClosed(const Engine& engine, const StoredReservation& reservation) {
  const storage::v1::ReservationRecord& record = reservation.record;
  if (record.state() == Reservation::STATE_RELEASED) return "released";
  if (record.dossier_id() != 0) return "used by a dossier";
  const bool over = engine.clock.Now() >= domain::FromProto(record.expire_time());
  return record.state() == Reservation::STATE_RESERVED && over ? "expired" : "";
}

absl::Status CheckOpen(const Engine& engine, const StoredReservation& reservation) {
  const std::string why = WhyClosed(engine, reservation);
  return why.empty() ? absl::OkStatus() : ReservationClosed(reservation.id, why);
}

bool MayUse(const EditContext& context, const StoredReservation& reservation) {
  const storage::v1::ReservationRecord& record = reservation.record;
  if (record.caller() == context.actor) return true;
  const domain::Writer& writer = context.writer;
  const bool is_on_paper =
      record.state() == Reservation::STATE_COMMITTED || record.state() == Reservation::STATE_LEASED;
  return is_on_paper && (writer.receives || writer.leads) &&
         writer.agencies.contains(record.agency());
}

void Use(const Engine& engine, StoredReservation reservation, PreparedEdit& edit) {
  reservation.record.set_state(Reservation::STATE_COMMITTED);
  reservation.record.set_dossier_id(edit.id);
  edit.reservation_id = reservation.id;
  edit.set.conditions.push_back({Table::kReservation, {reservation.id}, reservation.version});
  edit.set.mutations.push_back(PutReservation(engine, reservation));
}

}  // namespace lienthong::core

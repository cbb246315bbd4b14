#include "gateway/core/reservations.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

using receipt::v1::Reservation;
using store::Row;
using store::Table;

}  // namespace

absl::StatusOr<StoredReservation> LoadReservation(const Engine& engine,
                                                  const RequestContext& context,
                                                  std::string_view id) {
  if (id.empty()) return FieldInvalid("reservation_id", "is empty; ReserveReceipt gives it");
  LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                             engine.store.Get(Table::kReservation, {std::string(id)}));
  if (row.version == 0) return NotShared(id, "reservation");
  StoredReservation reservation{.id = std::string(id), .version = row.version, .record = {}};
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, reservation.record));
  if (reservation.record.caller() != context.caller.name) return NotShared(id, "reservation");
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
  return shown;
}

absl::Status CheckOpen(const Engine& engine, const StoredReservation& reservation) {
  const storage::v1::ReservationRecord& record = reservation.record;
  if (record.state() == Reservation::STATE_RELEASED) {
    return ReservationClosed(reservation.id, "released");
  }
  if (record.dossier_id() != 0) return ReservationClosed(reservation.id, "used by a dossier");
  if (record.state() == Reservation::STATE_RESERVED &&
      engine.clock.Now() >= domain::FromProto(record.expire_time())) {
    return ReservationClosed(reservation.id, "expired");
  }
  return absl::OkStatus();
}

absl::Status UseReservation(const Engine& engine, const RequestContext& context,
                            std::string_view reservation_id, PreparedEdit& edit) {
  LIENTHONG_ASSIGN_OR_RETURN(StoredReservation reservation,
                             LoadReservation(engine, context, reservation_id));
  LIENTHONG_RETURN_IF_ERROR(CheckOpen(engine, reservation));
  storage::v1::ReservationRecord& record = reservation.record;
  if (record.agency() != edit.merge.next.reception().agency()) {
    return FieldInvalid("reservation_id",
                        "is of another agency's series than dossier.reception.agency");
  }
  record.set_state(Reservation::STATE_COMMITTED);
  record.set_dossier_id(edit.id);
  edit.reserved_code = record.code();
  edit.reserved_receipt = record.receipt_number();
  edit.reserved_version = 1;  // reserving has put the code into the index
  edit.reservation_id = reservation.id;
  edit.set.conditions.push_back({Table::kReservation, {reservation.id}, reservation.version});
  edit.set.mutations.push_back(PutReservation(engine, reservation));
  return absl::OkStatus();
}

}  // namespace lienthong::core

#ifndef LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_
#define LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// A reservation as it is stored.
struct StoredReservation {
  std::string id;
  int64_t version = 0;
  storage::v1::ReservationRecord record;
};

// Whoever holds it; version 0: there is none.
absl::StatusOr<StoredReservation> ReadReservation(const Engine& engine, std::string_view id);
// NOT_SHARED when there is none or another caller holds it.
absl::StatusOr<StoredReservation> LoadReservation(const Engine& engine, std::string_view caller,
                                                  std::string_view id);
// The reservation that keeps a code from being given out; none when nobody has reserved it, or when
// a dossier has it by now.
absl::StatusOr<std::optional<StoredReservation>> FindReservation(const Engine& engine,
                                                                 std::string_view code);
store::Mutation PutReservation(const Engine& engine, const StoredReservation& reservation);
receipt::v1::Reservation ToPublic(const StoredReservation& reservation);

// Why it can give no dossier its number any more: "released", "expired", "used by a dossier"; empty
// when it can.
std::string WhyClosed(const Engine& engine, const StoredReservation& reservation);
// RESERVATION_CLOSED with that.
absl::Status CheckOpen(const Engine& engine, const StoredReservation& reservation);

// Whether a writer may use its number: who reserved it, and once it is committed or
// a counter gave it out, as the dossier will come by another way, each system that works for its
// agency.
bool MayUse(const EditContext& context, const StoredReservation& reservation);
// Makes it the edited dossier's, in the same commit.
void Use(const Engine& engine, StoredReservation reservation, PreparedEdit& edit);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_

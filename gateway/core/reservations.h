#ifndef LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_
#define LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"
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

// NOT_SHARED when there is none or another caller holds it.
absl::StatusOr<StoredReservation> LoadReservation(const Engine& engine,
                                                  const RequestContext& context,
                                                  std::string_view id);
store::Mutation PutReservation(const Engine& engine, const StoredReservation& reservation);
receipt::v1::Reservation ToPublic(const StoredReservation& reservation);

// RESERVATION_CLOSED when it was released, has expired or serves another dossier.
absl::Status CheckOpen(const Engine& engine, const StoredReservation& reservation);

// Gives a new dossier the number of a reservation, in the same commit.
absl::Status UseReservation(const Engine& engine, const RequestContext& context,
                            std::string_view reservation_id, PreparedEdit& edit);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_RESERVATIONS_H_

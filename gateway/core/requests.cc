#include "gateway/core/requests.h"

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/codes.h"

namespace lienthong::core {

absl::StatusOr<std::optional<storage::v1::RequestRecord>> FindRequest(const Engine& engine,
                                                                      std::string_view caller,
                                                                      std::string_view request_id,
                                                                      std::string_view digest) {
  if (!domain::IsUuid(request_id)) {
    return FieldInvalid("request_id", "is not a UUID; make one for each change that you want");
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      const store::Row row,
      engine.store.Get(store::Table::kRequest, {std::string(caller), std::string(request_id)}));
  if (row.version == 0) return std::nullopt;
  storage::v1::RequestRecord record;
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, 0, row.body, record));
  if (record.digest() != digest) return RequestIdReused(request_id);
  return record;
}

}  // namespace lienthong::core

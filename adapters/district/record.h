#ifndef LIENTHONG_ADAPTERS_DISTRICT_RECORD_H_
#define LIENTHONG_ADAPTERS_DISTRICT_RECORD_H_

#include <optional>

#include "adapters/district/exchange_tables.h"
#include "adapters/district/inbox_writer.h"
#include "adapters/district/outbox_reader.h"
#include "adapters/sdk/mapping.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::adapters::district {

// Between rows of the exchange tables and the gateway's items. Pure.

// A row of the outbox: key, version = the row's id, the mapped content, and the codes of its own
// columns. A row that cannot be understood has an error that names column or field, and `raw`.
adapter::v1::InboundItem ToInboundItem(const OutboxRow& row, const OutboxTable& names,
                                       const sdk::Mapping& mapping);

// As ToInboundItem, of the `raw` of such an item. A column that no row has is an error, too.
adapter::v1::InboundItem InterpretRow(const adapter::v1::InterpretRequest& request,
                                      const OutboxTable& names, const sdk::Mapping& mapping);

// Fills `message`, or says what the software could not hold.
std::optional<adapter::v1::ItemError> ToInboxMessage(const adapter::v1::OutboundItem& item,
                                                     const InboxTable& names,
                                                     const sdk::Mapping& mapping,
                                                     InboxMessage& message);

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_RECORD_H_

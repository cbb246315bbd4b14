#ifndef LIENTHONG_GATEWAY_CTL_BULK_H_
#define LIENTHONG_GATEWAY_CTL_BULK_H_

#include <string>

#include "gateway/ctl/session.h"
#include "gateway/ctl/terminal.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::ctl {

// Prints what became of an act on many things. Where no answer came, also the id of the request, to
// send it again with --request-id.
ExitCode ShowBulk(const Session& session, const grpc::Status& status, const std::string& request_id,
                  const sync::v1::BulkResult& result, Terminal& terminal);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_BULK_H_

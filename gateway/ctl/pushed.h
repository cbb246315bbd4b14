#ifndef LIENTHONG_GATEWAY_CTL_PUSHED_H_
#define LIENTHONG_GATEWAY_CTL_PUSHED_H_

#include <string>

#include "gateway/ctl/arguments.h"
#include "gateway/ctl/session.h"
#include "gateway/ctl/terminal.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"

namespace lienthong::ctl {

// What all commands that change a dossier have in common.

// Reads what --file names; a request without an id gets one. Anything but kDone was told.
ExitCode ReadPush(const Session& session, const Arguments& arguments, Terminal& terminal,
                  dossier::v1::PushDossierRequest& request);

// Prints what became of a change. Where no answer came, also the id of the request, to send it
// again.
ExitCode ShowPushed(const Session& session, const grpc::Status& status,
                    const std::string& request_id, const dossier::v1::PushDossierResponse& response,
                    Terminal& terminal);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_PUSHED_H_

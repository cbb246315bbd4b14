#ifndef LIENTHONG_GATEWAY_CTL_PROBABLE_CAUSE_H_
#define LIENTHONG_GATEWAY_CTL_PROBABLE_CAUSE_H_

#include <string>

#include "grpcpp/support/status.h"

namespace lienthong::ctl {

// What most likely lies behind a call that failed before the gateway had a word in it, where the
// library's own text does not tell, and what to look at. Empty: nothing better is known.
std::string ProbableCause(const grpc::Status& status);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_PROBABLE_CAUSE_H_

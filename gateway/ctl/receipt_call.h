#ifndef LIENTHONG_GATEWAY_CTL_RECEIPT_CALL_H_
#define LIENTHONG_GATEWAY_CTL_RECEIPT_CALL_H_

#include <string>

#include "gateway/base/random.h"
#include "gateway/ctl/arguments.h"
#include "gateway/ctl/session.h"
#include "lienthong/receipt/v1/receipt_service.grpc.pb.h"

namespace lienthong::ctl {

// --request-id, or a new one.
inline std::string RequestId(const Arguments& arguments) {
  std::string given = arguments.Text("--request-id");
  return given.empty() ? Random::System().Uuid() : given;
}

template <typename Request, typename Response>
using ReceiptMethod = grpc::Status (receipt::v1::ReceiptService::Stub::*)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*);

// One call of ReceiptService:
//   Ask(session, &ReceiptService::Stub::GetSeries, request, series)
template <typename Request, typename Response>
grpc::Status Ask(const Session& session, ReceiptMethod<Request, Response> method,
                 const Request& request, Response& response) {
  const auto stub = receipt::v1::ReceiptService::NewStub(session.server());
  return session.Call(
      [&](auto* context) { return ((*stub).*method)(context, request, &response); });
}

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_RECEIPT_CALL_H_

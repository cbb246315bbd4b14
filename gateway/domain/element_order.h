#ifndef LIENTHONG_GATEWAY_DOMAIN_ELEMENT_ORDER_H_
#define LIENTHONG_GATEWAY_DOMAIN_ELEMENT_ORDER_H_

#include "google/protobuf/message.h"

namespace lienthong::domain {

// Brings the list elements of `target` that `before` has not into the order in which `said` tells
// them: fields are handled by their paths, whose order is not that of the lists. Elements that were
// there before keep their places. All three are of one type. Pure.
void OrderNewElements(const google::protobuf::Message& before,
                      const google::protobuf::Message& said, google::protobuf::Message& target);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_ELEMENT_ORDER_H_

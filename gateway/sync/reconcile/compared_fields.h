#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARED_FIELDS_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARED_FIELDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/declared.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sync {

// Which fields of a counterpart's record can be held against ours: what it declares to hold, and
// no element that it only appends or gives no name.
class ComparedFields {
 public:
  explicit ComparedFields(const adapter::v1::Capabilities& can)
      : append_only_(can.append_only().begin(), can.append_only().end()),
        unnamed_(can.unnamed_elements().begin(), can.unnamed_elements().end()),
        fields_(can.fields().begin(), can.fields().end()) {}

  bool Has(const std::string& path) const {
    if (IsAppended(path) || Declares(unnamed_, path)) return false;
    return fields_.empty() || Declares(fields_, path) || Declares(fields_, OfAnyElement(path));
  }
  bool IsAppended(const std::string& path) const { return Declares(append_only_, path); }

 private:
  // `steps[a1].content` as an adapter may declare it: `steps[].content`.
  static std::string OfAnyElement(std::string_view path) {
    const domain::PathParts parts = domain::SplitPath(path);
    return parts.list.empty() ? std::string(path) : StrCat(parts.list, "[].", parts.rest);
  }

  const std::vector<std::string> append_only_;
  const std::vector<std::string> unnamed_;
  const std::vector<std::string> fields_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARED_FIELDS_H_

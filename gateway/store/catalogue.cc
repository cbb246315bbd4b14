#include "gateway/store/catalogue.h"

#include <utility>

#include "absl/status/status.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::store {

void StoreCatalogue::Add(Kind kind) { kinds_.push_back(std::move(kind)); }

absl::StatusOr<std::unique_ptr<Store>> StoreCatalogue::OpenUrl(std::string_view url) const {
  std::string_view address;
  LIENTHONG_ASSIGN_OR_RETURN(const Kind* const kind, Find(url, address));
  return kind->open(address);
}

absl::StatusOr<StoreState> StoreCatalogue::InspectUrl(std::string_view url) const {
  std::string_view address;
  LIENTHONG_ASSIGN_OR_RETURN(const Kind* const kind, Find(url, address));
  if (kind->inspect != nullptr) return kind->inspect(address);
  return StoreState{.text = kind->durable ? "not looked into" : "forgets all at its end"};
}

absl::Status StoreCatalogue::CheckRestoredUrl(std::string_view url) const {
  std::string_view address;
  LIENTHONG_ASSIGN_OR_RETURN(const Kind* const kind, Find(url, address));
  return kind->check_restored == nullptr ? absl::OkStatus() : kind->check_restored(address);
}

absl::StatusOr<const StoreCatalogue::Kind*> StoreCatalogue::Find(std::string_view url,
                                                                 std::string_view& address) const {
  const size_t colon = url.find(':');
  const std::string_view scheme = url.substr(0, colon);
  address = colon == std::string_view::npos ? std::string_view() : url.substr(colon + 1);
  std::string known;
  for (const Kind& kind : kinds_) {
    if (colon != std::string_view::npos && kind.scheme == scheme) return &kind;
    StrAppend(known, known.empty() ? "" : ", ", kind.scheme, ":");
  }
  // Only the scheme is shown: the rest of an address may hold a password.
  if (colon == std::string_view::npos) {
    return absl::InvalidArgumentError(
        StrCat("the store's URL has no scheme; write one of ", known, " in front"));
  }
  return absl::InvalidArgumentError(
      StrCat("no kind of store is called \"", scheme, ":\"; there are ", known));
}

}  // namespace lienthong::store

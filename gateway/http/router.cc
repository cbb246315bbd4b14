#include "gateway/http/router.h"

#include <utility>

#include "gateway/base/text.h"

namespace lienthong::http {
namespace {

bool Fits(std::string_view prefix, std::string_view path) {
  return prefix.back() == '/' ? path.starts_with(prefix) : path == prefix;
}

bool Serves(const Route& route, std::string_view method) {
  return route.method == method || (route.method == "GET" && method == "HEAD");
}

}  // namespace

absl::Status Router::Add(Route route) {
  if (!route.prefix.starts_with('/')) {
    return absl::InvalidArgumentError(StrCat("route ", route.prefix, " does not begin with /"));
  }
  if ((route.handler == nullptr) == (route.open_sink == nullptr)) {
    return absl::InvalidArgumentError(StrCat("route ", route.prefix, " needs one handler"));
  }
  for (const auto& other : routes_) {
    if (other->prefix == route.prefix && other->method == route.method) {
      return absl::AlreadyExistsError(StrCat("route ", route.prefix, " is there twice"));
    }
  }
  routes_.push_back(std::make_shared<const Route>(std::move(route)));
  return absl::OkStatus();
}

Router::Found Router::Find(std::string_view method, std::string_view path) const {
  Found found;
  size_t longest = 0;
  for (const auto& route : routes_) {
    if (!Fits(route->prefix, path) || route->prefix.size() < longest) continue;
    if (route->prefix.size() > longest) found = {};
    longest = route->prefix.size();
    if (Serves(*route, method)) {
      found.route = route;
    } else {
      StrAppend(found.allowed, found.allowed.empty() ? "" : ", ", route->method);
    }
  }
  return found;
}

}  // namespace lienthong::http

#include "gateway/domain/personal.h"

#include <string>

#include "google/protobuf/descriptor.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {

bool IsPersonal(std::string_view path) {
  const google::protobuf::Descriptor* type = dossier::v1::Dossier::descriptor();
  while (!path.empty()) {
    const size_t end = path.find_first_of(".[");
    const auto* field =
        type == nullptr ? nullptr : type->FindFieldByName(std::string(path.substr(0, end)));
    if (field == nullptr) return true;
    if (field->options().GetExtension(options::v1::field).sensitive()) return true;
    path = end == std::string_view::npos ? std::string_view() : path.substr(end);
    if (path.starts_with('[')) {  // an id may hold dots
      const size_t close = path.find(']');
      if (close == std::string_view::npos) return true;
      path.remove_prefix(close + 1);
    }
    if (path.starts_with('.')) path.remove_prefix(1);
    type = field->message_type();
  }
  return false;
}

}  // namespace lienthong::domain

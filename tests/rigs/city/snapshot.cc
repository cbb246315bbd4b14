#include "tests/rigs/city/snapshot.h"

#include <utility>

namespace lienthong::rigs::city {

using Json = nlohmann::json;

size_t Snapshot::bytes() const {
  size_t bytes = 0;
  for (const std::string* piece : pieces_) bytes += piece->size();
  return bytes;
}

void Snapshot::AppendTo(std::string& text) const {
  text.reserve(text.size() + bytes());
  for (const std::string* piece : pieces_) text += *piece;
}

Json Snapshot::ToJson() const {
  std::string text;
  AppendTo(text);
  return Json::parse(text, nullptr, false);
}

const std::string* SnapshotPool::Keep(std::string piece) {
  return &*pieces_.insert(std::move(piece)).first;
}

Snapshot SnapshotPool::Take(const Json& record) {
  Snapshot snapshot;
  const char* separator = "{";
  for (const auto& [name, value] : record.items()) {
    const std::string head = separator + Json(name).dump() + ":";
    separator = ",";
    if (!value.is_array()) {
      snapshot.pieces_.push_back(Keep(head + value.dump()));
      continue;
    }
    snapshot.pieces_.push_back(Keep(head + "["));
    for (size_t i = 0; i < value.size(); ++i) {
      snapshot.pieces_.push_back(Keep((i == 0 ? "" : ",") + value[i].dump()));
    }
    snapshot.pieces_.push_back(Keep("]"));
  }
  snapshot.pieces_.push_back(Keep(record.empty() ? "{}" : "}"));
  return snapshot;
}

}  // namespace lienthong::rigs::city

#include "tests/rigs/portal/uploads.h"

#include <array>
#include <cstdio>
#include <utility>

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kUploadOperation = "upload";

}  // namespace

Uploads::Uploads(StateLog& state) : state_(state) {
  state_.On(kUploadOperation, [this](const Json& line) {
    Note({line.at("IdTepTin"), line.at("name"), line.at("bytes"), line.at("HashTepTin")});
  });
}

std::string Uploads::Add(const std::string& name, int64_t bytes, const std::string& sha256) {
  const std::lock_guard lock(mutex_);
  std::array<char, 40> id{};
  std::snprintf(id.data(), id.size(), "TEP-%08zu", files_.size() + 1);
  if (!state_.Append({{"op", kUploadOperation},
                      {"IdTepTin", id.data()},
                      {"name", name},
                      {"bytes", bytes},
                      {"HashTepTin", sha256}})) {
    return "";
  }
  Note({id.data(), name, bytes, sha256});
  return id.data();
}

void Uploads::Note(UploadedFile file) {
  by_id_[file.id] = files_.size();
  files_.push_back(std::move(file));
}

std::optional<UploadedFile> Uploads::Find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto it = by_id_.find(id);
  return it == by_id_.end() ? std::nullopt : std::optional(files_[it->second]);
}

Json Uploads::List() const {
  const std::lock_guard lock(mutex_);
  Json list = Json::array();
  for (const UploadedFile& file : files_) {
    list.push_back({{"IdTepTin", file.id},
                    {"name", file.name},
                    {"bytes", file.bytes},
                    {"HashTepTin", file.sha256}});
  }
  return list;
}

size_t Uploads::count() const {
  const std::lock_guard lock(mutex_);
  return files_.size();
}

}  // namespace lienthong::rigs::portal

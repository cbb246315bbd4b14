#include "tests/rigs/papers/shelf.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "tests/rigs/http/json.h"
#include "tests/rigs/papers/content.h"

namespace lienthong::rigs::papers {
namespace {

using Json = nlohmann::json;

constexpr size_t kNameCharsMax = 100;
constexpr const char* kFileOperation = "file";

bool IsName(std::string_view name) {
  static constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return !name.empty() && name.size() <= kNameCharsMax &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::string WhatIsWrong(const Json& body) {
  const Json name = body.value("name", Json());
  const Json bytes = body.value("bytes", Json());
  const Json seed = body.value("seed", Json());
  if (body.size() != 3) return "write {\"name\",\"bytes\",\"seed\"}";
  if (!name.is_string() || !IsName(name.get<std::string>())) {
    return "name: 1 to 100 of A-Z a-z 0-9 . _ -";
  }
  if (!bytes.is_number_integer() || bytes < 0 || bytes > kPaperBytesMax) {
    return "bytes: 0 to 1073741824";
  }
  return seed.is_number_integer() ? "" : "seed: a whole number";
}

}  // namespace

Shelf::Shelf(StateLog& state) : state_(state) {
  state_.On(kFileOperation, [this](const Json& line) {
    papers_[line.at("name")] = {line.at("bytes"), line.at("seed"), line.at("sha256")};
  });
}

void Shelf::SetBase(std::string base) {
  const std::lock_guard lock(mutex_);
  base_ = std::move(base);
}

http::Reply Shelf::Make(const Json& body) {
  if (const std::string wrong = WhatIsWrong(body); !wrong.empty()) {
    return http::JsonError(400, wrong);
  }
  const std::string name = body.at("name");
  Paper paper{body.at("bytes"), body.at("seed"), ""};
  paper.sha256 = ContentSha256(paper.seed, paper.bytes);
  const std::lock_guard lock(mutex_);
  const auto [it, is_new] = papers_.emplace(name, paper);
  if (!is_new && it->second.sha256 != paper.sha256) {
    return http::JsonError(409, "name: there is another paper of that name");
  }
  Json line = body;
  line["op"] = kFileOperation;
  line["sha256"] = paper.sha256;
  if (is_new && !state_.Append(line)) {
    papers_.erase(it);
    return http::JsonError(500, "the state file cannot be written");
  }
  return http::JsonReply(
      {{"url", base_ + kFilesPath + name}, {"sha256", paper.sha256}, {"bytes", paper.bytes}});
}

http::Reply Shelf::Serve(const http::Request& request) const {
  if (request.method != "GET") return http::TextReply(405, "GET only\n");
  const std::string_view prefix = kFilesPath;
  const std::string name =
      request.path.starts_with(prefix) ? request.path.substr(prefix.size()) : "";
  const std::optional<Paper> paper = Find(name);
  if (!paper) return http::TextReply(404, "no such paper\n");
  http::Reply reply;
  reply.content_type = "application/octet-stream";
  reply.source = std::make_shared<Content>(paper->seed, paper->bytes);
  return reply;
}

std::optional<Paper> Shelf::Find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto it = papers_.find(name);
  return it == papers_.end() ? std::nullopt : std::optional(it->second);
}

}  // namespace lienthong::rigs::papers

#include "tests/rigs/papers/downloader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tests/rigs/papers/sha256.h"

namespace lienthong::rigs::papers {
namespace {

using Json = nlohmann::json;

constexpr int kThreads = 2;
constexpr std::string_view kLinkPrefix = "DuongDan";
constexpr const char* kPaperOperation = "paper";

bool IsDead(int status) { return status >= 400 && status < 500 && status != 408 && status != 429; }

}  // namespace

Downloader::Downloader(StateLog& state, uint64_t seed) : state_(state), backoff_(seed) {
  state_.On(kPaperOperation, [this](const Json& line) {
    Note({line.at("url"), line.at("bytes"), line.at("sha256"), line.at("error")});
  });
}

std::string Downloader::Start(const http::ClientOptions& gateway) {
  for (int i = 0; i < kThreads; ++i) {
    std::string error;
    clients_.push_back(http::MakeClient(gateway, &error));
    if (!error.empty()) return error;
  }
  gateway_url_ = gateway.url + "/";
  workers_.emplace(kThreads);
  return "";
}

void Downloader::Follow(const Json& record) {
  if (!workers_ || !record.is_structured()) return;
  for (const auto& [name, value] : record.items()) {
    if (value.is_structured()) {
      Follow(value);
    } else if (value.is_string() && name.starts_with(kLinkPrefix)) {
      const std::string& url = value.get_ref<const std::string&>();
      if (url.starts_with(gateway_url_)) Want(url);
    }
  }
}

void Downloader::Want(const std::string& url) {
  {
    const std::lock_guard lock(mutex_);
    if (links_.size() >= kLinksMax) return;
    Link& link = links_[url];
    if (std::exchange(link.followed, true)) return;
  }
  workers_->Add(
      url, [this, url, tries = std::make_shared<int>(0)](int worker, const std::stop_token& stop) {
        return Fetch(url, ++*tries, worker, stop);
      });
}

std::optional<Workers::Wait> Downloader::Fetch(const std::string& url, int tries, int worker,
                                               const std::stop_token& stop) {
  Sha256Sink sink;
  const std::string target = url.substr(gateway_url_.size() - 1);
  const http::Answer answer = clients_[static_cast<size_t>(worker)]->Get(target, sink, stop);
  if (answer.status == 200) {
    End({url, sink.bytes(), sink.Hex(), ""});
  } else if (IsDead(answer.status)) {
    End({url, 0, "", "HTTP " + std::to_string(answer.status)});
  } else {
    return backoff_.After(tries);
  }
  return std::nullopt;
}

void Downloader::End(Ended ended) {
  const std::lock_guard lock(mutex_);
  state_.Append({{"op", kPaperOperation},
                 {"url", ended.url},
                 {"bytes", ended.bytes},
                 {"sha256", ended.sha256},
                 {"error", ended.error}});
  Note(std::move(ended));
}

void Downloader::Note(Ended ended) {
  Link& link = links_[ended.url];
  link.followed = ended.error.empty();
  if (link.ended_at) {
    ended_[*link.ended_at] = std::move(ended);
  } else {
    link.ended_at = ended_.size();
    ended_.push_back(std::move(ended));
  }
}

Json Downloader::Page(const http::PageAsked& page) const {
  const size_t waiting = workers_ ? workers_->waiting() : 0;
  const std::lock_guard lock(mutex_);
  const size_t first = std::min(static_cast<size_t>(page.after), ended_.size());
  const size_t end = std::min(ended_.size(), first + page.limit);
  Json papers = Json::array();
  for (size_t i = first; i < end; ++i) {
    const Ended& ended = ended_[i];
    papers.push_back({{"url", ended.url},
                      {"bytes", ended.bytes},
                      {"sha256", ended.sha256},
                      {"error", ended.error.empty() ? Json() : Json(ended.error)}});
  }
  return {
      {"papers", papers}, {"waiting", waiting}, {"next", end < ended_.size() ? Json(end) : Json()}};
}

Json Downloader::Counts() const {
  const size_t waiting = workers_ ? workers_->waiting() : 0;
  const std::lock_guard lock(mutex_);
  const auto dead = std::count_if(ended_.begin(), ended_.end(),
                                  [](const Ended& ended) { return !ended.error.empty(); });
  return {
      {"waiting", waiting}, {"done", static_cast<int64_t>(ended_.size()) - dead}, {"dead", dead}};
}

}  // namespace lienthong::rigs::papers

#include "gateway/files/sources.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"

namespace lienthong::files {
namespace {

constexpr size_t kUrlBytesMax = 8192;
// A probe is under way: ask again soon.
constexpr absl::Duration kProbeWait = absl::Seconds(1);

// https://host:port of a URL.
std::string_view OriginOf(std::string_view url) {
  const size_t scheme = url.find("//");
  if (scheme == std::string_view::npos) return url;
  return url.substr(0, url.find('/', scheme + 2));
}

// Whether a path leads nowhere but down, for every server that reads it.
bool StaysBelow(std::string_view path) {
  const std::string_view way = path.substr(0, path.find('?'));
  const std::string plain =
      absl::StrReplaceAll(absl::AsciiStrToLower(ToAbsl(way)), {{"%2e", "."}, {"%2f", "/"}});
  for (const absl::string_view segment : absl::StrSplit(plain, '/')) {
    if (segment == "." || segment == "..") return false;
  }
  return plain.find('\\') == std::string::npos && plain.find("%5c") == std::string::npos;
}

// A path with what may not stand in a request line in its escaped form; nothing for characters that
// have no place in a URL at all.
std::optional<std::string> Escaped(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_iscntrl(byte) || c == '#') return std::nullopt;
    if (c == ' ' || !absl::ascii_isascii(byte)) {
      escaped += sdk::UrlEncode({&c, 1});
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Source::Source(SourceOptions options, std::unique_ptr<sdk::HttpClient> http)
    : options_(std::move(options)),
      origin_bytes_(OriginOf(options_.url_prefix).size()),
      http_(std::move(http)),
      breaker_({.wait_min = options_.retry_min, .wait_max = options_.retry_max}) {}

std::optional<std::string> Source::PathOf(std::string_view url) const {
  if (url.size() > kUrlBytesMax || !url.starts_with(options_.url_prefix)) return std::nullopt;
  if (url == options_.url_prefix || !StaysBelow(url.substr(origin_bytes_))) return std::nullopt;
  return Escaped(url.substr(origin_bytes_));
}

Permit Source::MayBegin(absl::Time now) {
  const std::lock_guard lock(mutex_);
  if (!breaker_.open()) return {.granted = true};
  if (probing_) return {.until = now + kProbeWait};
  if (now < breaker_.next_probe()) return {.until = breaker_.next_probe()};
  probing_ = true;
  return {.granted = true, .is_probe = true};
}

void Source::Note(const Permit& permit, bool answered, absl::Time now, double chance) {
  const std::lock_guard lock(mutex_);
  const bool was_open = breaker_.open();
  if (permit.is_probe) probing_ = false;
  if (answered) {
    breaker_.NoteSuccess();
  } else {
    breaker_.NoteFailure(now, {.is_probe = permit.is_probe}, chance);
  }
  if (was_open == breaker_.open()) return;
  LogWarning(was_open ? "paper_source_answers_again" : "paper_source_does_not_answer",
             {{"source", options_.url_prefix}});
}

void Source::GiveBack(const Permit& permit) {
  const std::lock_guard lock(mutex_);
  if (permit.is_probe) probing_ = false;
}

absl::StatusOr<Sources> Sources::Make(const std::vector<SourceOptions>& options,
                                      const Clock& clock) {
  Sources made;
  for (const SourceOptions& one : options) {
    const std::string_view origin = OriginOf(one.url_prefix);
    if (origin.size() == one.url_prefix.size()) {
      return absl::InvalidArgumentError(
          StrCat("url_prefix \"", one.url_prefix,
                 "\": expected a '/' behind the host, so that no other host begins so"));
    }
    sdk::HttpClient::Options client;
    client.base_url = std::string(origin);
    client.ca_file = one.ca_file;
    LIENTHONG_ASSIGN_OR_RETURN(std::unique_ptr<sdk::HttpClient> http,
                               sdk::HttpClient::Create(std::move(client), clock));
    made.sources_.push_back(std::make_unique<Source>(one, std::move(http)));
  }
  std::stable_sort(made.sources_.begin(), made.sources_.end(), [](const auto& a, const auto& b) {
    return a->options().url_prefix.size() > b->options().url_prefix.size();
  });
  return made;
}

Source* Sources::Find(std::string_view url) const {
  for (const std::unique_ptr<Source>& source : sources_) {
    if (source->PathOf(url).has_value()) return source.get();
  }
  return nullptr;
}

std::string Sources::Digest() const {
  std::string all;
  for (const std::unique_ptr<Source>& source : sources_) {
    StrAppend(all, source->options().url_prefix, "\n");
  }
  return core::HexSha256(all);
}

void Sources::Abort() {
  *stopping_ = true;
  for (const std::unique_ptr<Source>& source : sources_) source->http().Abort();
}

}  // namespace lienthong::files

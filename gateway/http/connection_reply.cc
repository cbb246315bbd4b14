#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/text.h"
#include "gateway/http/connection.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr size_t kPartBytes = 64 << 10;

std::string_view WordsOf(int status) {
  const auto words = beast::http::obsolete_reason(static_cast<beast::http::status>(status));
  return {words.data(), words.size()};
}

std::string DateOf(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

}  // namespace

// How long a transfer may still take by the slowest pace allowed; nothing when it should be done.
std::optional<absl::Duration> Connection::TransferTime(absl::Time began, int64_t bytes) const {
  const Limits& limits = shared_.limits;
  const absl::Duration earned = absl::Seconds(1) * static_cast<double>(bytes) /
                                static_cast<double>(limits.bytes_per_second_min);
  const absl::Duration left = limits.transfer_timeout + earned - (shared_.clock.Now() - began);
  if (left <= absl::ZeroDuration()) return std::nullopt;
  return left;
}

void Connection::Refuse(const Problem& problem) {
  timer_.cancel();
  Response response = route_ == nullptr ? Refusal(problem) : route_->refusal(problem);
  if (problem.status == 405 && request_ != nullptr) {
    response.headers.emplace_back("Allow",
                                  shared_.router.Find(request_->method, request_->path).allowed);
  }
  Send(std::move(response));
}

bool Connection::MayStay() const {
  return parser_.has_value() && parser_->is_done() && parser_->keep_alive() &&
         buffer_.size() == 0 &&  // it sent the next request before it had this answer
         requests_ < shared_.limits.requests_per_connection_max && !shared_.table.draining() &&
         shared_.clock.Now() - opened_ < shared_.limits.connection_age_max;
}

void Connection::Tell() const {
  if (shared_.observer == nullptr) return;
  const absl::Duration took = shared_.clock.Now() - request_began_;
  shared_.observer({.route = route_.get(),
                    .certificate_uris = certificate_uris_,
                    .status = response_.status,
                    .took = std::max(absl::ZeroDuration(), took)});
}

void Connection::Send(Response response) {
  state_ = State::kWriting;
  response_ = std::move(response);
  Tell();
  content_ = std::move(response_.content);
  stay_ = MayStay();
  const int64_t bytes =
      content_ != nullptr ? content_->size_bytes() : static_cast<int64_t>(response_.body.size());
  const bool head_only = parser_.has_value() && parser_->get().method() == beast::http::verb::head;
  head_ = StrCat("HTTP/1.1 ", response_.status, " ", WordsOf(response_.status), "\r\n",
                 "Date: ", DateOf(shared_.clock.Now()), "\r\n",
                 "Content-Type: ", response_.content_type, "\r\n", "Content-Length: ", bytes,
                 "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n",
                 stay_ ? "" : "Connection: close\r\n");
  for (const auto& [name, value] : response_.headers) StrAppend(head_, name, ": ", value, "\r\n");
  head_.append("\r\n");
  if (content_ == nullptr && !head_only) head_.append(response_.body);
  if (head_only || bytes == 0) content_.reset();
  content_left_bytes_ = bytes;
  transfer_began_ = shared_.clock.Now();
  transferred_bytes_ = static_cast<int64_t>(head_.size());
  tcp().expires_after(
      absl::ToChronoNanoseconds(*TransferTime(transfer_began_, transferred_bytes_)));
  asio::async_write(stream_, asio::buffer(head_),
                    [self = shared_from_this()](Error error, size_t) { self->OnSent(error); });
}

void Connection::OnSent(Error error) {
  if (error) return End();
  if (content_ != nullptr) return SendPart();
  const bool read_whole = parser_.has_value() && parser_->is_done();
  if (stay_) return AwaitRequest();
  read_whole ? EndPolitely() : Linger();
}

// A part is read only when the one before it was taken.
void Connection::SendPart() {
  const std::optional<absl::Duration> left = TransferTime(transfer_began_, transferred_bytes_);
  if (!left.has_value()) return End();
  tcp().expires_after(absl::ToChronoNanoseconds(*left));
  const size_t wanted = static_cast<size_t>(std::min<int64_t>(kPartBytes, content_left_bytes_));
  const bool taken = RunOutside([content = content_, wanted] {
    auto part = std::make_shared<std::string>(wanted, '\0');
    const absl::StatusOr<size_t> bytes = content->Read(part->data(), part->size());
    part->resize(bytes.value_or(0));
    return [part](Connection& self) { self.OnPart(part); };
  });
  if (!taken) End();
}

void Connection::OnPart(const std::shared_ptr<std::string>& part) {
  if (part->empty()) return End();  // half an answer; the length that was promised tells
  content_left_bytes_ -= static_cast<int64_t>(part->size());
  if (content_left_bytes_ == 0) content_.reset();
  transferred_bytes_ += static_cast<int64_t>(part->size());
  asio::async_write(
      stream_, asio::buffer(*part),
      [self = shared_from_this(), part](Error error, size_t) { self->OnSent(error); });
}

}  // namespace lienthong::http

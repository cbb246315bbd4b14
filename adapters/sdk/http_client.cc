#include "adapters/sdk/http_client.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "curl/curl.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/tls_files.h"
#include "gateway/base/trace.h"

namespace lienthong::sdk {
namespace {

constexpr std::string_view kContentLength = "content-length:";
constexpr std::string_view kRetryAfter = "retry-after:";
constexpr std::string_view kTransferEncoding = "transfer-encoding:";
constexpr int64_t kRetryAfterSecondsMax = 24 * 3600;
constexpr long kHttpOk = 200;

// For the whole process, once; never undone, since other users of libcurl may live longer.
bool CurlIsReady() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ready;
}

bool IsLoopback(std::string_view url) {
  for (std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (url.substr(0, host.size()) != host) continue;
    const std::string_view rest = url.substr(host.size());
    if (rest.empty() || rest.front() == ':' || rest.front() == '/') return true;
  }
  return false;
}

absl::Status CheckUrl(std::string_view url) {
  CURLU* parsed = curl_url();
  const bool readable =
      curl_url_set(parsed, CURLUPART_URL, std::string(url).c_str(), 0) == CURLUE_OK;
  curl_url_cleanup(parsed);
  if (readable && absl::StartsWith(ToAbsl(url), "https://")) return absl::OkStatus();
  if (readable && IsLoopback(url)) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(
      "base_url \"", url,
      "\": expected https://host[:port][/path]; http:// is for 127.0.0.1 only, since keys and "
      "personal data would travel in the clear"));
}

absl::Status CheckFiles(const HttpClient::Options& options, absl::Time now) {
  const TlsFileProblems found = CheckTlsFiles({.certificate = options.client_certificate_file,
                                               .key = options.client_key_file,
                                               .authorities = options.ca_file},
                                              TlsSide::kClient, now);
  for (const auto& [key, problem] : {std::pair("ca_file", &found.authorities),
                                     std::pair("client_certificate_file", &found.certificate),
                                     std::pair("client_key_file", &found.key)}) {
    if (!problem->empty()) return absl::InvalidArgumentError(StrCat(key, ": ", *problem));
  }
  return absl::OkStatus();
}

}  // namespace

struct HttpClient::Handle {
  Handle() : curl(curl_easy_init()) {}
  ~Handle() {
    if (curl != nullptr) curl_easy_cleanup(curl);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  CURL* curl;
};

// What libcurl's callbacks work on during one call.
struct HttpClient::Transfer {
  Transfer() = default;
  ~Transfer() { curl_slist_free_all(headers); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  static size_t OnBody(char* data, size_t size, size_t count, void* self);
  bool Sink(std::string_view part);
  static size_t OnHeader(char* data, size_t size, size_t count, void* self);
  static size_t OnRead(char* into, size_t size, size_t count, void* self);
  size_t ReadUpload(char* into, size_t bytes_max);
  static int OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  CURL* curl = nullptr;
  HttpResponse response;
  const BodySink* sink = nullptr;  // else the body is kept
  absl::Status sink_status;
  size_t body_bytes_max = 0;
  bool too_large = false;
  std::string_view unsent;       // the rest of the request's body
  FileReader* upload = nullptr;  // else it is this one's
  int64_t upload_bytes_left = 0;
  absl::Status upload_status;
  const std::atomic<bool>* aborted = nullptr;
  curl_slist* headers = nullptr;
};

size_t HttpClient::Transfer::OnBody(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const size_t bytes = size * count;
  if (transfer.sink != nullptr) return transfer.Sink({data, bytes}) ? bytes : 0;
  if (transfer.response.body.size() + bytes > transfer.body_bytes_max) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, bytes);
  return bytes;
}

bool HttpClient::Transfer::Sink(std::string_view part) {
  long code = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
  if (code == kHttpOk) sink_status = (*sink)(part);
  return sink_status.ok();
}

size_t HttpClient::Transfer::OnHeader(char* data, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  absl::string_view line(data, size * count);
  transfer.response.delimited |= absl::StartsWithIgnoreCase(line, ToAbsl(kContentLength)) ||
                                 absl::StartsWithIgnoreCase(line, ToAbsl(kTransferEncoding));
  if (absl::StartsWithIgnoreCase(line, ToAbsl(kRetryAfter))) {
    line.remove_prefix(kRetryAfter.size());
    int64_t seconds = 0;
    if (absl::SimpleAtoi(absl::StripAsciiWhitespace(line), &seconds) && seconds >= 0) {
      transfer.response.retry_after = absl::Seconds(std::min(seconds, kRetryAfterSecondsMax));
    }
  }
  return size * count;
}

size_t HttpClient::Transfer::OnRead(char* into, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.upload != nullptr) return transfer.ReadUpload(into, size * count);
  const size_t bytes = std::min(size * count, transfer.unsent.size());
  std::memcpy(into, transfer.unsent.data(), bytes);
  transfer.unsent.remove_prefix(bytes);
  return bytes;
}

size_t HttpClient::Transfer::ReadUpload(char* into, size_t bytes_max) {
  const absl::StatusOr<size_t> bytes = upload->Read(into, bytes_max);
  if (!bytes.ok()) {
    upload_status = bytes.status();
    return CURL_READFUNC_ABORT;
  }
  upload_bytes_left -= static_cast<int64_t>(*bytes);
  // The length was told in the header: fewer bytes would leave the far side waiting.
  if (upload_bytes_left < 0 || (*bytes == 0 && upload_bytes_left > 0)) {
    upload_status = absl::DataLossError("the upload has not the size that it says");
    return CURL_READFUNC_ABORT;
  }
  return *bytes;
}

int HttpClient::Transfer::OnProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return *static_cast<Transfer*>(self)->aborted ? 1 : 0;
}

HttpClient::HttpClient(Options options, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {}

HttpClient::~HttpClient() = default;

absl::StatusOr<std::unique_ptr<HttpClient>> HttpClient::Create(Options options,
                                                               const Clock& clock) {
  if (!CurlIsReady()) return absl::InternalError("libcurl does not start");
  LIENTHONG_RETURN_IF_ERROR(CheckUrl(options.base_url));
  while (absl::EndsWith(options.base_url, "/")) options.base_url.pop_back();
  if (options.client_certificate_file.empty() != options.client_key_file.empty()) {
    return absl::InvalidArgumentError(
        "client_certificate_file and client_key_file: expected both or none");
  }
  LIENTHONG_RETURN_IF_ERROR(CheckFiles(options, clock.Now()));
  return std::unique_ptr<HttpClient>(new HttpClient(std::move(options), clock));
}

std::unique_ptr<HttpClient::Handle> HttpClient::Borrow() {
  std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Handle>();
  std::unique_ptr<Handle> handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}

void HttpClient::GiveBack(std::unique_ptr<Handle> handle) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(handle));
}

HttpResponse HttpClient::Call(const HttpRequest& request, absl::Time deadline) {
  return Run(request, nullptr, deadline);
}

HttpResponse HttpClient::Download(const HttpRequest& request, const BodySink& sink,
                                  absl::Time deadline) {
  return Run(request, &sink, deadline);
}

HttpResponse HttpClient::Run(const HttpRequest& request, const BodySink* sink,
                             absl::Time deadline) {
  HttpResponse failed;
  const absl::Duration timeout = deadline - clock_.Now();
  if (timeout < absl::Milliseconds(1)) {
    failed.status = absl::UnavailableError("the deadline had passed before the call was sent");
    return failed;
  }
  if (aborted_) {
    failed.status = absl::UnavailableError("stopping; the call was not sent");
    return failed;
  }
  std::unique_ptr<Handle> handle = Borrow();
  if (handle->curl == nullptr) {
    failed.status = absl::ResourceExhaustedError("no memory for a connection");
    return failed;
  }
  Transfer transfer;
  transfer.curl = handle->curl;
  transfer.sink = sink;
  failed.status = Prepare(*handle, request, timeout, transfer);
  if (!failed.status.ok()) return failed;
  HttpResponse response = Perform(*handle, transfer);
  GiveBack(std::move(handle));
  return response;
}

absl::Status HttpClient::Prepare(Handle& handle, const HttpRequest& request, absl::Duration timeout,
                                 Transfer& transfer) const {
  CURL* curl = handle.curl;
  curl_easy_reset(curl);  // options only: the connection stays
  transfer.aborted = &aborted_;
  transfer.body_bytes_max = options_.response_bytes_max;
  for (const auto& [name, value] : request.headers) {
    transfer.headers = curl_slist_append(transfer.headers, StrCat(name, ": ", value).c_str());
  }
  if (!CurrentTraceparent().empty()) {
    transfer.headers = curl_slist_append(transfer.headers,
                                         StrCat(kTraceparent, ": ", CurrentTraceparent()).c_str());
  }
  transfer.headers = curl_slist_append(transfer.headers, "Expect:");
  bool ok = true;
  const auto set = [&](CURLoption option, auto value) {
    ok = ok && curl_easy_setopt(curl, option, value) == CURLE_OK;
  };
  const int64_t timeout_ms = absl::ToInt64Milliseconds(timeout);
  set(CURLOPT_URL, StrCat(options_.base_url, request.path).c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(timeout_ms, absl::ToInt64Milliseconds(options_.connect_timeout))));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // else the system's count as well
  }
  if (!options_.client_certificate_file.empty()) {
    set(CURLOPT_SSLCERT, options_.client_certificate_file.c_str());
    set(CURLOPT_SSLKEY, options_.client_key_file.c_str());
  }
  set(CURLOPT_HTTPHEADER, transfer.headers);
  set(CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  set(CURLOPT_WRITEDATA, &transfer);
  set(CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  set(CURLOPT_HEADERDATA, &transfer);
  set(CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
  set(CURLOPT_XFERINFODATA, &transfer);
  set(CURLOPT_NOPROGRESS, 0L);
  if (request.method == "POST") {
    // Not CURLOPT_POSTFIELDS: with a body that can be sent only once, libcurl cannot repeat the
    // call by itself when a kept connection breaks after the body was sent.
    transfer.unsent = request.body;
    transfer.upload = request.upload;
    transfer.upload_bytes_left = request.upload != nullptr ? request.upload->size_bytes() : 0;
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE,
        static_cast<curl_off_t>(request.upload != nullptr
                                    ? transfer.upload_bytes_left
                                    : static_cast<int64_t>(request.body.size())));
    set(CURLOPT_READFUNCTION, &Transfer::OnRead);
    set(CURLOPT_READDATA, &transfer);
  } else if (request.method != "GET") {
    return absl::InvalidArgumentError("only GET and POST can be called");
  }
  return ok ? absl::OkStatus() : absl::InternalError("libcurl refused an option");
}

HttpResponse HttpClient::Perform(Handle& handle, Transfer& transfer) const {
  const CURLcode code = curl_easy_perform(handle.curl);
  long request_bytes = 0;
  curl_off_t body_bytes = 0;
  long http_status = 0;
  curl_easy_getinfo(handle.curl, CURLINFO_REQUEST_SIZE, &request_bytes);
  curl_easy_getinfo(handle.curl, CURLINFO_SIZE_UPLOAD_T, &body_bytes);
  curl_easy_getinfo(handle.curl, CURLINFO_RESPONSE_CODE, &http_status);
  HttpResponse response = std::move(transfer.response);
  response.maybe_sent = request_bytes > 0 || body_bytes > 0;
  response.code = static_cast<int>(http_status);
  const char* content_type = nullptr;
  curl_easy_getinfo(handle.curl, CURLINFO_CONTENT_TYPE, &content_type);
  if (content_type != nullptr) response.content_type = content_type;
  long version = 0;
  curl_easy_getinfo(handle.curl, CURLINFO_HTTP_VERSION, &version);
  response.delimited |= version >= CURL_HTTP_VERSION_2_0;  // its frames say so
  if (code == CURLE_OK) return response;
  response.body.clear();
  for (const absl::Status& own : {transfer.sink_status, transfer.upload_status}) {
    if (own.ok()) continue;
    response.status = own;
    return response;
  }
  const std::string why = aborted_             ? "stopping"
                          : transfer.too_large ? "the answer is too large"
                                               : curl_easy_strerror(code);
  response.status = absl::UnavailableError(
      StrCat("no answer: ", why, response.maybe_sent ? "" : "; the call was not sent"));
  return response;
}

std::string UrlEncode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || std::string_view("-._~").find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kDigits[byte >> 4];
      encoded += kDigits[byte & 15];
    }
  }
  return encoded;
}

}  // namespace lienthong::sdk

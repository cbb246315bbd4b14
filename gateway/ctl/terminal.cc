#include "gateway/ctl/terminal.h"

#include <unistd.h>

#include <algorithm>

#include "absl/status/status.h"
#include "gateway/base/csv.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/ctl/probable_cause.h"
#include "gateway/ctl/words.h"
#include "google/rpc/error_details.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::ctl {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr int64_t kNanosPerMs = 1'000'000;

std::string CodeName(int code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

template <typename Detail>
bool FindDetail(const google::rpc::Status& error, Detail& detail) {
  for (const auto& any : error.details()) {
    if (any.Is<Detail>()) return any.UnpackTo(&detail);
  }
  return false;
}

void WriteLine(FILE* file, std::string_view text) {
  const std::string line = StrCat(text, "\n");
  fwrite(line.data(), 1, line.size(), file);
  fflush(file);
}

}  // namespace

ExitCode ExitCodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::OK:
      return kDone;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return kBusy;
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
      return kUnavailable;
    case grpc::StatusCode::INTERNAL:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::DATA_LOSS:
      return kFault;
    default:
      return kRefused;
  }
}

google::rpc::Status ErrorOf(const grpc::Status& status) {
  google::rpc::Status error;
  error.ParseFromString(status.error_details());
  error.set_code(status.error_code());
  error.set_message(status.error_message());
  const std::string cause = ProbableCause(status);
  if (!cause.empty()) {
    error.set_message(error.message().empty() ? cause : StrCat(error.message(), "; ", cause));
  }
  return error;
}

google::rpc::Status ErrorOf(const absl::Status& status) {
  google::rpc::Status error;
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(ToStd(status.message())));
  const ErrorDetails details = DetailsOf(status);
  if (!details.reason.empty()) {
    google::rpc::ErrorInfo info;
    info.set_reason(details.reason);
    error.add_details()->PackFrom(info);
  }
  if (!details.fields.empty()) {
    google::rpc::BadRequest bad;
    for (const FieldViolation& field : details.fields) {
      auto* violation = bad.add_field_violations();
      violation->set_field(field.field);
      violation->set_description(field.description);
    }
    error.add_details()->PackFrom(bad);
  }
  return error;
}

std::string ErrorJson(const google::rpc::Status& error) {
  nlohmann::ordered_json json;
  json["code"] = CodeName(error.code());
  google::rpc::ErrorInfo info;
  if (FindDetail(error, info)) json["reason"] = info.reason();
  json["message"] = error.message();
  json["fields"] = nlohmann::ordered_json::array();
  google::rpc::BadRequest bad;
  if (FindDetail(error, bad)) {
    for (const auto& violation : bad.field_violations()) {
      json["fields"].push_back(
          {{"field", violation.field()}, {"description", violation.description()}});
    }
  }
  google::rpc::RetryInfo retry;
  if (FindDetail(error, retry)) {
    json["retry_after_ms"] =
        retry.retry_delay().seconds() * kMsPerSecond + retry.retry_delay().nanos() / kNanosPerMs;
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void Terminal::Line(std::string_view text) { WriteLine(out_, text); }

void Terminal::Write(std::string_view text) {
  fwrite(text.data(), 1, text.size(), out_);
  fflush(out_);
}

void Terminal::Clear() {
  if (isatty(fileno(out_)) != 0) Write("\033[H\033[2J");
}

void Terminal::Note(std::string_view text) { WriteLine(err_, text); }

void Terminal::Table(const std::vector<std::string>& head,
                     const std::vector<std::vector<std::string>>& rows) {
  has_tables_ = true;
  if (csv_) {
    std::string text = CsvLine(head);
    for (const auto& row : rows) text += CsvLine(row);
    return Write(text);
  }
  std::vector<std::string> heads;
  heads.reserve(head.size());
  for (const std::string& word : head) heads.push_back(Word(word));
  Write(FormatTable(heads, rows));
}

void Terminal::Caption(std::string_view text) { WriteLine(csv_ ? err_ : out_, text); }

std::string Terminal::Word(std::string_view english) const {
  return vietnamese_ && !csv_ ? InVietnamese(english) : std::string(english);
}

ExitCode Terminal::Fail(const google::rpc::Status& error, bool json) {
  const ExitCode exit_code = ExitCodeOf(static_cast<grpc::StatusCode>(error.code()));
  if (json) {
    Line(StrCat("{\"error\":", ErrorJson(error), "}"));
    return exit_code;
  }
  google::rpc::ErrorInfo info;
  FindDetail(error, info);
  google::rpc::BadRequest bad;
  FindDetail(error, bad);
  std::string text = StrCat("lienthongctl: ", CodeName(error.code()),
                            info.reason().empty() ? "" : " ", info.reason(), ": ");
  const std::string_view said = vietnamese_ ? ReasonInVietnamese(info.reason()) : "";
  if (!said.empty()) StrAppend(text, said, ": ");
  // Of several bad fields the message would only repeat what stands below.
  StrAppend(text, bad.field_violations_size() > 1 ? "these fields are not right" : error.message());
  for (const auto& violation : bad.field_violations()) {
    if (bad.field_violations_size() == 1) break;
    StrAppend(text, "\n  ", violation.field(), ": ", violation.description());
  }
  Note(text);
  return exit_code;
}

ExitCode Terminal::Usage(std::string_view problem, std::string_view about) {
  if (about.empty()) about = command_;
  Note(StrCat("lienthongctl: ", problem, "; try lienthongctl ", about, about.empty() ? "" : " ",
              "--help"));
  return kUsage;
}

size_t WidthOf(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; });
}

std::string FormatTable(const std::vector<std::string>& head,
                        const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  widths.reserve(head.size());
  for (const std::string& cell : head) widths.push_back(WidthOf(cell));
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string out;
  const auto add = [&](const std::vector<std::string>& row) {
    for (size_t i = 0; i < row.size(); ++i) {
      StrAppend(out, row[i]);
      const bool last = i + 1 == row.size();
      out += last ? "\n" : std::string(widths[i] - WidthOf(row[i]) + 2, ' ');
    }
  };
  add(head);
  for (const auto& row : rows) add(row);
  return out;
}

}  // namespace lienthong::ctl

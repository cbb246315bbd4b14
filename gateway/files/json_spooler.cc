#include "gateway/files/json_spooler.h"

#include <utility>

#include "absl/strings/numbers.h"

#include "adapters/sdk/portal/content_token.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::files {
namespace {

constexpr size_t kOpenMax = 64;
constexpr size_t kHexDigits = 4;

}  // namespace

JsonSpooler::JsonSpooler(ContentStore& store, Options options)
    : store_(store), options_(std::move(options)) {}

absl::Status JsonSpooler::Expected(std::string_view what) const {
  return absl::InvalidArgumentError(StrCat("byte ", offset_, ": expected ", what));
}

absl::Status JsonSpooler::Write(std::string_view part, std::string& out) {
  const size_t before = out.size();
  for (const char c : part) {
    if (failure_.ok()) failure_ = Put(c, out);
    if (!failure_.ok()) return failure_;
    ++offset_;
  }
  passed_bytes_ += out.size() - before;
  if (passed_bytes_ > options_.rest_bytes_max) {
    failure_ = Expected(StrCat("at most ", options_.rest_bytes_max, " bytes beside the papers"));
  }
  return failure_;
}

absl::Status JsonSpooler::Finish() {
  if (failure_.ok() && state_ != State::kBetween) failure_ = Expected("the end of a text");
  return failure_;
}

absl::Status JsonSpooler::Put(char c, std::string& out) {
  switch (state_) {
    case State::kText:
      return PutText(c, out);
    case State::kContent:
      return PutContent(c, out);
    default:
      return PutBetween(c, out);
  }
}

absl::Status JsonSpooler::PutBetween(char c, std::string& out) {
  switch (c) {
    case '"':
      state_ = State::kText;
      text_.clear();
      text_is_name_ = name_is_next_;
      text_is_content_ =
          !text_is_name_ && !open_.empty() && open_.back() == '{' && name_ == options_.content_name;
      return absl::OkStatus();  // passes with its text
    case '{':
    case '[':
      if (open_.size() == kOpenMax) return Expected(StrCat("at most ", kOpenMax, " levels"));
      open_.push_back(c);
      name_is_next_ = c == '{';
      break;
    case '}':
    case ']':
      if (!open_.empty()) open_.pop_back();
      name_is_next_ = false;
      break;
    case ',':
      name_is_next_ = !open_.empty() && open_.back() == '{';
      break;
    case ':':
      name_is_next_ = false;
      break;
    default:
      break;
  }
  out += c;
  return absl::OkStatus();
}

absl::Status JsonSpooler::PutText(char c, std::string& out) {
  if (c == '"' && escape_ == Escape::kNone) {
    if (text_is_name_) name_ = text_;
    StrAppend(out, "\"", text_, "\"");
    state_ = State::kBetween;
    return absl::OkStatus();
  }
  escape_ = c == '\\' && escape_ == Escape::kNone ? Escape::kBackslash : Escape::kNone;
  text_ += c;
  if (text_.size() <= (text_is_content_ ? 0 : options_.text_bytes_max)) return absl::OkStatus();
  if (text_is_name_) {
    return Expected(StrCat("a name of at most ", options_.text_bytes_max, " bytes"));
  }
  return BeginContent();
}

absl::Status JsonSpooler::BeginContent() {
  LIENTHONG_ASSIGN_OR_RETURN(ContentWriter writer, store_.Begin());
  writer_.emplace(std::move(writer));
  decoder_ = Base64Decoder();
  state_ = State::kContent;
  escape_ = Escape::kNone;
  const int64_t here = offset_;
  offset_ -= static_cast<int64_t>(text_.size()) - 1;
  for (const char c : std::exchange(text_, "")) {
    LIENTHONG_RETURN_IF_ERROR(PutEscaped(c));
    ++offset_;
  }
  offset_ = here;
  return absl::OkStatus();
}

absl::Status JsonSpooler::PutContent(char c, std::string& out) {
  if (c == '"' && escape_ == Escape::kNone) return EndContent(out);
  return PutEscaped(c);
}

absl::Status JsonSpooler::PutEscaped(char c) {
  switch (escape_) {
    case Escape::kBackslash:
      escape_ = c == 'u' ? Escape::kHex : Escape::kNone;
      hex_.clear();
      if (c == '/') return PutDigit(c);
      return c == 'u' || c == 'n' || c == 'r' || c == 't' ? absl::OkStatus() : Expected("Base64");
    case Escape::kHex: {
      hex_ += c;
      if (hex_.size() < kHexDigits) return absl::OkStatus();
      escape_ = Escape::kNone;
      uint32_t code = 0;
      const bool readable = absl::SimpleHexAtoi(hex_, &code) && code < 0x80;
      return readable ? PutDigit(static_cast<char>(code)) : Expected("Base64");
    }
    default:
      if (c != '\\') return PutDigit(c);
      escape_ = Escape::kBackslash;
      return absl::OkStatus();
  }
}

absl::Status JsonSpooler::PutDigit(char c) {
  if (!decoder_.Put(c, decoded_)) return Expected("Base64");
  return decoded_.size() < kPartBytesMax ? absl::OkStatus() : Flush();
}

absl::Status JsonSpooler::Flush() {
  const absl::Status status = writer_->Append(decoded_);
  decoded_.clear();
  return status;
}

absl::Status JsonSpooler::EndContent(std::string& out) {
  if (!decoder_.complete()) return Expected("Base64 with its padding");
  LIENTHONG_RETURN_IF_ERROR(Flush());
  LIENTHONG_ASSIGN_OR_RETURN(const Content content, writer_->Finish(/*media_type=*/""));
  writer_.reset();
  state_ = State::kBetween;
  StrAppend(out, "\"",
            sdk::portal::WriteContentToken(
                {.sha256 = content.sha256, .size_bytes = content.record.size_bytes()}),
            "\"");
  return absl::OkStatus();
}

}  // namespace lienthong::files

#ifndef LIENTHONG_GATEWAY_FILES_JSON_SPOOLER_H_
#define LIENTHONG_GATEWAY_FILES_JSON_SPOOLER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gateway/files/base64_decoder.h"
#include "gateway/files/content_store.h"

namespace lienthong::files {

// A JSON body that comes in parts, with its papers taken out: a text that is the value of
// `content_name`, or longer than any other may be, is Base64; it is decoded on its way into the
// content store, and `"lienthong-content:<sha256>:<size>"` stands in its place. All else passes as
// it came, and is for a JSON parser to judge. What is held in memory does not grow with the body.
//
// Content is stored as soon as its text ends, also when the rest of the body then turns out to be
// bad: nobody knows it then, and the same content sent again is found there. Not thread-safe.
class JsonSpooler {
 public:
  struct Options {
    std::string content_name = "Base64";
    size_t text_bytes_max = size_t{64} << 10;  // of any other text, and of a name
    size_t rest_bytes_max = size_t{8} << 20;   // of the body without its papers
  };

  // `store` outlives it.
  JsonSpooler(ContentStore& store, Options options);

  // Adds what passes to `out`. InvalidArgument names the byte of the body, counted from 0, and what
  // was expected; OutOfRange for a paper that is too large; other errors are the store's. After an
  // error the same error.
  absl::Status Write(std::string_view part, std::string& out);
  // The body is complete.
  absl::Status Finish();

 private:
  enum class State { kBetween, kText, kContent };
  enum class Escape { kNone, kBackslash, kHex };

  absl::Status Put(char c, std::string& out);
  absl::Status PutBetween(char c, std::string& out);
  absl::Status PutText(char c, std::string& out);
  absl::Status PutContent(char c, std::string& out);
  absl::Status BeginContent();
  // A character of the content as JSON escapes it; and as it is.
  absl::Status PutEscaped(char c);
  absl::Status PutDigit(char c);
  absl::Status EndContent(std::string& out);
  absl::Status Flush();
  absl::Status Expected(std::string_view what) const;

  ContentStore& store_;
  const Options options_;
  absl::Status failure_;
  int64_t offset_ = 0;  // of the byte that is looked at
  size_t passed_bytes_ = 0;

  State state_ = State::kBetween;
  std::vector<char> open_;     // '{' and '['
  bool name_is_next_ = false;  // the next text is a member's name
  std::string name_;           // the last one
  std::string text_;           // the present one, as it came, without its quotes
  bool text_is_name_ = false;
  bool text_is_content_ = false;
  Escape escape_ = Escape::kNone;
  std::string hex_;  // of \uXXXX

  Base64Decoder decoder_;
  std::string decoded_;  // not yet written
  std::optional<ContentWriter> writer_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_JSON_SPOOLER_H_

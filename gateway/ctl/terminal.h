#ifndef LIENTHONG_GATEWAY_CTL_TERMINAL_H_
#define LIENTHONG_GATEWAY_CTL_TERMINAL_H_

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace lienthong::ctl {

// What a run says by its exit status. Documented in the help; never renumber one.
enum ExitCode : int {
  kDone = 0,
  kUsage = 2,
  kRefused = 3,      // invalid, denied, not found, conflict
  kBusy = 4,         // come again later
  kUnavailable = 5,  // not reached, or no answer in time
  kFault = 6,        // a fault of the gateway
};
ExitCode ExitCodeOf(grpc::StatusCode code);

// An error as one JSON object: {"code","reason","message","fields":[{"field","description"}],
// "retry_after_ms"}.
std::string ErrorJson(const google::rpc::Status& error);
// With the details of the trailer, and the probable cause.
google::rpc::Status ErrorOf(const grpc::Status& status);
// An error that was found on this side, in the form of the gateway's own.
google::rpc::Status ErrorOf(const absl::Status& status);

// Where a command reads and writes; in tests not the real ones. Lines are written whole, from any
// thread.
class Terminal {
 public:
  Terminal(int in, FILE* out, FILE* err) : in_(in), out_(out), err_(err) {}

  // How tables are written: as CSV (RFC 4180, heads in English, for programs and spreadsheets), or
  // for people, in Vietnamese or in English.
  void SetOutput(bool csv, bool vietnamese) {
    csv_ = csv;
    vietnamese_ = vietnamese;
  }
  bool csv() const { return csv_; }
  bool vietnamese() const { return vietnamese_; }

  int in() const { return in_; }
  // One line to standard output, and out at once.
  void Line(std::string_view text);
  // Text as it is.
  void Write(std::string_view text);
  // What comes next stands in the place of what was there; on a screen only.
  void Clear();
  // One line to standard error.
  void Note(std::string_view text);
  // What belongs together in columns.
  void Table(const std::vector<std::string>& head,
             const std::vector<std::vector<std::string>>& rows);
  // Whether there was one: without, CSV has nothing to say.
  bool has_tables() const { return has_tables_; }
  // A line above or below a table; beside CSV it goes to standard error.
  void Caption(std::string_view text);
  // The one that people are to read.
  std::string_view Text(std::string_view english, std::string_view vietnamese) const {
    return vietnamese_ ? vietnamese : english;
  }
  // A head or the name of a state, as people are to read it.
  std::string Word(std::string_view english) const;

  // Tells why a call failed (as JSON on standard output when `json`) and gives the exit code.
  ExitCode Fail(const grpc::Status& status, bool json) { return Fail(ErrorOf(status), json); }
  ExitCode Fail(const google::rpc::Status& error, bool json);
  // A mistake on the command line; `about`: the command whose help tells more, else the one that
  // runs.
  ExitCode Usage(std::string_view problem, std::string_view about = "");
  void SetCommand(std::string_view name) { command_ = name; }

 private:
  const int in_;
  FILE* const out_;
  FILE* const err_;
  std::string command_;
  bool csv_ = false;
  bool has_tables_ = false;
  bool vietnamese_ = false;
};

// How many characters of UTF-8 a text has: wide letters and diacritics count as one.
size_t WidthOf(std::string_view text);

// Columns as wide as their widest cell.
std::string FormatTable(const std::vector<std::string>& head,
                        const std::vector<std::vector<std::string>>& rows);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_TERMINAL_H_

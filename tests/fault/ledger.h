#ifndef LIENTHONG_TESTS_FAULT_LEDGER_H_
#define LIENTHONG_TESTS_FAULT_LEDGER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace lienthong::fault {

// One line a fact, written at once: KIND \t OPERATION \t REQUEST_ID \t CODE \t REVISION \t
// SEQUENCE.
//   sent      the request id is about to be used for the first time
//   ok        acknowledged; a second `ok` of one request id says the same
//   unknown   no answer came; it is asked again
//   busy      refused for now, nothing was stored; it is asked again
//   refused   refused for good; CODE has why
//   seen      the watcher REQUEST_ID read this change of the journal
// Thread-safe.
class Ledger {
 public:
  explicit Ledger(const std::string& path);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void Add(std::string_view kind, std::string_view operation, std::string_view request_id,
           std::string_view code = "", int64_t revision = 0, int64_t sequence = 0);

 private:
  const int descriptor_;
};

}  // namespace lienthong::fault

#endif  // LIENTHONG_TESTS_FAULT_LEDGER_H_

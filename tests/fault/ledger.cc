#include "tests/fault/ledger.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "gateway/base/text.h"

namespace lienthong::fault {

Ledger::Ledger(const std::string& path)
    : descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) std::exit(2);
}

Ledger::~Ledger() { close(descriptor_); }

void Ledger::Add(std::string_view kind, std::string_view operation, std::string_view request_id,
                 std::string_view code, int64_t revision, int64_t sequence) {
  const std::string line = StrCat(kind, "\t", operation, "\t", request_id, "\t", code, "\t",
                                  revision, "\t", sequence, "\n");
  // One write(2) of a file opened to append: lines of several threads do not mix.
  if (write(descriptor_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    std::exit(2);
}

}  // namespace lienthong::fault

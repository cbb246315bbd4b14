#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/password.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/line_reader.h"

namespace lienthong::ctl {
namespace {

constexpr int kPasswordBytesMin = 12;
constexpr int kPasswordBytesMax = 512;

// Asks twice on the terminal, without echo; the library gives the echo back also when it is
// interrupted.
std::optional<std::string> Ask() {
  std::array<char, kPasswordBytesMax + 2> typed{};
  const int failure = EVP_read_pw_string(typed.data(), typed.size(), "password: ", /*verify=*/1);
  std::optional<std::string> password;
  if (failure == 0) password = std::string(typed.data());
  OPENSSL_cleanse(typed.data(), typed.size());
  return password;
}

ExitCode HashPassword(const Arguments& /*arguments*/, Terminal& terminal) {
  std::optional<std::string> password =
      isatty(terminal.in()) == 1 ? Ask() : LineReader(terminal.in()).Next();
  // A line of a file from Windows.
  if (password.has_value() && password->ends_with('\r')) password->pop_back();
  if (!password.has_value()) return terminal.Usage("no password was given, or two different ones");
  if (password->size() < kPasswordBytesMin || password->size() > kPasswordBytesMax) {
    return terminal.Usage(
        StrCat("expected a password of ", kPasswordBytesMin, " to ", kPasswordBytesMax, " bytes"));
  }
  const absl::StatusOr<PasswordHash> hash = PasswordHash::Of(*password, Random::System());
  if (!hash.ok()) return terminal.Fail(ErrorOf(hash.status()), /*json=*/false);
  terminal.Line(hash->ToText());
  return kDone;
}

}  // namespace

std::vector<Command> PasswordCommands() {
  return {
      {"hash-password",
       "",
       0,
       0,
       {},
       "what the configuration keeps of a façade login's password",
       "Asks for the password twice without showing it, or takes the first line of standard input\n"
       "when that is no terminal. Prints scrypt$N$R$P$SALT$HASH for "
       "facade.accounts[].password_hash;\n"
       "the password cannot be read back from it. Needs no gateway. 12 bytes at least: it is "
       "typed\n"
       "into a program, not by people.\n"
       "\n"
       "Example:\n"
       "  lienthongctl hash-password\n"
       "  openssl rand -base64 24 | tee login.password | lienthongctl hash-password\n",
       nullptr,
       &HashPassword},
  };
}

}  // namespace lienthong::ctl

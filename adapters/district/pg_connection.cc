#include "adapters/district/pg_connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"
#include "gateway/base/tls_files.h"

namespace lienthong::adapters::district {
namespace {

constexpr char kDeadlineNote[] = "no answer by the deadline";

bool InClass(const std::string& sqlstate, std::string_view two) {
  return sqlstate.compare(0, 2, two) == 0;
}

// The last words of a message at SQLSTATE verbosity: `...: FATAL:  28000`. The severity may be in
// any language, the code is not.
std::string SqlstateOf(std::string_view message) {
  while (!message.empty() && absl::ascii_isspace(message.back())) message.remove_suffix(1);
  if (message.size() < 7) return "";
  const std::string_view code = message.substr(message.size() - 5);
  const bool shaped = std::all_of(code.begin(), code.end(), [](unsigned char c) {
    return absl::ascii_isdigit(c) || absl::ascii_isupper(c);
  });
  return shaped && message.substr(message.size() - 7, 2) == "  " ? std::string(code) : "";
}

std::string FieldOf(const PGresult* result, int field) {
  const char* text = PQresultErrorField(result, field);
  return text == nullptr ? "" : text;
}

SqlFault FaultOf(const PGresult* result) {
  SqlFault fault;
  fault.sqlstate = FieldOf(result, PG_DIAG_SQLSTATE);
  fault.column = FieldOf(result, PG_DIAG_COLUMN_NAME);
  fault.constraint = FieldOf(result, PG_DIAG_CONSTRAINT_NAME);
  return fault;
}

// Each of several addresses, which a connection string may have. No name at all is the socket of
// this machine.
bool OnThisMachine(std::string_view hosts) {
  const std::vector<std::string> all = absl::StrSplit(ToAbsl(hosts), ',');
  return std::all_of(all.begin(), all.end(), [](const std::string& host) {
    return host.empty() || host.starts_with('/') || host.starts_with('@') || host == "localhost" ||
           host == "::1" || host == "127.0.0.1";
  });
}

// The library takes what a connection string leaves open from the environment of whoever started
// the program: another database, with nobody having written it anywhere.
std::string TakenFromEnvironment(const PQconninfoOption* options) {
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    const std::string_view keyword = option->keyword;
    if (keyword == "application_name" || keyword == "client_encoding") continue;  // we say them
    if (option->val != nullptr || option->envvar == nullptr) continue;
    if (std::getenv(option->envvar) != nullptr) {
      return StrCat("leaves ", keyword, " open, and the environment's ", option->envvar,
                    " would decide it; write it here, or unset ", option->envvar);
    }
  }
  return "";
}

std::string FirstLine(const char* text) {
  const std::string_view all = text == nullptr ? "" : text;
  return std::string(all.substr(0, all.find('\n')));
}

}  // namespace

std::string SqlFault::Describe() const {
  std::string text =
      sqlstate.empty() ? "no answer from the database" : StrCat("SQLSTATE ", sqlstate);
  if (!constraint.empty()) StrAppend(text, ", constraint ", constraint);
  if (!column.empty()) StrAppend(text, ", column ", column);
  if (!note.empty()) StrAppend(text, ", ", note);
  return text;
}

FaultKind KindOf(const SqlFault& fault) {
  const std::string& state = fault.sqlstate;
  if (state.empty()) return FaultKind::kTransient;
  if (InClass(state, "28") || state == "42501") return FaultKind::kRights;
  for (const char* two : {"08", "40", "53", "55", "57", "58"}) {
    if (InClass(state, two)) return FaultKind::kTransient;
  }
  // 25006: a standby that has not taken over yet.
  if (state == "25006" || (fault.connection_lost && InClass(state, "XX"))) {
    return FaultKind::kTransient;
  }
  // P0: raised by a trigger of the software.
  for (const char* two : {"22", "23", "44", "54", "P0"}) {
    if (InClass(state, two)) return FaultKind::kData;
  }
  return FaultKind::kConfiguration;
}

absl::Status ToStatus(const SqlFault& fault, std::string_view doing) {
  const std::string text = StrCat(doing, ": ", fault.Describe());
  switch (KindOf(fault)) {
    case FaultKind::kTransient:
      return absl::UnavailableError(text);
    case FaultKind::kRights:
      return InClass(fault.sqlstate, "28") ? absl::UnauthenticatedError(text)
                                           : absl::PermissionDeniedError(text);
    case FaultKind::kData:
    case FaultKind::kConfiguration:
      break;
  }
  return absl::FailedPreconditionError(
      StrCat(text, "; check the tables and columns against adapters/district/schema.sql"));
}

std::optional<std::string> PgConnection::CheckDsn(const std::string& dsn) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(dsn.c_str(), &error), &PQconninfoFree);
  // The library's text repeats the string, which may hold a password.
  PQfreemem(error);
  if (options == nullptr) return "is no connection string (key=value ... or postgresql://...)";
  const auto value = [&options](std::string_view keyword) -> std::string {
    const PQconninfoOption* option = options.get();
    while (option->keyword != nullptr && option->keyword != keyword) ++option;
    return option->keyword == nullptr || option->val == nullptr ? "" : option->val;
  };
  if (!value("password").empty()) {
    return "holds a password; put it into a file and name that in password_file";
  }
  // What stands elsewhere may name another machine, and is not looked at here.
  if (!value("service").empty()) return "names a service; write host, port and dbname here";
  const std::string taken = TakenFromEnvironment(options.get());
  if (!taken.empty()) return taken;
  const std::string authorities = value("sslrootcert");
  const std::string problem =
      CheckTlsFiles({.authorities = authorities}, TlsSide::kClient, Clock::Real().Now())
          .authorities;
  if (!problem.empty()) return StrCat("sslrootcert: ", problem);
  const std::string address = value("hostaddr");
  if (OnThisMachine(address.empty() ? value("host") : address)) return std::nullopt;
  if (value("sslmode") == "verify-full" && !authorities.empty()) return std::nullopt;
  return "leads to another machine, where only sslmode=verify-full sslrootcert=FILE keeps personal "
         "data from others; add both, or lead it through a tunnel that begins at 127.0.0.1";
}

std::optional<SqlFault> PgConnection::Open(absl::Time deadline) {
  if (connection_ != nullptr && StillThere()) return std::nullopt;
  connection_.reset();
  std::optional<SqlFault> fault = Connect(deadline);
  if (!fault) fault = PrepareSession(deadline);
  if (fault) connection_.reset();
  return fault;
}

bool PgConnection::StillThere() {
  // Nothing is expected on an idle connection: what can be read is a notice, or a farewell and the
  // end.
  while (WaitFor(POLLIN, absl::InfinitePast())) {
    if (PQconsumeInput(connection_.get()) == 0) return false;
  }
  return PQstatus(connection_.get()) == CONNECTION_OK &&
         PQtransactionStatus(connection_.get()) == PQTRANS_IDLE;
}

std::optional<SqlFault> PgConnection::Connect(absl::Time deadline) {
  // Later keywords win over those inside `dbname`, which is the whole connection string.
  const std::array<const char*, 5> keywords = {"dbname", "application_name", "client_encoding",
                                               options_.password.empty() ? nullptr : "password",
                                               nullptr};
  const std::array<const char*, 5> values = {options_.dsn.c_str(), "lienthong", "UTF8",
                                             options_.password.c_str(), nullptr};
  connection_.reset(PQconnectStartParams(keywords.data(), values.data(), /*expand_dbname=*/1));
  if (connection_ == nullptr) return Lost("out of memory");
  // The library would print notices to stderr, and they may quote values.
  PQsetNoticeReceiver(
      connection_.get(), [](void*, const PGresult*) {}, nullptr);
  // The only way to learn the SQLSTATE of a refused login from this library.
  PQsetErrorVerbosity(connection_.get(), PQERRORS_SQLSTATE);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  if (PQstatus(connection_.get()) == CONNECTION_BAD) state = PGRES_POLLING_FAILED;
  while (state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING) {
    if (!WaitFor(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)) {
      return Lost(StrCat("connecting: ", kDeadlineNote));
    }
    state = PQconnectPoll(connection_.get());
  }
  if (state == PGRES_POLLING_OK) {
    PQsetnonblocking(connection_.get(), 1);
    return std::nullopt;
  }
  SqlFault fault = Lost(FirstLine(PQerrorMessage(connection_.get())));
  fault.sqlstate = SqlstateOf(PQerrorMessage(connection_.get()));
  if (PQconnectionNeedsPassword(connection_.get()) != 0) fault.sqlstate = "28P01";
  return fault;
}

std::optional<SqlFault> PgConnection::PrepareSession(absl::Time deadline) {
  // APPLIED means durable: a session whose commits do not wait for the disk is corrected, a
  // stricter one is left as it is.
  static const char kSql[] =
      "SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $1, false),"
      " set_config('idle_in_transaction_session_timeout', $1, false),"
      " set_config('synchronous_commit', CASE current_setting('synchronous_commit')"
      " WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, false)";
  const int64_t timeout_ms =
      std::max<int64_t>(1, absl::ToInt64Milliseconds(options_.statement_timeout));
  return Run(kSql, {StrCat(timeout_ms)}, deadline).fault;
}

bool PgConnection::WaitFor(short events, absl::Time deadline) const {
  pollfd entry = {PQsocket(connection_.get()), events, 0};
  while (true) {
    const absl::Duration left = std::max(absl::ZeroDuration(), deadline - clock_.Now());
    const int64_t left_ms = absl::ToInt64Milliseconds(absl::Ceil(left, absl::Milliseconds(1)));
    const int ready = poll(&entry, 1, static_cast<int>(std::min<int64_t>(left_ms, 60'000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (ready == 0 && clock_.Now() >= deadline) return false;
  }
}

SqlReply PgConnection::Run(const std::string& sql, const std::vector<SqlValue>& values,
                           absl::Time deadline) {
  SqlReply reply;
  if (connection_ == nullptr) {
    reply.fault = Lost("not connected");
    return reply;
  }
  if (std::optional<SqlFault> fault = Send(sql, values, deadline)) {
    reply.fault = std::move(fault);
  } else {
    reply = Receive(deadline);
  }
  if (reply.fault && PQstatus(connection_.get()) == CONNECTION_BAD) {
    reply.fault->connection_lost = true;
  }
  if (reply.fault && reply.fault->connection_lost) connection_.reset();
  return reply;
}

std::optional<SqlFault> PgConnection::Send(const std::string& sql,
                                           const std::vector<SqlValue>& values,
                                           absl::Time deadline) {
  std::vector<const char*> texts;
  texts.reserve(values.size());
  for (const SqlValue& value : values) texts.push_back(value ? value->c_str() : nullptr);
  if (clock_.Now() >= deadline) return Lost(kDeadlineNote);
  if (PQsendQueryParams(connection_.get(), sql.c_str(), static_cast<int>(texts.size()), nullptr,
                        texts.data(), nullptr, nullptr, /*resultFormat=*/0) == 0) {
    return Lost(FirstLine(PQerrorMessage(connection_.get())));
  }
  int rest = PQflush(connection_.get());
  while (rest == 1) {
    // The server may have something to say before it reads on.
    if (!WaitFor(POLLIN | POLLOUT, deadline)) return Lost(kDeadlineNote);
    if (PQconsumeInput(connection_.get()) == 0) return Lost("connection lost while sending");
    rest = PQflush(connection_.get());
  }
  if (rest < 0) return Lost("connection lost while sending");
  return std::nullopt;
}

SqlReply PgConnection::Receive(absl::Time deadline) {
  SqlReply reply;
  while (true) {
    while (PQisBusy(connection_.get()) != 0) {
      const bool ready = WaitFor(POLLIN, deadline);
      if (ready && PQconsumeInput(connection_.get()) != 0) continue;
      // What the server said before it hung up, e.g. that it is going down, says more.
      if (!reply.fault) reply.fault = Lost(ready ? "connection lost" : kDeadlineNote);
      reply.fault->connection_lost = true;
      return reply;
    }
    PGresult* result = PQgetResult(connection_.get());
    if (result == nullptr) return reply;
    SqlRows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      reply.rows = std::move(rows);
    } else if (!reply.fault) {
      reply.fault = FaultOf(result);
    }
  }
}

bool PgConnection::dirty() const {
  return connection_ != nullptr && PQtransactionStatus(connection_.get()) != PQTRANS_IDLE;
}

std::string PgConnection::Quote(std::string_view name) const {
  std::string quoted;
  while (true) {
    const size_t dot = name.find('.');
    const std::string_view part = name.substr(0, dot);
    char* text = PQescapeIdentifier(connection_.get(), part.data(), part.size());
    quoted += text == nullptr ? "" : text;
    PQfreemem(text);
    if (dot == std::string_view::npos) return quoted;
    quoted += '.';
    name.remove_prefix(dot + 1);
  }
}

SqlFault PgConnection::Lost(std::string_view note) {
  SqlFault fault;
  fault.connection_lost = true;
  fault.note = std::string(note);
  return fault;
}

}  // namespace lienthong::adapters::district

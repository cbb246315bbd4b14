#ifndef LIENTHONG_ADAPTERS_DISTRICT_PG_CONNECTION_H_
#define LIENTHONG_ADAPTERS_DISTRICT_PG_CONNECTION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "libpq-fe.h"

namespace lienthong::adapters::district {

// Why a statement, or connecting, did not succeed.
struct SqlFault {
  // Five characters from the server; empty when no server answered.
  std::string sqlstate;
  // Whether the connection is gone: what the server did with the last statement is then not known.
  bool connection_lost = false;
  // What the server names as the place of a refused value; never the value.
  std::string column;
  std::string constraint;
  // Said by the client library about the network, or by us: no data of a row.
  std::string note;

  // For a reason or an error text: only names and codes, since the server's own text quotes values.
  std::string Describe() const;
};

// Where in the classes of SQLSTATE a fault belongs, by what can be done about it.
enum class FaultKind {
  kTransient,      // by itself, later: no connection, time-out, starting up, too many connections
  kRights,         // login or privilege refused
  kData,           // this row is not acceptable
  kConfiguration,  // table, column or statement does not fit the database
};
FaultKind KindOf(const SqlFault& fault);
// The error of a whole call, as adapter.h wants it.
absl::Status ToStatus(const SqlFault& fault, std::string_view doing);

// The rows of one statement. Movable.
class SqlRows {
 public:
  SqlRows() = default;
  explicit SqlRows(PGresult* result) : result_(result, &PQclear) {}

  int size() const { return result_ == nullptr ? 0 : PQntuples(result_.get()); }
  bool IsNull(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  // Empty for NULL. Lives as long as the rows.
  std::string_view Text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column),
            static_cast<size_t>(PQgetlength(result_.get(), row, column))};
  }
  // The server's word for what it did, e.g. `COMMIT` or `ROLLBACK`.
  std::string_view command() const { return result_ == nullptr ? "" : PQcmdStatus(result_.get()); }

 private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_{nullptr, &PQclear};
};

struct SqlReply {
  SqlRows rows;
  std::optional<SqlFault> fault;
};

// A bound parameter as text; nothing = NULL.
using SqlValue = std::optional<std::string>;

// One connection to the software's database. Every statement and connecting itself have a deadline:
// all is sent without blocking and waited for with poll(). A statement that got no answer in time
// closes the connection, so that an open transaction never outlives it. Opens itself when needed,
// also after the server has gone and come back. One thread at a time.
//
// Resolving a host name is the one thing the client library does not let us limit; `hostaddr` in
// the connection string avoids it.
class PgConnection {
 public:
  struct Options {
    std::string dsn;       // checked by CheckDsn
    std::string password;  // empty = none
    // Limit of the server for one statement, for a lock and for an idle transaction.
    absl::Duration statement_timeout;
  };

  // Both outlive the connection.
  PgConnection(const Options& options, const Clock& clock) : options_(options), clock_(clock) {}
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  // Says what is wrong with a connection string, without repeating it: nothing when it is fine. To
  // another machine it must verify who answers there; the file that it names for that must be
  // usable. Nothing of it may be left to the environment (PGHOST and the like).
  static std::optional<std::string> CheckDsn(const std::string& dsn);

  // Makes sure that there is a connection.
  std::optional<SqlFault> Open(absl::Time deadline);
  // Runs one statement on the open connection.
  SqlReply Run(const std::string& sql, const std::vector<SqlValue>& values, absl::Time deadline);
  // Whether a transaction is open, or the state of the connection is not known to be clean.
  bool dirty() const;
  // Closes; what was not committed is rolled back by the server.
  void Close() { connection_.reset(); }

  // A table (`name` or `schema.name`) or column from the configuration, quoted. The connection is
  // open.
  std::string Quote(std::string_view name) const;

 private:
  std::optional<SqlFault> Connect(absl::Time deadline);
  std::optional<SqlFault> PrepareSession(absl::Time deadline);
  bool WaitFor(short events, absl::Time deadline) const;
  // False when the server hung up while the connection was idle.
  bool StillThere();
  std::optional<SqlFault> Send(const std::string& sql, const std::vector<SqlValue>& values,
                               absl::Time deadline);
  SqlReply Receive(absl::Time deadline);
  SqlFault Lost(std::string_view note);

  const Options& options_;
  const Clock& clock_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, &PQfinish};
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_PG_CONNECTION_H_

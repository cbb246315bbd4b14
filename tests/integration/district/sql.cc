#include "tests/integration/district/sql.h"

#include "gtest/gtest.h"

namespace lienthong::testing {

Sql::Sql(const std::string& dsn) : connection_(PQconnectdb(dsn.c_str()), &PQfinish) {
  EXPECT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
}

void Sql::Do(const std::string& sql) { Rows(sql); }

std::vector<std::vector<std::string>> Sql::Rows(const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()),
                                                             &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
      << sql << ": " << PQresultErrorMessage(result.get());
  std::vector<std::vector<std::string>> rows(PQntuples(result.get()));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      const int i = static_cast<int>(row);
      rows[row].push_back(
          PQgetisnull(result.get(), i, column) != 0 ? "NULL" : PQgetvalue(result.get(), i, column));
    }
  }
  return rows;
}

std::string Sql::One(const std::string& sql) {
  const auto rows = Rows(sql);
  EXPECT_FALSE(rows.empty()) << sql;
  return rows.empty() ? "" : rows[0][0];
}

}  // namespace lienthong::testing

#ifndef LIENTHONG_TESTS_INTEGRATION_DISTRICT_SQL_H_
#define LIENTHONG_TESTS_INTEGRATION_DISTRICT_SQL_H_

#include <memory>
#include <string>
#include <vector>

#include "libpq-fe.h"

namespace lienthong::testing {

// A plain session of the software or of a person. A statement that fails fails the test.
class Sql {
 public:
  explicit Sql(const std::string& dsn);

  void Do(const std::string& sql);
  // Rows of texts; NULL as "NULL".
  std::vector<std::vector<std::string>> Rows(const std::string& sql);
  // The first column of the first row.
  std::string One(const std::string& sql);

 private:
  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_INTEGRATION_DISTRICT_SQL_H_

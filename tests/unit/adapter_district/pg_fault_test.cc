#include "adapters/district/pg_connection.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::district {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* sqlstate;
  FaultKind kind;
  absl::StatusCode code;
};

TEST(SqlFault, IsJudgedByItsCodeAlone) {
  using enum FaultKind;
  const Case cases[] = {
      {"", kTransient, absl::StatusCode::kUnavailable},
      {"08006", kTransient, absl::StatusCode::kUnavailable},
      {"40P01", kTransient, absl::StatusCode::kUnavailable},
      {"53300", kTransient, absl::StatusCode::kUnavailable},
      {"55P03", kTransient, absl::StatusCode::kUnavailable},
      {"57014", kTransient, absl::StatusCode::kUnavailable},
      {"57P03", kTransient, absl::StatusCode::kUnavailable},
      {"25006", kTransient, absl::StatusCode::kUnavailable},
      {"28000", kRights, absl::StatusCode::kUnauthenticated},
      {"28P01", kRights, absl::StatusCode::kUnauthenticated},
      {"42501", kRights, absl::StatusCode::kPermissionDenied},
      {"22P05", kData, absl::StatusCode::kFailedPrecondition},
      {"23514", kData, absl::StatusCode::kFailedPrecondition},
      {"P0001", kData, absl::StatusCode::kFailedPrecondition},
      {"42P01", kConfiguration, absl::StatusCode::kFailedPrecondition},
      {"3D000", kConfiguration, absl::StatusCode::kFailedPrecondition},
      {"XX000", kConfiguration, absl::StatusCode::kFailedPrecondition},
  };
  for (const Case& c : cases) {
    SqlFault fault;
    fault.sqlstate = c.sqlstate;
    EXPECT_EQ(KindOf(fault), c.kind) << c.sqlstate;
    EXPECT_EQ(ToStatus(fault, "x").code(), c.code) << c.sqlstate;
  }
}

TEST(SqlFault, IsDescribedByNamesAndCodes) {
  SqlFault fault;
  fault.sqlstate = "23514";
  fault.constraint = "inbox_code_check";
  EXPECT_EQ(fault.Describe(), "SQLSTATE 23514, constraint inbox_code_check");
}

TEST(CheckDsn, TakesBothFormsAndNamesNoSecret) {
  EXPECT_EQ(PgConnection::CheckDsn("host=/tmp port=5 dbname=x user=y"), std::nullopt);
  EXPECT_EQ(PgConnection::CheckDsn("postgresql://y@127.0.0.1:5/x"), std::nullopt);
  const auto with_password = PgConnection::CheckDsn("host=a password=mat-khau-mau");
  ASSERT_TRUE(with_password.has_value());
  EXPECT_THAT(*with_password, HasSubstr("password_file"));
  const auto broken = PgConnection::CheckDsn("host=a mat-khau-mau");
  ASSERT_TRUE(broken.has_value());
  EXPECT_THAT(*broken, Not(HasSubstr("mat-khau-mau")));
}

TEST(CheckDsn, NamesItsMachineItself) {
  for (const char* text : {"service=remote", "postgresql:///x?service=remote"}) {
    const auto problem = PgConnection::CheckDsn(text);
    ASSERT_TRUE(problem.has_value()) << text;
    EXPECT_THAT(*problem, ::testing::HasSubstr("service"));
  }
}

TEST(CheckDsn, LeavesNothingToTheEnvironment) {
  const std::string dsn = "dbname=x user=y";
  const auto cleared = [](const char* variable) {
    unsetenv(variable);
    return PgConnection::CheckDsn("dbname=x user=y");
  };
  for (const char* variable : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGPASSWORD",
                               "PGSSLMODE", "PGTARGETSESSIONATTRS", "PGOPTIONS"}) {
    ASSERT_EQ(setenv(variable, "mat-khau-mau", 1), 0);
    const std::string problem = PgConnection::CheckDsn(dsn).value_or("");
    EXPECT_THAT(problem, HasSubstr(variable));
    EXPECT_THAT(problem, Not(HasSubstr("mat-khau-mau")));
    EXPECT_EQ(cleared(variable), std::nullopt) << variable;
  }
  for (const char* said_by_us : {"PGAPPNAME", "PGCLIENTENCODING", "PGDATABASE", "PGUSER"}) {
    ASSERT_EQ(setenv(said_by_us, "x", 1), 0);
    EXPECT_EQ(PgConnection::CheckDsn(dsn), std::nullopt) << said_by_us;
    EXPECT_EQ(cleared(said_by_us), std::nullopt);
  }
}

TEST(CheckDsn, ToAnotherMachineItMustVerifyWhoAnswers) {
  for (const char* local :
       {"dbname=x", "host=localhost", "host=127.0.0.1", "host=::1", "host=/run/postgresql",
        "host=db.example hostaddr=127.0.0.1", "postgresql://y@localhost:5/x"}) {
    EXPECT_EQ(PgConnection::CheckDsn(local), std::nullopt) << local;
  }
  const std::string authorities = "/etc/ssl/certs/ca-certificates.crt";
  const std::vector<std::string> exposed = {
      "host=db.example",
      "hostaddr=192.0.2.10",
      "host=localhost,db.example",
      "host=127.0.0.1.example",
      "postgresql://y@192.0.2.10:5/x",
      "host=db.example sslmode=verify-full",
      "host=db.example sslmode=require sslrootcert=" + authorities,
  };
  for (const std::string& remote : exposed) {
    const auto problem = PgConnection::CheckDsn(remote);
    ASSERT_TRUE(problem.has_value()) << remote;
    EXPECT_THAT(*problem, HasSubstr("sslmode=verify-full"));
    EXPECT_THAT(*problem, Not(HasSubstr("192.0.2")));
  }
  EXPECT_EQ(
      PgConnection::CheckDsn("host=db.example sslmode=verify-full sslrootcert=" + authorities),
      std::nullopt);
  const auto gone =
      PgConnection::CheckDsn("host=db.example sslmode=verify-full sslrootcert=/nowhere.crt");
  ASSERT_TRUE(gone.has_value());
  EXPECT_THAT(*gone, HasSubstr("sslrootcert: /nowhere.crt cannot be read"));
}

}  // namespace
}  // namespace lienthong::adapters::district

// The way in which real systems lose a synchronisation that is the façade's to avoid; all of them
// are listed in tests/integration/national/README.md. The test fails when its bug is planted.
#include <gmock/gmock.h>

#include <string>

#include "tests/unit/http/facade/facade_fixture.h"

namespace lienthong::facade {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;

// The check of the account answered yes to everybody, and a due date that nobody gave became "now".
TEST_F(FacadeTest, LostSync12_OnlyWhoIsKnownWritesAndNoDateIsMadeUp) {
  json record = Record();
  record.erase("NgayHenTra");
  for (const char* session : {"", "0123456789abcdef0123456789abcdef", "x05"}) {
    session_ = session;
    EXPECT_EQ(Push(record, false).code(), -5) << "\"" << session << "\"";
    EXPECT_EQ(Find(record["MaHoSo"]).code(), -5);
  }
  EXPECT_EQ(LogIn("x05", "mat-khau-x06").code(), -2);
  LogInAs("x06");
  EXPECT_NE(Push(record, false).code(), 0) << "in the name of another agency";
  LogInAs("x05");
  ASSERT_THAT(Find(record["MaHoSo"]).result(), IsEmpty());
  ASSERT_EQ(Push(record, false).code(), 0);
  EXPECT_FALSE(Stored(record["MaHoSo"]).deadline().has_promised_due());
  EXPECT_EQ(Find(record["MaHoSo"]).result()[0]["NgayHenTra"], "");
}

}  // namespace
}  // namespace lienthong::facade

#include "gateway/ctl/terminal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "google/rpc/error_details.pb.h"

namespace lienthong::ctl {
namespace {

using ::testing::HasSubstr;

TEST(ExitCodeOf, SaysWhatToDoNext) {
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::OK), 0);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::INVALID_ARGUMENT), 3);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::PERMISSION_DENIED), 3);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::UNAUTHENTICATED), 3);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::NOT_FOUND), 3);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::ABORTED), 3);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::RESOURCE_EXHAUSTED), 4);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::UNAVAILABLE), 5);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::DEADLINE_EXCEEDED), 5);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::INTERNAL), 6);
  EXPECT_EQ(ExitCodeOf(grpc::StatusCode::DATA_LOSS), 6);
}

google::rpc::Status TwoBadFields() {
  google::rpc::BadRequest bad;
  for (const char* field : {"a", "b"}) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field);
    violation->set_description("is \"bad\"");
  }
  google::rpc::ErrorInfo info;
  info.set_reason("FIELD_INVALID");
  google::rpc::Status error;
  error.set_code(3);
  error.set_message("m");
  error.add_details()->PackFrom(info);
  error.add_details()->PackFrom(bad);
  return error;
}

TEST(ErrorJson, HasCodeReasonMessageAndFields) {
  EXPECT_EQ(
      ErrorJson(TwoBadFields()),
      R"({"code":"INVALID_ARGUMENT","reason":"FIELD_INVALID","message":"m","fields":[)"
      R"({"field":"a","description":"is \"bad\""},{"field":"b","description":"is \"bad\""}]})");
}

TEST(Terminal, SaysInVietnameseWhatAReasonMeans) {
  char* text = nullptr;
  size_t size = 0;
  FILE* err = open_memstream(&text, &size);
  Terminal terminal(-1, stdout, err);
  terminal.SetOutput(/*csv=*/false, /*vietnamese=*/true);
  EXPECT_EQ(terminal.Fail(TwoBadFields(), /*json=*/false), kRefused);
  fclose(err);
  EXPECT_THAT(std::string(text, size),
              HasSubstr("INVALID_ARGUMENT FIELD_INVALID: giá trị không hợp lệ: "));
  free(text);
}

// What a table with a caption writes to standard output and to standard error.
std::pair<std::string, std::string> Written(bool csv, bool vietnamese) {
  char* texts[2] = {nullptr, nullptr};
  size_t sizes[2] = {0, 0};
  FILE* out = open_memstream(&texts[0], &sizes[0]);
  FILE* err = open_memstream(&texts[1], &sizes[1]);
  Terminal terminal(-1, out, err);
  terminal.SetOutput(csv, vietnamese);
  terminal.Caption(terminal.Text("two", "hai"));
  terminal.Table({"code", "state", "of no list"},
                 {{"H29.X05-1", terminal.Word("reserved"), "a,b"}});
  fclose(out);
  fclose(err);
  std::pair<std::string, std::string> written(texts[0], texts[1]);
  free(texts[0]);
  free(texts[1]);
  return written;
}

TEST(Terminal, WritesTablesInTheLanguageOfTheReader) {
  EXPECT_EQ(Written(false, false).first,
            "two\ncode       state     of no list\nH29.X05-1  reserved  a,b\n");
  EXPECT_EQ(Written(false, true).first,
            "hai\nmã         trạng thái    of no list\nH29.X05-1  đang giữ chỗ  a,b\n");
}

TEST(Terminal, CsvIsTheTableAloneAndInEnglish) {
  const auto [out, err] = Written(/*csv=*/true, /*vietnamese=*/true);
  EXPECT_EQ(out, "code,state,of no list\r\nH29.X05-1,reserved,\"a,b\"\r\n");
  EXPECT_EQ(err, "hai\n");
}

TEST(Terminal, ShowsEveryBadFieldOnce) {
  char* text = nullptr;
  size_t size = 0;
  FILE* err = open_memstream(&text, &size);
  const google::rpc::Status error = TwoBadFields();
  const grpc::Status status(grpc::StatusCode::INVALID_ARGUMENT, "m", error.SerializeAsString());
  EXPECT_EQ(Terminal(-1, nullptr, err).Fail(status, /*json=*/false), kRefused);
  fclose(err);
  EXPECT_EQ(std::string(text, size),
            "lienthongctl: INVALID_ARGUMENT FIELD_INVALID: these fields are not right\n"
            "  a: is \"bad\"\n  b: is \"bad\"\n");
  free(text);
}

TEST(FormatTable, CountsLettersNotBytes) {
  EXPECT_EQ(FormatTable({"name", "n"}, {{"Hồ sơ", "1"}, {"x", "22"}}),
            "name   n\nHồ sơ  1\nx      22\n");
}

}  // namespace
}  // namespace lienthong::ctl

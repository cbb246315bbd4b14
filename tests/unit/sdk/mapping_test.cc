#include "adapters/sdk/mapping.h"

#include <string>

#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Dossier = dossier::v1::Dossier;

constexpr std::string_view kMapping = R"(
version: 1
element_key: ma
times: {format: rfc3339, zone: Asia/Ho_Chi_Minh}
cleared_as: "null"
codes:
  status: {STATUS_ACCEPTED: da_tiep_nhan, STATUS_PROCESSING: dang_xu_ly}
  yes: {"true": co, "false": khong}
fields:
  - {path: code, pointer: /ma_ho_so, type: text, chars: 50}
  - {path: applicant.name, pointer: /nguoi/ten, type: text, chars: 5}
  - {path: applicant.kind, pointer: /nguoi/loai, type: code, table: kind}
  - {path: contact.email, pointer: /email, type: text}
  - {path: status, pointer: /trang_thai, type: code, table: status}
  - {path: deadline.promised_due, pointer: /hen_tra, type: time}
  - {path: outcome.wrong_result, pointer: /sai, type: json_bool}
  - {path: outcome.wrong_procedure, pointer: /sai_thu_tuc, type: flag, table: yes}
lists:
  - path: fees
    pointer: /le_phi
    fields:
      - {path: amount_vnd, pointer: /so_tien, type: json_number}
      - {path: paid_vnd, pointer: /da_nop, type: integer}
  - path: codes
    pointer: /ma_khac
    fields: [{path: code, pointer: /so, type: text}, {path: issuer, pointer: /cap, type: text}]
elements:
  - path: codes
    id: nv-rieng
    constants: {issuer: district, kind: KIND_RECEIPT_NUMBER}
    fields: [{path: code, pointer: /so_rieng, type: text}]
ignore: [/khoa]
)";

std::string WithKinds() {
  std::string yaml(kMapping);
  const std::string table = "  kind: {APPLICANT_KIND_CITIZEN: \"1\"}\n";
  return yaml.insert(yaml.find("fields:"), table);
}

Mapping Make() {
  auto mapping = Mapping::Parse(WithKinds(), "mapping.yaml");
  EXPECT_TRUE(mapping.ok()) << mapping.status();
  return *std::move(mapping);
}

Dossier Parse(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier)) << text;
  return dossier;
}

::testing::AssertionResult Same(const Dossier& got, const std::string& expected) {
  const Dossier wanted = Parse(expected);
  if (google::protobuf::util::MessageDifferencer::Equals(got, wanted)) {
    return ::testing::AssertionSuccess();
  }
  return ::testing::AssertionFailure() << got.DebugString();
}

TEST(MappingTest, KnowsTheSystemsOwnNames) {
  EXPECT_THAT(Make().names(),
              ElementsAre("cap", "da_nop", "email", "hen_tra", "khoa", "le_phi", "loai", "ma",
                          "ma_ho_so", "ma_khac", "nguoi", "sai", "sai_thu_tuc", "so", "so_rieng",
                          "so_tien", "ten", "trang_thai"));
}

// --- both directions ---

TEST(MappingTest, EncodesWhatIsSetAndNothingElse) {
  const Encoded encoded =
      Make().Encode(Parse(R"(code: "C1" applicant { name: "An" kind: APPLICANT_KIND_CITIZEN }
               status: STATUS_PROCESSING deadline { promised_due { seconds: 1772413200 } }
               outcome { wrong_result: false wrong_procedure: true }
               fees { id: "f-1" amount_vnd: 120000 paid_vnd: 5 })"),
                    {});
  EXPECT_EQ(encoded.record, json::parse(R"({
      "ma_ho_so": "C1", "nguoi": {"ten": "An", "loai": "1"}, "trang_thai": "dang_xu_ly",
      "hen_tra": "2026-03-02T08:00:00+07:00", "sai": false, "sai_thu_tuc": "co",
      "le_phi": [{"ma": "f-1", "so_tien": 120000, "da_nop": "5"}]})"));
  EXPECT_THAT(encoded.losses, ::testing::IsEmpty());
  EXPECT_FALSE(encoded.error);
}

TEST(MappingTest, DecodesTheSameBack) {
  const Decoded decoded = Make().Decode(json::parse(R"({
      "khoa": "NV-1", "ma_ho_so": "C1", "nguoi": {"ten": "An"}, "sai": true,
      "hen_tra": "2026-03-02T01:00:00Z", "email": null, "sai_thu_tuc": "",
      "le_phi": [{"ma": "f-1", "so_tien": 120000, "da_nop": null}]})"));
  ASSERT_FALSE(decoded.error) << decoded.error->DebugString();
  EXPECT_TRUE(Same(decoded.dossier,
                   R"(code: "C1" applicant { name: "An" } outcome { wrong_result: true }
                      deadline { promised_due { seconds: 1772413200 } }
                      fees { id: "f-1" amount_vnd: 120000 })"));
  EXPECT_THAT(decoded.cleared,
              ::testing::UnorderedElementsAre("contact.email", "outcome.wrong_procedure",
                                              "fees[f-1].paid_vnd"));
}

TEST(MappingTest, ClearedPathsBecomeTheSystemsEmptyValue) {
  const Encoded encoded =
      Make().Encode(Parse(R"(code: "C1" fees { id: "f-1" amount_vnd: 1 })"),
                    {"contact.email", "fees[f-1].paid_vnd", "fees[f-2].paid_vnd", "subject"});
  EXPECT_EQ(encoded.record, json::parse(R"({"ma_ho_so": "C1", "email": null,
      "le_phi": [{"ma": "f-1", "so_tien": 1, "da_nop": null}, {"ma": "f-2", "da_nop": null}]})"));
  ASSERT_EQ(encoded.losses.size(), 1u);
  EXPECT_EQ(encoded.losses[0].path(), "subject");
}

TEST(MappingTest, AFixedElementIsAFieldOfTheRecord) {
  const Mapping mapping = Make();
  const std::string dossier =
      R"(codes { id: "nv-rieng" issuer: "district" kind: KIND_RECEIPT_NUMBER code: "X01/1" }
         codes { id: "k-2" code: "7" })";
  const Encoded encoded = mapping.Encode(Parse(dossier), {});
  EXPECT_EQ(encoded.record,
            json::parse(R"({"so_rieng": "X01/1", "ma_khac": [{"ma": "k-2", "so": "7"}]})"));
  const Decoded decoded = mapping.Decode(encoded.record);
  ASSERT_FALSE(decoded.error);
  EXPECT_EQ(decoded.dossier.codes_size(), 2);
  for (const auto& code : decoded.dossier.codes()) {
    EXPECT_EQ(code.code(), code.id() == "k-2" ? "7" : "X01/1");
    EXPECT_EQ(code.issuer(), code.id() == "k-2" ? "" : "district");
  }
  EXPECT_THAT(mapping.Decode(json::parse(R"({"so_rieng": null})")).cleared,
              ElementsAre("codes[nv-rieng].code"));
  EXPECT_EQ(mapping.Encode(Dossier(), {"codes[nv-rieng].code"}).record,
            json::parse(R"({"so_rieng": null})"));
}

TEST(MappingTest, FieldsAreSchemaPaths) {
  EXPECT_THAT(
      Make().fields(),
      ElementsAre("applicant.kind", "applicant.name", "code", "codes[].code", "codes[].issuer",
                  "codes[].kind", "contact.email", "deadline.promised_due", "fees[].amount_vnd",
                  "fees[].paid_vnd", "outcome.wrong_procedure", "outcome.wrong_result", "status"));
}

// --- losses ---

TEST(MappingTest, LongTextsAreCutByCharacterAndReported) {
  const Encoded encoded = Make().Encode(Parse(R"(applicant { name: "Nguyễn Thị" })"), {});
  EXPECT_EQ(encoded.record["nguoi"]["ten"], "Nguyễ");
  ASSERT_EQ(encoded.losses.size(), 1u);
  EXPECT_EQ(encoded.losses[0].path(), "applicant.name");
  EXPECT_EQ(encoded.losses[0].description(), "cut to 5 characters");
  EXPECT_THAT(Make().Encode(Parse(R"(applicant { name: "Nguyễ" })"), {}).losses,
              ::testing::IsEmpty());
}

TEST(MappingTest, WhatHasNoPlaceIsReportedButNotWhatTheGatewayOwns) {
  const Encoded encoded = Make().Encode(Parse(R"(revision: 7 subject: "x" applicant { address: "y" }
               fees { id: "f-1" name: "z" author: "city" }
               related { id: "r" code: "D" } deadline { statutory_due { seconds: 1 } })"),
                                        {});
  std::vector<std::string> paths;
  for (const auto& loss : encoded.losses) paths.push_back(loss.path());
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre("subject", "applicant.address",
                                                     "fees[f-1].name", "related"));
}

TEST(MappingTest, ARemovedElementIsNotBroughtToLife) {
  const Encoded encoded = Make().Encode(
      Parse(R"(fees { id: "f-1" amount_vnd: 1 removed: true } fees { id: "f-2" amount_vnd: 2 })"),
      {});
  EXPECT_EQ(encoded.record, json::parse(R"({"le_phi": [{"ma": "f-2", "so_tien": 2}]})"));
  ASSERT_EQ(encoded.losses.size(), 1u);
  EXPECT_EQ(encoded.losses[0].path(), "fees[f-1]");
}

TEST(MappingTest, RepresentingTwiceIsRepresentingOnce) {
  const Mapping mapping = Make();
  const auto once = mapping.Represent(
      Parse(R"(code: "C1" subject: "x" applicant { name: "Nguyễn Thị Bưởi" } contact { email: "" }
               deadline { promised_due { seconds: 1772413200 nanos: 5 } }
               fees { id: "f" paid_vnd: 3 removed: false })"));
  EXPECT_TRUE(Same(once.dossier(),
                   R"(code: "C1" applicant { name: "Nguyễ" }
                      deadline { promised_due { seconds: 1772413200 } }
                      fees { id: "f" paid_vnd: 3 })"));
  const auto twice = mapping.Represent(once.dossier());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(once.dossier(), twice.dossier()));
  EXPECT_EQ(twice.losses_size(), 0);
}

// --- no guesses ---

TEST(MappingTest, AnEnumValueWithoutCodeIsAnErrorNotAGuess) {
  const Encoded encoded = Make().Encode(Parse(R"(code: "C1" status: STATUS_WITHDRAWN)"), {});
  ASSERT_TRUE(encoded.error);
  EXPECT_EQ(encoded.error->field(), "trang_thai");
  EXPECT_THAT(encoded.error->reason(), HasSubstr("STATUS_WITHDRAWN"));
  EXPECT_FALSE(encoded.record.contains("trang_thai"));
  EXPECT_TRUE(Make().Represent(Parse(R"(status: STATUS_WITHDRAWN)")).has_error());
}

TEST(MappingTest, NotSaidIsNotSent) {
  const Encoded encoded = Make().Encode(Parse(R"(status: STATUS_UNSPECIFIED)"), {});
  EXPECT_FALSE(encoded.error);
  EXPECT_EQ(encoded.record, json::object());
}

struct Bad {
  const char* record;
  const char* field;
  const char* reason;
};

TEST(MappingTest, DecodeIsStrict) {
  const Bad cases[] = {
      {R"({"la": "x"})", "la", "unknown field"},
      {R"({"nguoi": {"tuoi": 3}})", "nguoi.tuoi", "unknown field"},
      {R"({"nguoi": "An"})", "nguoi", "expected an object"},
      {R"({"hen_tra": "2026-02-30T08:00:00+07:00"})", "hen_tra", "no existing date"},
      {R"({"trang_thai": "xong"})", "trang_thai", "expected one of da_tiep_nhan, dang_xu_ly"},
      {R"({"ma_ho_so": 12})", "ma_ho_so", "expected a text, not number"},
      {R"({"sai": "true"})", "sai", "expected true or false"},
      {R"({"le_phi": {}})", "le_phi", "expected a list"},
      {R"({"le_phi": [7]})", "le_phi", "expected a list of objects"},
      {R"({"le_phi": [{"so_tien": 1}]})", "le_phi[].ma", "without id"},
      {R"({"le_phi": [{"ma": "a b"}]})", "le_phi[].ma", "A-Z a-z 0-9"},
      {R"({"le_phi": [{"ma": "a"}, {"ma": "a"}]})", "le_phi[].ma", "two elements"},
      {R"({"le_phi": [{"ma": "a", "so_tien": 1.5}]})", "le_phi[a].so_tien", "whole number"},
      {R"({"le_phi": [{"ma": "a", "so_tien": 18446744073709551615}]})", "le_phi[a].so_tien",
       "whole number"},
      {R"({"le_phi": [{"ma": "a", "da_nop": "1e3"}]})", "le_phi[a].da_nop", "digits"},
      {R"({"le_phi": [{"ma": "a", "la": 1}]})", "le_phi[a].la", "unknown field"},
      {R"({"ma_khac": [{"ma": "nv-rieng"}]})", "ma_khac[].ma", "two elements"},
      {R"([])", "", "no JSON object"},
  };
  const Mapping mapping = Make();
  for (const Bad& bad : cases) {
    const Decoded decoded = mapping.Decode(json::parse(bad.record));
    ASSERT_TRUE(decoded.error) << bad.record;
    EXPECT_EQ(decoded.error->field(), bad.field) << bad.record;
    EXPECT_THAT(decoded.error->reason(), HasSubstr(bad.reason)) << bad.record;
  }
}

TEST(MappingTest, ErrorsNeverQuotePersonalData) {
  const Decoded decoded = Make().Decode(json::parse(R"({"nguoi": {"loai": "Nguyen Van A"}})"));
  ASSERT_TRUE(decoded.error);
  EXPECT_EQ(decoded.error->field(), "nguoi.loai");
  const Decoded personal = Make().Decode(json::parse(R"({"email": ["an@example.vn"]})"));
  ASSERT_TRUE(personal.error);
  EXPECT_THAT(personal.error->reason(), Not(HasSubstr("an@")));
}

TEST(MappingTest, EmptyCanBeIgnored) {
  std::string yaml = WithKinds();
  yaml.insert(1, "empty: ignored\n");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Mapping mapping, Mapping::Parse(yaml, "m.yaml"));
  const Decoded decoded = mapping.Decode(json::parse(R"({"email": "", "ma_ho_so": null})"));
  EXPECT_FALSE(decoded.error);
  EXPECT_THAT(decoded.cleared, ::testing::IsEmpty());
}

// --- the mapping file ---

// The mapping above with one text replaced must be refused with these words.
void ExpectRefused(const std::string& from, const std::string& to,
                   const std::vector<std::string>& words) {
  std::string yaml = WithKinds();
  ASSERT_NE(yaml.find(from), std::string::npos) << from;
  yaml.replace(yaml.find(from), from.size(), to);
  const auto mapping = Mapping::Parse(yaml, "m.yaml");
  for (const std::string& word : words) {
    EXPECT_THAT(mapping, StatusIs(absl::StatusCode::kInvalidArgument,
                                  AllOf(HasSubstr("m.yaml:"), HasSubstr(word))));
  }
}

TEST(MappingFileTest, BadFilesNameLineKeyAndWhatWasExpected) {
  ExpectRefused("version: 1", "version: 2", {"m.yaml:2: version", "expected 1"});
  ExpectRefused("path: contact.email", "path: contact.mail",
                {"contact.mail", "no field mail", "email, fax, phone"});
  ExpectRefused("path: contact.email", "path: contact", {"group of fields"});
  ExpectRefused("path: contact.email", "path: steps", {"is a list"});
  ExpectRefused("path: contact.email", "path: status", {"type text does not fit"});
  ExpectRefused("path: contact.email", "path: code", {"mapped twice"});
  ExpectRefused("pointer: /email", "pointer: email", {"JSON pointer"});
  ExpectRefused("pointer: /email", "pointer: /ma_ho_so", {"already taken"});
  ExpectRefused("pointer: /email", "pointer: /nguoi", {"already taken"});
  ExpectRefused("type: text, chars: 50", "type: words", {"type", "json_number"});
  ExpectRefused("chars: 50", "chars: 0", {"chars", "expected 1 to"});
  ExpectRefused("chars: 50", "char: 50", {"no such key", "chars"});
  ExpectRefused("table: status", "table: states", {"no table states"});
  ExpectRefused("STATUS_ACCEPTED: da_tiep_nhan", "STATUS_ACCEPT: da_tiep_nhan",
                {"STATUS_ACCEPT", "no such value"});
  ExpectRefused("STATUS_PROCESSING: dang_xu_ly", "STATUS_PROCESSING: da_tiep_nhan",
                {"already stands for another"});
  ExpectRefused("\"false\": khong", "no: khong", {"expected true or false"});
  ExpectRefused("element_key: ma", "element_key: [ma]", {"m.yaml:3", "expected a text"});
  ExpectRefused("path: fees", "path: applicant", {"no list of elements"});
  ExpectRefused("id: nv-rieng", "id: nv-rieng\n    idd: x", {"no such key"});
  ExpectRefused("issuer: district", "issuers: district", {"no such field"});
  ExpectRefused("KIND_RECEIPT_NUMBER", "KIND_RECEIPT", {"no such value"});
  ExpectRefused("codes:\n", "codes:\n  unused: {STATUS_ACCEPTED: x}\n", {"no field uses"});
  ExpectRefused("cleared_as: \"null\"", "cleared_as: nothing", {"expected text or null"});
  ExpectRefused("ignore: [/khoa]", "ignore: [/email]", {"already taken"});
  ExpectRefused("ignore: [/khoa]", "ignore: [", {"not readable as YAML"});
  ExpectRefused("zone: Asia/Ho_Chi_Minh", "zone: Asia/Saigon2", {"times", "Asia/Saigon2"});
}

}  // namespace
}  // namespace lienthong::sdk

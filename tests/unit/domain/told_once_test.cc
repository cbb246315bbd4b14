// Money that is paid back, and what a channel of origin may not say against itself.
#include "gateway/domain/told_once.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;

Dossier Parsed(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier)) << text;
  return dossier;
}

std::vector<std::string> FieldsOf(const std::vector<FieldViolation>& violations) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : violations) fields.push_back(violation.field);
  return fields;
}

TEST(RefundTest, IsNotMoreThanWasPaidOnItsLine) {
  const Dossier before = Parsed(R"(fees { id: "a" amount_vnd: 5000 paid_vnd: 5000 }
                                   fees { id: "b" amount_vnd: 7000 })");
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {R"(fees { id: "a" paid_vnd: 5000 refunded_vnd: 5000 })", {}},
      {R"(fees { id: "a" paid_vnd: 5000 refunded_vnd: 5001 })", {"x.fees[a].refunded_vnd"}},
      {R"(fees { id: "a" paid_vnd: 9000 refunded_vnd: 9000 })", {}},
      {R"(fees { id: "b" refunded_vnd: 1 })", {"x.fees[b].refunded_vnd"}},
      {R"(fees { id: "new" refunded_vnd: 1 })", {"x.fees[new].refunded_vnd"}},
      {R"(fees { id: "a" paid_vnd: 5000 refunded_vnd: 9000 removed: true })",
       {"x.fees[a].refunded_vnd"}}};
  for (const auto& [after, fields] : cases) {
    EXPECT_EQ(FieldsOf(ValidateRefunds(before, Parsed(after), "x.")), fields) << after;
  }
}

TEST(RefundTest, OnlyTheChangeThatMakesItSoIsAtFault) {
  const Dossier before = Parsed(R"(fees { id: "a" paid_vnd: 5000 refunded_vnd: 5000 })");
  const Dossier odd = Parsed(R"(fees { id: "a" paid_vnd: 10 refunded_vnd: 5000 })");
  EXPECT_THAT(FieldsOf(ValidateRefunds(before, odd, "")), ElementsAre("fees[a].paid_vnd"));
  Dossier after = odd;
  after.set_note("another field");
  EXPECT_THAT(ValidateRefunds(odd, after, ""), IsEmpty()) << "it was so before";
}

Writer Channel() {
  Writer writer = WriterFor(Part::kOrigin);
  writer.submits = true;
  return writer;
}

// Led by the district; what the channel has told so far.
Dossier Told() {
  Dossier dossier = DossierAt(Stage::kLed);
  dossier.MergeFrom(Parsed(R"(
      fees { id: "f" amount_vnd: 5000 author: "district" collector: "online" paid_vnd: 5000
             paid_time { seconds: 1772400000 } payment_reference: "GD-1"
             payment_channel: ONLINE_PAYMENT_PORTAL }
      fees { id: "g" amount_vnd: 5000 author: "district" collector: "online" paid_vnd: 5000
             payment_reference: "GD-2" payment_channel: ONLINE_PAYMENT_PORTAL refunded_vnd: 1000
             refunded_time { seconds: 1772400000 } }
      fees { id: "h" amount_vnd: 5000 author: "district" }
      supplements { id: "b" content: "invented" author: "district" answered: true
                    reply_note: "first" received_time { seconds: 1772400000 } paper_ids: "p" }
      supplements { id: "c" content: "invented" author: "district" }
      requests { id: "r" kind: KIND_WITHDRAW content: "first" author: "online" }
      requests { id: "s" kind: KIND_WITHDRAW content: "first" author: "city" })"));
  return dossier;
}

std::vector<std::string> Faults(const std::string& said, const Writer& writer) {
  const Dossier before = Told();
  const MergeResult merged = MergeAll(before, Parsed(said), writer);
  return FieldsOf(ValidateToldOnce(before, merged, writer, "x."));
}

TEST(ToldOnceTest, AnotherThingUnderTheSameNameIsAFault) {
  const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
      {R"(fees { id: "f" paid_vnd: 1000 payment_reference: "GD-9" })",
       {"x.fees[f].payment_reference"}},
      {R"(fees { id: "f" paid_vnd: 1000 payment_reference: "GD-1" })", {"x.fees[f].paid_vnd"}},
      {R"(fees { id: "f" paid_time { seconds: 1772400001 } })", {"x.fees[f].paid_time"}},
      {R"(fees { id: "f" payment_channel: ONLINE_PAYMENT_OTHER })", {"x.fees[f].payment_channel"}},
      {R"(fees { id: "g" refunded_vnd: 2000 })", {"x.fees[g].refunded_vnd"}},
      {R"(fees { id: "g" refunded_vnd: 1000 refunded_time { seconds: 1772400001 } })",
       {"x.fees[g].refunded_time"}},
      {R"(supplements { id: "b" reply_note: "second" answered: true })",
       {"x.supplements[b].reply_note"}},
      {R"(supplements { id: "b" paper_ids: "p" paper_ids: "q" })", {"x.supplements[b].paper_ids"}},
      {R"(requests { id: "r" kind: KIND_WITHDRAW content: "second" })", {"x.requests[r].content"}}};
  for (const auto& [said, fields] : cases) EXPECT_EQ(Faults(said, Channel()), fields) << said;
}

TEST(ToldOnceTest, TheSameAgainAndWhatIsNewAreNone) {
  for (const char* said :
       {R"(fees { id: "f" paid_vnd: 5000 paid_time { seconds: 1772400000 }
                  payment_reference: "GD-1" payment_channel: ONLINE_PAYMENT_PORTAL })",
        R"(fees { id: "f" refunded_vnd: 5000 })", R"(fees { id: "h" paid_vnd: 5000 })",
        R"(supplements { id: "b" reply_note: "first" answered: true paper_ids: "p" })",
        R"(supplements { id: "c" reply_note: "first" answered: true })",
        R"(requests { id: "r" kind: KIND_WITHDRAW content: "first" })",
        R"(requests { id: "t" kind: KIND_WITHDRAW content: "second" })",
        R"(requests { id: "s" kind: KIND_WITHDRAW content: "second" })"}) {
    EXPECT_THAT(Faults(said, Channel()), IsEmpty()) << said;
  }
}

// A reply that comes after another channel's is refused as a second one is, not left to a conflict.
TEST(ToldOnceTest, AnotherReplyIsAFaultWhereverTheDossierBegan) {
  const char* said = R"(supplements { id: "b" reply_note: "second" answered: true })";
  EXPECT_THAT(Faults(said, OtherChannel()), ElementsAre("x.supplements[b].reply_note"));
  Writer elsewhere = OtherChannel();
  elsewhere.receives = true;
  EXPECT_THAT(Faults(said, elsewhere), IsEmpty()) << "a system that receives proposes";
}

// A system that keeps the book of it corrects what a clerk mistyped; where it is not its own, it
// proposes.
TEST(ToldOnceTest, WhoReceivesOrLeadsMayCorrectItself) {
  const char* said = R"(supplements { id: "b" reply_note: "second" answered: true })";
  EXPECT_THAT(Faults(said, WriterFor(Part::kReceiving)), IsEmpty());
  for (bool Writer::*role : {&Writer::receives, &Writer::leads}) {
    Writer both = Channel();
    both.*role = true;
    EXPECT_THAT(Faults(said, both), IsEmpty());
    EXPECT_THAT(Faults(R"(fees { id: "f" payment_reference: "GD-9" })", both), IsEmpty());
  }
}

}  // namespace
}  // namespace lienthong::domain

#include "gateway/core/view.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "lienthong/options/v1/options.pb.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Key;

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

class ViewTest : public CoreTest {
 protected:
  static Dossier Filled() {
    Dossier dossier;
    lienthong::testing::Fill(dossier);
    return dossier;
  }
  static Dossier Reduced(const RequestContext& context, Dossier dossier) {
    View::Of(context, true)->Reduce(dossier);
    return dossier;
  }
};

// Every field that is set, with whether the schema marks it public.
void Walk(const Message& message, const std::string& prefix,
          std::vector<std::pair<std::string, bool>>& leaves) {
  std::vector<const FieldDescriptor*> present;
  message.GetReflection()->ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const bool is_public = field->options().GetExtension(options::v1::field).public_();
    const bool group = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       field->message_type()->full_name() != "google.protobuf.Timestamp";
    if (!group) {
      leaves.emplace_back(prefix + field->name(), is_public);
    } else if (!field->is_repeated()) {
      Walk(message.GetReflection()->GetMessage(message, field), prefix + field->name() + ".",
           leaves);
    } else {
      if (!is_public) leaves.emplace_back(prefix + field->name(), false);
      for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i) {
        Walk(message.GetReflection()->GetRepeatedMessage(message, field, i),
             prefix + field->name() + "[].", leaves);
      }
    }
  }
}

TEST_F(ViewTest, ThePortalSeesPublicFieldsAndNothingElse) {
  std::vector<std::pair<std::string, bool>> seen, all;
  Walk(Reduced(Portal(), Filled()), "", seen);
  Walk(Filled(), "", all);
  for (const auto& [path, is_public] : seen) EXPECT_TRUE(is_public) << path;
  EXPECT_THAT(seen, Contains(::testing::Pair("status", true)));
  EXPECT_THAT(seen, Contains(::testing::Pair("reception.received_time", true)));
  EXPECT_THAT(seen, Contains(::testing::Pair("steps[].status", true)));
  EXPECT_LT(seen.size(), all.size() / 4);
}

TEST_F(ViewTest, EveryPublicFieldReachesThePortalUnchanged) {
  const Dossier filled = Filled();
  const domain::FieldMap seen = domain::Flatten(Reduced(Portal(), filled));
  for (const auto& [path, value] : domain::Flatten(filled)) {
    if (!domain::SplitPath(path).list.empty()) continue;  // the ids of elements are not public
    if (domain::RulesOf(path)->public_()) {
      EXPECT_THAT(seen, Contains(::testing::Pair(path, value)));
    } else {
      EXPECT_THAT(seen, ::testing::Not(Contains(Key(path))));
    }
  }
}

TEST_F(ViewTest, NothingSensitiveIsPublic) {
  for (const std::string& path : domain::SchemaPaths()) {
    std::string element = path;
    if (const size_t at = element.find("[]"); at != std::string::npos)
      element.replace(at, 2, "[e]");
    const auto& rules = *domain::RulesOf(element);
    EXPECT_FALSE(rules.sensitive() && rules.public_()) << path;
  }
}

TEST_F(ViewTest, NoPersonalTextReachesThePortal) {
  const std::string bytes = Reduced(Portal(), Filled()).SerializeAsString();
  for (const char* group :
       {"Applicant", "Contact", "IdentityDocument", "Submitter", "Origin.portal_account",
        "Dossier.subject", "Dossier.note", "Dossier.other_info", "Dossier.form_data",
        "Dossier.property_address", "Dossier.status_note", "FileReference", "RequestEvent"}) {
    EXPECT_EQ(bytes.find(std::string("lienthong.dossier.v1.") + group), std::string::npos) << group;
  }
}

TEST_F(ViewTest, WhatTheSchemaDoesNotKnowIsNotPublic) {
  Dossier dossier = Filled();
  for (Message* message :
       std::vector<Message*>{&dossier, dossier.mutable_reception(), dossier.mutable_steps(0)}) {
    message->GetReflection()->MutableUnknownFields(message)->AddLengthDelimited(9000, "a secret");
  }
  EXPECT_EQ(Reduced(Portal(), dossier).SerializeAsString().find("a secret"), std::string::npos);
}

TEST_F(ViewTest, AgenciesAndOperatorsSeeAllOfWhatTheyMaySee) {
  for (const RequestContext& context : {Agency("H29.X05"), Operator()}) {
    EXPECT_TRUE(MessageDifferencer::Equals(Reduced(context, Filled()), Filled()))
        << context.caller.name;
  }
}

TEST_F(ViewTest, AnAgencySeesWhatItReceivedAndWhatIsOrWasAssigned) {
  Dossier dossier;
  dossier.mutable_reception()->set_agency("H29.X01");
  const auto assign = [&](const char* agency, dossier::v1::Assignment::Answer answer) {
    auto& assignment = *dossier.add_assignments();
    assignment.set_agency(agency);
    assignment.set_answer(answer);
  };
  assign("H29.X05", dossier::v1::Assignment::ANSWER_REFUSED);
  assign("H29.X07", dossier::v1::Assignment::ANSWER_DONE);
  EXPECT_THAT(AgenciesOf(dossier), ElementsAre("H29.X01", "H29.X05", "H29.X07"));
  for (const char* agency : {"H29.X01", "H29.X05", "H29.X07"}) {
    EXPECT_TRUE(View::Of(Agency(agency), true)->Covers(dossier)) << agency;
  }
  EXPECT_FALSE(View::Of(Agency("H29.X99"), true)->Covers(dossier));
  EXPECT_FALSE(View::Of(Agency("H29"), true)->Covers(dossier)) << "a code is not a prefix";
  EXPECT_TRUE(View::Of(Operator(), true)->Covers(dossier));
  EXPECT_TRUE(View::Of(Portal(), false)->Covers(dossier));
}

TEST_F(ViewTest, ALinkSeesWhatItsCounterpartsAgenciesSee) {
  RequestContext link;
  link.caller = {CallerKind::kLink, "link/district", {"H29.X05", "H29.X06"}};
  Dossier dossier;
  dossier.mutable_reception()->set_agency("H29.X01");
  EXPECT_FALSE(View::Of(link, true)->Covers(dossier));
  dossier.add_assignments()->set_agency("H29.X06");
  EXPECT_TRUE(View::Of(link, true)->Covers(dossier));
}

TEST_F(ViewTest, ADossierOfNobodyIsSeenByNoAgency) {
  EXPECT_THAT(AgenciesOf(Dossier()), IsEmpty());
  EXPECT_FALSE(View::Of(Agency("H29.X05"), true)->Covers(Dossier()));
}

TEST_F(ViewTest, AJournalEntryIsSeenByTheAgenciesItNames) {
  storage::v1::JournalEntry entry;
  entry.add_agencies("H29.X05");
  EXPECT_TRUE(View::Of(Agency("H29.X05"), true)->Covers(entry));
  EXPECT_FALSE(View::Of(Agency("H29.X01"), true)->Covers(entry));
}

TEST_F(ViewTest, AnOperatorSaysWhyPersonalDataIsRead) {
  EXPECT_EQ(ReasonOf(View::Of(Operator(""), true)), "FIELD_INVALID");
  EXPECT_THAT(View::Of(Operator(""), false), IsOk());
  EXPECT_THAT(View::Of(Operator("a complaint"), true), IsOk());
  EXPECT_THAT(View::Of(Agency("H29.X05"), true), IsOk());
}

}  // namespace
}  // namespace lienthong::core

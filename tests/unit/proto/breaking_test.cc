// The contract never breaks those who were built with an earlier one. UPDATE_GOLDEN=1 takes the
// present contract as the one to keep; do that at a release, and say in an ADR why when something
// was removed.
#include "tests/unit/proto/breaking.h"

#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;

TEST(ContractTest, BreaksNobody) {
  const FileDescriptorSet now = ContractOf(BuiltSet());
  if (const char* update = std::getenv("UPDATE_GOLDEN");
      update != nullptr && std::string(update) == "1") {
    std::ofstream out(GoldenPath(), std::ios::binary | std::ios::trunc);
    ASSERT_TRUE(now.SerializeToOstream(&out)) << GoldenPath();
  }
  EXPECT_THAT(FindBreaks(ReadSet(GoldenPath()), now), IsEmpty())
      << "callers in the field still speak the earlier contract: add, do not change "
         "(proto/README.md)";
}

TEST(ContractTest, TheGoldenOneHoldsTheContractAndNothingElse) {
  const FileDescriptorSet golden = ReadSet(GoldenPath());
  EXPECT_GE(golden.file_size(), 13);
  for (const FileDescriptorProto& file : golden.file()) {
    EXPECT_THAT(file.name(), StartsWith("lienthong/"));
    EXPECT_FALSE(file.has_source_code_info()) << "comments may change";
  }
}

// Plants one change in a copy of the contract and says what the checker finds.
class BreakingTest : public ::testing::Test {
 protected:
  BreakingTest() : before_(ContractOf(BuiltSet())), now_(before_) {}

  FileDescriptorProto& File(const std::string& name) {
    for (FileDescriptorProto& file : *now_.mutable_file()) {
      if (file.name() == "lienthong/" + name) return file;
    }
    ADD_FAILURE() << name;
    return *now_.add_file();
  }
  template <typename List>
  static auto& Find(List* list, const std::string& name) {
    for (auto& element : *list) {
      if (element.name() == name) return element;
    }
    ADD_FAILURE() << name;
    return *list->Add();
  }
  template <typename List>
  static void Remove(List* list, const std::string& name) {
    for (int i = 0; i < list->size(); ++i) {
      if (list->Get(i).name() == name) return list->DeleteSubrange(i, 1);
    }
    ADD_FAILURE() << name;
  }

  DescriptorProto& Dossier() {
    return Find(File("dossier/v1/dossier.proto").mutable_message_type(), "Dossier");
  }
  FieldDescriptorProto& DossierField(const std::string& name) {
    return Find(Dossier().mutable_field(), name);
  }
  EnumDescriptorProto& Status() {
    return Find(File("dossier/v1/enums.proto").mutable_enum_type(), "Status");
  }
  MethodDescriptorProto& PushDossier() {
    auto& service =
        Find(File("dossier/v1/dossier_service.proto").mutable_service(), "DossierService");
    return Find(service.mutable_method(), "PushDossier");
  }

  std::vector<std::string> Breaks() const { return FindBreaks(before_, now_); }

  const FileDescriptorSet before_;
  FileDescriptorSet now_;
};

constexpr char kNote[] = "lienthong.dossier.v1.Dossier.note ";

TEST_F(BreakingTest, NothingChangedBreaksNothing) { EXPECT_THAT(Breaks(), IsEmpty()); }

TEST_F(BreakingTest, ARemovedField) {
  Remove(Dossier().mutable_field(), "note");
  EXPECT_THAT(Breaks(), ElementsAre(kNote + std::string("was removed")));
}

TEST_F(BreakingTest, ARenamedField) {
  DossierField("note").set_name("remark");
  EXPECT_THAT(Breaks(), ElementsAre(kNote + std::string("was removed")))
      << "JSON callers write its name";
}

TEST_F(BreakingTest, ARenumberedField) {
  DossierField("note").set_number(900);
  EXPECT_THAT(Breaks(), ElementsAre(kNote + std::string("number was 11, is 900")));
}

TEST_F(BreakingTest, ARetypedField) {
  DossierField("note").set_type(FieldDescriptorProto::TYPE_BYTES);
  EXPECT_THAT(Breaks(), ElementsAre(kNote + std::string("was TYPE_STRING, is TYPE_BYTES")));
}

TEST_F(BreakingTest, AnotherMessageInAField) {
  DossierField("contact").set_type_name(".lienthong.dossier.v1.Applicant");
  EXPECT_THAT(
      Breaks(),
      ElementsAre(HasSubstr("Dossier.contact was TYPE_MESSAGE .lienthong.dossier.v1.Contact, is")));
}

TEST_F(BreakingTest, AListOfWhatWasOne) {
  DossierField("contact").set_label(FieldDescriptorProto::LABEL_REPEATED);
  EXPECT_THAT(Breaks(),
              ElementsAre(HasSubstr("Dossier.contact was LABEL_OPTIONAL, is LABEL_REPEATED")));
}

TEST_F(BreakingTest, PresenceTakenAway) {
  DossierField("note").clear_proto3_optional();
  DossierField("note").clear_oneof_index();
  EXPECT_THAT(Breaks(), ElementsAre(kNote + std::string("has no presence any more")))
      << "absence means: not said";
}

TEST_F(BreakingTest, AnotherNameInJson) {
  DossierField("receipt_number").set_json_name("receipt");
  EXPECT_THAT(Breaks(),
              ElementsAre(HasSubstr("Dossier.receipt_number is written otherwise in JSON")));
}

TEST_F(BreakingTest, AFieldTakenOutOfItsOneof) {
  auto& response =
      Find(File("dossier/v1/dossier_service.proto").mutable_message_type(), "PushDossiersResponse");
  Find(response.mutable_field(), "refused").clear_oneof_index();
  EXPECT_THAT(Breaks(),
              ElementsAre(HasSubstr("PushDossiersResponse.refused stands in another oneof")));
}

TEST_F(BreakingTest, ARemovedEnumValue) {
  Remove(Status().mutable_value(), "STATUS_STOPPED");
  EXPECT_THAT(Breaks(), ElementsAre("lienthong.dossier.v1.Status.STATUS_STOPPED was removed"));
}

TEST_F(BreakingTest, ARenumberedEnumValue) {
  Find(Status().mutable_value(), "STATUS_STOPPED").set_number(11);
  EXPECT_THAT(Breaks(),
              ElementsAre("lienthong.dossier.v1.Status.STATUS_STOPPED number was 8, is 11"));
}

TEST_F(BreakingTest, AValueOfANestedEnum) {
  auto& step = Find(File("dossier/v1/papers.proto").mutable_message_type(), "Fee");
  Remove(Find(step.mutable_enum_type(), "CollectedAt").mutable_value(), "COLLECTED_AT_RETURN");
  EXPECT_THAT(Breaks(),
              ElementsAre("lienthong.dossier.v1.Fee.CollectedAt.COLLECTED_AT_RETURN was removed"));
}

TEST_F(BreakingTest, ARemovedMethod) {
  auto& service =
      Find(File("dossier/v1/dossier_service.proto").mutable_service(), "DossierService");
  Remove(service.mutable_method(), "PushDossier");
  EXPECT_THAT(Breaks(), ElementsAre("lienthong.dossier.v1.DossierService.PushDossier was removed"));
}

TEST_F(BreakingTest, AnotherRequest) {
  PushDossier().set_input_type(".lienthong.dossier.v1.GetDossierRequest");
  EXPECT_THAT(Breaks(), ElementsAre(HasSubstr("DossierService.PushDossier took")));
}

TEST_F(BreakingTest, AnotherResponse) {
  PushDossier().set_output_type(".lienthong.dossier.v1.Dossier");
  EXPECT_THAT(Breaks(), ElementsAre(HasSubstr("DossierService.PushDossier answered")));
}

TEST_F(BreakingTest, AStreamOfWhatWasOneCall) {
  PushDossier().set_client_streaming(true);
  EXPECT_THAT(Breaks(), ElementsAre(HasSubstr("PushDossier streams its requests otherwise")));
  PushDossier().set_server_streaming(true);
  EXPECT_EQ(Breaks().size(), 2U);
}

TEST_F(BreakingTest, RemovedMessagesServicesFilesAndPackages) {
  Remove(File("receipt/v1/receipt_service.proto").mutable_service(), "ReceiptService");
  Remove(File("receipt/v1/receipt_service.proto").mutable_message_type(), "ResolvedCode");
  File("sync/v1/sync_service.proto").set_name("lienthong/sync/v1/other.proto");
  File("status/v1/status_service.proto").set_package("lienthong.status.v2");
  EXPECT_THAT(Breaks(),
              ::testing::UnorderedElementsAre(
                  "lienthong.receipt.v1.ReceiptService was removed",
                  "lienthong.receipt.v1.ResolvedCode was removed",
                  "file lienthong/sync/v1/sync_service.proto was removed",
                  HasSubstr("was of package lienthong.status.v1, is of lienthong.status.v2")));
}

TEST_F(BreakingTest, ARenumberedOption) {
  auto& options = File("options/v1/options.proto");
  options.mutable_extension(0)->set_number(50'999);
  EXPECT_THAT(Breaks(), ElementsAre(HasSubstr("number was 50001, is 50999")));
}

TEST_F(BreakingTest, AllBreaksAreNamedAtOnce) {
  Remove(Dossier().mutable_field(), "note");
  Remove(Status().mutable_value(), "STATUS_STOPPED");
  PushDossier().set_server_streaming(true);
  EXPECT_EQ(Breaks().size(), 3U);
}

TEST_F(BreakingTest, AdditionsBreakNobody) {
  FieldDescriptorProto& field = *Dossier().add_field();
  field.set_name("invented");
  field.set_number(900);
  field.set_type(FieldDescriptorProto::TYPE_STRING);
  field.set_label(FieldDescriptorProto::LABEL_OPTIONAL);
  auto& value = *Status().add_value();
  value.set_name("STATUS_INVENTED");
  value.set_number(11);
  auto& method = *Find(File("dossier/v1/dossier_service.proto").mutable_service(), "DossierService")
                      .add_method();
  method.set_name("InventDossier");
  File("dossier/v1/dossier.proto").add_message_type()->set_name("Invented");
  File("dossier/v1/dossier.proto").add_service()->set_name("InventedService");
  File("dossier/v1/enums.proto").add_enum_type()->set_name("InventedKind");
  FileDescriptorProto& file = *now_.add_file();
  file.set_name("lienthong/invented/v1/invented.proto");
  EXPECT_THAT(Breaks(), IsEmpty());
}

TEST_F(BreakingTest, OptionsAndCommentsMayChange) {
  DossierField("note").clear_options();
  File("dossier/v1/dossier.proto").mutable_source_code_info();
  EXPECT_THAT(Breaks(), IsEmpty());
}

}  // namespace
}  // namespace lienthong

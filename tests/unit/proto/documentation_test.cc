// Everything in the contract says what it is, and its options hold together.
#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "gtest/gtest.h"

#include "tests/unit/proto/breaking.h"

namespace lienthong {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using google::protobuf::Descriptor;
using google::protobuf::DescriptorPool;
using google::protobuf::EnumDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::ServiceDescriptor;
using google::protobuf::SourceLocation;

// Full names of what has no comment in the files of lienthong.
class Undocumented {
 public:
  explicit Undocumented(const FileDescriptorSet& set) {
    for (const FileDescriptorProto& file : set.file())
      EXPECT_NE(pool_.BuildFile(file), nullptr) << file.name();
    for (const FileDescriptorProto& proto : set.file()) {
      if (!proto.name().starts_with("lienthong/")) continue;
      const FileDescriptor& file = *pool_.FindFileByName(proto.name());
      for (int i = 0; i < file.message_type_count(); ++i) Message(*file.message_type(i));
      for (int i = 0; i < file.enum_type_count(); ++i) Enum(*file.enum_type(i));
      for (int i = 0; i < file.extension_count(); ++i)
        Look(*file.extension(i), file.extension(i)->full_name());
      for (int i = 0; i < file.service_count(); ++i) Service(*file.service(i));
    }
  }

  std::vector<std::string> names;
  int seen = 0;

 private:
  void Message(const Descriptor& message) {
    Look(message, message.full_name());
    for (int i = 0; i < message.field_count(); ++i)
      Look(*message.field(i), message.field(i)->full_name());
    for (int i = 0; i < message.real_oneof_decl_count(); ++i) {
      Look(*message.oneof_decl(i), message.oneof_decl(i)->full_name());
    }
    for (int i = 0; i < message.enum_type_count(); ++i) Enum(*message.enum_type(i));
    for (int i = 0; i < message.nested_type_count(); ++i) {
      if (!message.nested_type(i)->options().map_entry()) Message(*message.nested_type(i));
    }
  }

  void Enum(const EnumDescriptor& type) {
    Look(type, type.full_name());
    for (int i = 0; i < type.value_count(); ++i) Look(*type.value(i), type.value(i)->full_name());
  }

  void Service(const ServiceDescriptor& service) {
    Look(service, service.full_name());
    for (int i = 0; i < service.method_count(); ++i)
      Look(*service.method(i), service.method(i)->full_name());
  }

  template <typename Thing>
  void Look(const Thing& thing, const std::string& name) {
    ++seen;
    SourceLocation location;
    const bool known = thing.GetSourceLocation(&location);
    if (!known || location.leading_comments.find_first_not_of(" \n") == std::string::npos)
      names.push_back(name);
  }

  DescriptorPool pool_;
};

TEST(DocumentationTest, EverythingInTheContractHasAComment) {
  const Undocumented undocumented(BuiltSet());
  EXPECT_THAT(undocumented.names, IsEmpty()) << "write a comment above it that says what it means";
  EXPECT_GT(undocumented.seen, 500);
}

// Takes the comments of everything whose path begins so.
FileDescriptorSet Without(FileDescriptorSet set, const std::string& file_name,
                          const std::vector<int>& path) {
  for (FileDescriptorProto& file : *set.mutable_file()) {
    if (file.name() != file_name) continue;
    for (auto& location : *file.mutable_source_code_info()->mutable_location()) {
      if (std::vector<int>(location.path().begin(), location.path().end()) == path) {
        location.clear_leading_comments();
      }
    }
  }
  return set;
}

TEST(DocumentationTest, AMissingCommentIsSeenWhereverItIsMissing) {
  const std::map<std::vector<int>, std::string> places = {
      {{4, 0}, "lienthong.receipt.v1.Reservation"},
      {{4, 0, 2, 1}, "lienthong.receipt.v1.Reservation.code"},
      {{4, 0, 4, 0}, "lienthong.receipt.v1.Reservation.State"},
      {{4, 0, 4, 0, 2, 2}, "lienthong.receipt.v1.Reservation.STATE_COMMITTED"},
      {{6, 0}, "lienthong.receipt.v1.ReceiptService"},
      {{6, 0, 2, 0}, "lienthong.receipt.v1.ReceiptService.ReserveReceipt"},
  };
  const FileDescriptorSet built = BuiltSet();
  for (const auto& [path, name] : places) {
    const Undocumented found(Without(built, "lienthong/receipt/v1/receipt_service.proto", path));
    EXPECT_THAT(found.names, ElementsAre(name));
  }
}

}  // namespace
}  // namespace lienthong

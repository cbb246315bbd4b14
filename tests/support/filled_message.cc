#include "tests/support/filled_message.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr int64_t kFirstInstantSeconds = 1'772'409'600;  // 2026-03-02T00:00:00Z
constexpr int kElements = 2;

bool IsTimestamp(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         field.message_type() == Timestamp::descriptor();
}

void FillScalar(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, &field, absl::StrCat("invented ", field.full_name()));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, field.number() + 1);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, (int64_t{1} << 40) + field.number());
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, true);
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(&message, &field, field.enum_type()->value(1)->number());
    default: {
      Timestamp time;
      time.set_seconds(kFirstInstantSeconds + field.number() * 3600);
      reflection.MutableMessage(&message, &field)->CopyFrom(time);
    }
  }
}

void FillList(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 1; i <= kElements; ++i) {
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      reflection.AddString(&message, &field, absl::StrCat(field.name(), "-", i));
      continue;
    }
    Message& element = *reflection.AddMessage(&message, &field);
    Fill(element);
    const FieldDescriptor* id = element.GetDescriptor()->FindFieldByName("id");
    element.GetReflection()->SetString(&element, id, absl::StrCat("e", i));
  }
}

}  // namespace

void Fill(Message& message) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.is_repeated()) {
      FillList(message, field);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsTimestamp(field)) {
      Fill(*message.GetReflection()->MutableMessage(&message, &field));
    } else {
      FillScalar(message, field);
    }
  }
}

}  // namespace lienthong::testing

#include "tests/conformance/adapter/random_dossier.h"

#include <array>
#include <random>
#include <string>

#include "google/protobuf/timestamp.pb.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Timestamp;

constexpr int64_t kYears_s = int64_t{120} * 365 * 24 * 3600;

class Filler {
 public:
  explicit Filler(uint64_t seed) : random_(seed) {}

  void Fill(Message& message) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      if (field.name() == "id") {
        message.GetReflection()->SetString(&message, &field, "x-" + std::to_string(++ids_));
      } else if (field.is_repeated()) {
        FillList(message, field);
      } else if (Below(3) != 0) {
        FillField(message, field);
      }
    }
  }

 private:
  uint64_t Below(uint64_t limit) { return random_() % limit; }

  std::string Text() {
    static constexpr std::array<const char*, 6> kPieces = {"a", "Nguyễn", " ", "\"\\", "🙂", "9"};
    std::string text;
    const uint64_t pieces = Below(10) == 0 ? 6000 : Below(30);
    for (uint64_t i = 0; i < pieces; ++i) text += kPieces.at(Below(kPieces.size()));
    return text;
  }

  void FillList(Message& message, const FieldDescriptor& field) {
    const uint64_t count = Below(4);
    for (uint64_t i = 0; i < count; ++i) {
      if (field.message_type() != nullptr) {
        Fill(*message.GetReflection()->AddMessage(&message, &field));
      } else {
        message.GetReflection()->AddString(&message, &field, Text());
      }
    }
  }

  void FillField(Message& message, const FieldDescriptor& field) {
    const auto& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(&message, &field, Text());
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, &field, Below(2) == 0);
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, &field, static_cast<int32_t>(Below(1000)));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, &field, static_cast<int64_t>(random_() >> 2));
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto& values = *field.enum_type();
        const int index = static_cast<int>(Below(static_cast<uint64_t>(values.value_count())));
        return reflection.SetEnum(&message, &field, values.value(index));
      }
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        Message* below = reflection.MutableMessage(&message, &field);
        if (field.message_type() != Timestamp::descriptor()) return Fill(*below);
        auto* time = static_cast<Timestamp*>(below);
        time->set_seconds(static_cast<int64_t>(Below(kYears_s)) - kYears_s / 2);
        time->set_nanos(Below(2) == 0 ? 0 : static_cast<int32_t>(Below(1'000'000'000)));
        return;
      }
      default:
        return;
    }
  }

  std::mt19937_64 random_;
  int ids_ = 0;
};

}  // namespace

dossier::v1::Dossier RandomDossier(uint64_t seed) {
  dossier::v1::Dossier dossier;
  Filler(seed).Fill(dossier);
  return dossier;
}

}  // namespace lienthong::sdk

#include "tests/unit/proto/breaking.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <utility>

#include "gtest/gtest.h"

namespace lienthong {
namespace {

using google::protobuf::DescriptorProto;
using google::protobuf::EnumDescriptorProto;
using google::protobuf::FieldDescriptorProto;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::ServiceDescriptorProto;

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> found;
  for (const char* name : {"LIENTHONG_SOURCE_DIR", "LIENTHONG_BUILD_DIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) found[name] = value;
  }
  return found;
}

// The folders of the sources and of the build; the usual ones when nobody says.
std::string FolderOf(const char* name, const char* usual) {
  const auto environment = Environment();
  const auto found = environment.find(name);
  return found == environment.end() ? usual : found->second;
}

// Elements of a list by name, to be found again in the other set.
template <typename List>
auto ByName(const List& list) {
  std::map<std::string, const std::decay_t<decltype(*list.begin())>*> found;
  for (const auto& element : list) found[element.name()] = &element;
  return found;
}

std::string TypeOf(const FieldDescriptorProto& field) {
  return FieldDescriptorProto::Type_Name(field.type()) +
         (field.has_type_name() ? " " + field.type_name() : "");
}

class Comparison {
 public:
  void Files(const FileDescriptorSet& before, const FileDescriptorSet& now) {
    Match("file ", before.file(), now.file(),
          [this](const std::string&, const auto& was, const auto& is) {
            if (was.package() != is.package()) {
              return Add("file " + was.name(),
                         "was of package " + was.package() + ", is of " + is.package());
            }
            const std::string prefix = was.package() + ".";
            Messages(prefix, was.message_type(), is.message_type());
            Enums(prefix, was.enum_type(), is.enum_type());
            Fields(prefix, was.extension(), is.extension());
            Services(prefix, was.service(), is.service());
          });
  }

  std::vector<std::string> breaks;

 private:
  // Calls `compare` with the full name and both forms of what stands in both lists; what stands
  // only in the first was removed.
  template <typename List, typename Compare>
  void Match(const std::string& prefix, const List& before, const List& now, Compare compare) {
    const auto present = ByName(now);
    for (const auto& was : before) {
      const std::string name = prefix + was.name();
      const auto found = present.find(was.name());
      if (found == present.end()) {
        Add(name, "was removed");
      } else {
        compare(name, was, *found->second);
      }
    }
  }

  template <typename List>
  void Messages(const std::string& prefix, const List& before, const List& now) {
    Match(prefix, before, now,
          [this](const std::string& name, const DescriptorProto& was, const DescriptorProto& is) {
            Fields(name + ".", was.field(), is.field());
            Messages(name + ".", was.nested_type(), is.nested_type());
            Enums(name + ".", was.enum_type(), is.enum_type());
            Oneofs(name, was, is);
          });
  }

  template <typename List>
  void Fields(const std::string& prefix, const List& before, const List& now) {
    Match(prefix, before, now,
          [this](const std::string& name, const FieldDescriptorProto& was,
                 const FieldDescriptorProto& is) {
            if (was.number() != is.number()) Changed(name, "number", was.number(), is.number());
            if (TypeOf(was) != TypeOf(is)) Add(name, "was " + TypeOf(was) + ", is " + TypeOf(is));
            if (was.label() != is.label()) {
              Add(name, "was " + FieldDescriptorProto::Label_Name(was.label()) + ", is " +
                            FieldDescriptorProto::Label_Name(is.label()));
            }
            if (was.proto3_optional() != is.proto3_optional()) {
              Add(name, was.proto3_optional() ? "has no presence any more" : "has got presence");
            }
            if (was.json_name() != is.json_name()) Add(name, "is written otherwise in JSON");
            if (was.extendee() != is.extendee()) Add(name, "extends another message");
          });
  }

  // Which fields exclude each other; a synthetic oneof is the presence of one field, compared
  // above.
  void Oneofs(const std::string& name, const DescriptorProto& was, const DescriptorProto& is) {
    const auto group = [](const DescriptorProto& message, const FieldDescriptorProto& field) {
      const bool real = field.has_oneof_index() && !field.proto3_optional();
      return real ? message.oneof_decl(field.oneof_index()).name() : std::string();
    };
    const auto present = ByName(is.field());
    for (const FieldDescriptorProto& field : was.field()) {
      const auto found = present.find(field.name());
      if (found != present.end() && group(was, field) != group(is, *found->second)) {
        Add(name + "." + field.name(), "stands in another oneof");
      }
    }
  }

  template <typename List>
  void Enums(const std::string& prefix, const List& before, const List& now) {
    Match(prefix, before, now,
          [this](const std::string& name, const EnumDescriptorProto& was,
                 const EnumDescriptorProto& is) {
            Match(name + ".", was.value(), is.value(),
                  [this](const std::string& value, const auto& had, const auto& has) {
                    if (had.number() != has.number())
                      Changed(value, "number", had.number(), has.number());
                  });
          });
  }

  template <typename List>
  void Services(const std::string& prefix, const List& before, const List& now) {
    Match(prefix, before, now,
          [this](const std::string& name, const ServiceDescriptorProto& was,
                 const ServiceDescriptorProto& is) {
            Match(name + ".", was.method(), is.method(),
                  [this](const std::string& method, const MethodDescriptorProto& had,
                         const MethodDescriptorProto& has) { Method(method, had, has); });
          });
  }

  void Method(const std::string& name, const MethodDescriptorProto& was,
              const MethodDescriptorProto& is) {
    if (was.input_type() != is.input_type()) {
      Add(name, "took " + was.input_type() + ", takes " + is.input_type());
    }
    if (was.output_type() != is.output_type()) {
      Add(name, "answered " + was.output_type() + ", answers " + is.output_type());
    }
    if (was.client_streaming() != is.client_streaming())
      Add(name, "streams its requests otherwise");
    if (was.server_streaming() != is.server_streaming()) Add(name, "streams its answers otherwise");
  }

  void Changed(const std::string& name, const char* what, int was, int is) {
    Add(name, std::string(what) + " was " + std::to_string(was) + ", is " + std::to_string(is));
  }
  void Add(const std::string& name, const std::string& problem) {
    breaks.push_back(name + " " + problem);
  }
};

}  // namespace

std::vector<std::string> FindBreaks(const FileDescriptorSet& before, const FileDescriptorSet& now) {
  Comparison comparison;
  comparison.Files(ContractOf(before), ContractOf(now));
  return std::move(comparison.breaks);
}

FileDescriptorSet ContractOf(const FileDescriptorSet& all) {
  FileDescriptorSet contract;
  for (const FileDescriptorProto& file : all.file()) {
    if (!file.name().starts_with("lienthong/")) continue;
    FileDescriptorProto& kept = *contract.add_file();
    kept = file;
    kept.clear_source_code_info();
  }
  return contract;
}

FileDescriptorSet ReadSet(const std::string& path) {
  FileDescriptorSet set;
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good() && set.ParseFromIstream(&in)) << path << " is no descriptor set";
  EXPECT_GT(set.file_size(), 0) << path;
  return set;
}

FileDescriptorSet BuiltSet() {
  return ReadSet(FolderOf("LIENTHONG_BUILD_DIR", "build") + "/lienthong.binpb");
}

std::string GoldenPath() {
  return FolderOf("LIENTHONG_SOURCE_DIR", ".") + "/tests/golden/lienthong_v1.binpb";
}

}  // namespace lienthong

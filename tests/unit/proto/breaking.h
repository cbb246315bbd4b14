#ifndef LIENTHONG_TESTS_UNIT_PROTO_BREAKING_H_
#define LIENTHONG_TESTS_UNIT_PROTO_BREAKING_H_

#include <string>
#include <vector>

#include "google/protobuf/descriptor.pb.h"

namespace lienthong {

// Every way in which `now` would break a caller (or an old row) that was made with `before`: what
// was removed, renumbered or retyped, one line each, beginning with the full name. Additions are
// none. Both sets hold the files of lienthong; others are not looked at. Names are compared as they
// stand in the sets, so both must have been made by protoc.
std::vector<std::string> FindBreaks(const google::protobuf::FileDescriptorSet& before,
                                    const google::protobuf::FileDescriptorSet& now);

// The files of lienthong in a set, without comments: what a golden file keeps.
google::protobuf::FileDescriptorSet ContractOf(const google::protobuf::FileDescriptorSet& all);

// Reads a set that protoc wrote. Fails the test when it cannot be read.
google::protobuf::FileDescriptorSet ReadSet(const std::string& path);

// The set of this build, with comments, and where the golden one stands.
google::protobuf::FileDescriptorSet BuiltSet();
std::string GoldenPath();

}  // namespace lienthong

#endif  // LIENTHONG_TESTS_UNIT_PROTO_BREAKING_H_

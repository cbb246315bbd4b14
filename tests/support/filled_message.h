#ifndef LIENTHONG_TESTS_SUPPORT_FILLED_MESSAGE_H_
#define LIENTHONG_TESTS_SUPPORT_FILLED_MESSAGE_H_

#include "google/protobuf/message.h"

namespace lienthong::testing {

// Sets every field of a message that its schema knows, below and including lists (two elements
// each, with the ids `e1` and `e2`), so that a field added to the schema is tested without a new
// line of test. Texts name their field; enums take their first value that says something; instants
// are whole seconds. No two texts of one message are equal.
void Fill(google::protobuf::Message& message);

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_FILLED_MESSAGE_H_

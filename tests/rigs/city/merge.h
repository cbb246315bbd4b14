// How a partial HoSo changes a record: named fields are replaced, absent ones stay, list elements
// are merged by Id.
#ifndef LIENTHONG_TESTS_RIGS_CITY_MERGE_H_
#define LIENTHONG_TESTS_RIGS_CITY_MERGE_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {

// A record in which nothing is set: every field "", every list [].
nlohmann::json BlankRecord();

// Takes unchecked patches too (a tampered record may hold anything): what is not a list of elements
// on both sides is replaced as a whole. New elements come last, with every field of their list.
void MergeRecord(nlohmann::json& record, const nlohmann::json& patch);

struct ElementName {
  std::string list;
  std::string id;
};

// False when one of them is not there; then nothing was removed.
bool RemoveElements(nlohmann::json& record, const std::vector<ElementName>& elements);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_MERGE_H_

#ifndef LIENTHONG_TESTS_UNIT_FORMS_SAMPLE_DOSSIER_H_
#define LIENTHONG_TESTS_UNIT_FORMS_SAMPLE_DOSSIER_H_

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "gateway/forms/forms.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/environment.h"

namespace lienthong::forms {

inline const absl::Time kFormNow = absl::FromUnixSeconds(1'793'900'000);

// The invented dossier of sample.textproto; `more` is laid over it.
inline dossier::v1::Dossier SampleDossier(const std::string& more = "") {
  std::ifstream file(testing::Environment("LIENTHONG_SOURCE_DIR") +
                     "/tests/unit/forms/sample.textproto");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  dossier::v1::Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier));
  EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(more, &dossier)) << more;
  return dossier;
}

// Knows one agency, and no unit but the province.
inline Names SampleNames() {
  Names names;
  names.agency = [](std::string_view code, std::string_view day) -> std::string {
    return code == "H29.X05" && day == "2026-11-05" ? "Phường Mẫu Thử" : "";
  };
  names.parent = [](std::string_view, std::string_view) { return "UBND Thành phố"; };
  names.unit = [](std::string_view code, std::string_view) -> std::string {
    return code == "79" ? "Thành phố Hồ Chí Minh" : "";
  };
  return names;
}

inline absl::StatusOr<form::v1::Form> FillSample(form::v1::FormKind kind,
                                                 const std::string& more = "",
                                                 std::string_view element = "") {
  return Fill(kind, SampleDossier(more), element, SampleNames(), kFormNow);
}

}  // namespace lienthong::forms

#endif  // LIENTHONG_TESTS_UNIT_FORMS_SAMPLE_DOSSIER_H_

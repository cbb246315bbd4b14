#include "gateway/console/html.h"

#include "gateway/console/fields.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/personal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::console {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kHostile = R"(<script>alert("x")</script>'&)";
constexpr const char* kHarmless = "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;";

TEST(HtmlTest, NothingThatIsGivenIsMarkup) {
  Html html;
  {
    const auto item = html.In("li", {{"title", kHostile}});
    html.Text(kHostile);
    html.Leaf("b", kHostile);
    html.Void("input", {{"value", kHostile}});
  }
  const std::string harmless = kHarmless;
  EXPECT_EQ(html.Take(), "<li title=\"" + harmless + "\">" + harmless + "<b>" + harmless +
                             "</b><input value=\"" + harmless + "\"></li>");
}

TEST(HtmlTest, ElementsEndInTheirOrder) {
  Html html;
  {
    const auto table = html.In("table");
    const auto row = html.In("tr");
    html.Leaf("td", "Đỗ");
  }
  EXPECT_EQ(html.Take(), "<table><tr><td>Đỗ</td></tr></table>");
}

TEST(UrlTest, ParametersSayNothingElse) {
  EXPECT_EQ(Url("/console/dossier", {{"number", "H29.X05-1/2&a=b"}, {"x", "ă "}}),
            "/console/dossier?number=H29.X05-1%2F2%26a%3Db&x=%C4%83%20");
}

TEST(FieldsTest, ReadsWhatFormsSend) {
  const Fields fields = Fields::Parse("a=1+2%2B&id=x&id=y%20&b=+b+&empty=&=z&c");
  EXPECT_EQ(fields.Get("a"), "1 2+");
  EXPECT_THAT(fields.All("id"), ElementsAre("x", "y "));
  EXPECT_EQ(fields.Get("b"), "b");
  EXPECT_EQ(fields.Get("nothing"), "");
  EXPECT_THAT(fields.All("nothing"), IsEmpty());
}

TEST(FieldsTest, WhatIsNoFormIsNoHarm) {
  EXPECT_EQ(Fields::Parse("a=%zz%4").Get("a"), "%zz%4");
  EXPECT_EQ(Fields::Parse("&&==&%").Get("a"), "");
}

TEST(PersonalTest, IsWhatTheSchemaMarksAndAllThatIsPartOfIt) {
  EXPECT_TRUE(domain::IsPersonal("applicant.name"));
  EXPECT_TRUE(domain::IsPersonal("applicant.identities[i.1].kind")) << "the list is marked";
  EXPECT_FALSE(domain::IsPersonal("status"));
  EXPECT_FALSE(domain::IsPersonal("reception.received_time"));
  EXPECT_TRUE(domain::IsPersonal("nothing.of.the.kind")) << "hidden when in doubt";
  int marked = 0;
  for (const std::string& path : domain::SchemaPaths()) {
    if (!domain::RulesOf(path)->sensitive()) continue;
    EXPECT_TRUE(domain::IsPersonal(path)) << path;
    ++marked;
  }
  EXPECT_GT(marked, 10);
}

}  // namespace
}  // namespace lienthong::console

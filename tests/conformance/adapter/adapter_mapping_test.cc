// What every kind tells of its mapping is what it does, and what it kept it understands again.
#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "adapters/sdk/adapter.h"
#include "gateway/base/clock.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/conformance/adapter/random_dossier.h"
#include "tests/conformance/adapter/target.h"
#include "tests/support/answer_of.h"
#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::AnswerOf;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Dossier = dossier::v1::Dossier;

constexpr int kMappedDossiers = 100;
constexpr size_t kDigestBytes = 32;

// `steps[x-1].content` as descriptions write it, and back.
std::string DescribedPath(const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  return parts.list.empty() ? path : StrCat(parts.list, "[].", parts.rest);
}
std::string PathOfOne(std::string path) {
  const size_t list = path.find("[]");
  return list == std::string::npos ? path : path.replace(list, 2, "[x-1]");
}

// Null for a field that is no enum.
const EnumDescriptor* EnumAt(const std::string& path) {
  const auto* message = Dossier::descriptor();
  const google::protobuf::FieldDescriptor* field = nullptr;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    std::string step = path.substr(begin, end - begin);
    if (step.ends_with("[]")) step.resize(step.size() - 2);
    field = message->FindFieldByName(step);
    if (field->message_type() != nullptr) message = field->message_type();
    begin = end + 1;
  }
  return field->enum_type();
}

bool IsOurs(const std::string& path) {
  const options::v1::FieldRules* rules = domain::RulesOf(path);
  return rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY;
}

// Whether a loss names the path, its element or its list.
bool IsLost(const pb::Representation& representation, const std::string& path) {
  return std::ranges::any_of(representation.losses(), [&path](const pb::Loss& loss) {
    return path == loss.path() || path.starts_with(StrCat(loss.path(), ".")) ||
           path.starts_with(StrCat(loss.path(), "["));
  });
}

class AdapterMappingSuite : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(target_, Target::Open(GetParam()));
    LIENTHONG_ASSERT_OK_AND_ASSIGN(adapter_, target_->Make());
    mapping_ = adapter_->DescribeMapping();
  }

  pb::InboundItem Interpret(const std::string& key, const std::string& raw) const {
    pb::InterpretRequest request;
    request.set_key(key);
    request.set_version(3);
    request.set_raw(raw);
    const absl::StatusOr<pb::InboundItem> item = adapter_->Interpret(request);
    EXPECT_TRUE(item.ok()) << item.status();
    return item.value_or(pb::InboundItem());
  }
  const pb::MappingDescription::Table* TableNamed(const std::string& name) const {
    for (const auto& table : mapping_.tables()) {
      if (table.name() == name) return &table;
    }
    return nullptr;
  }

  std::unique_ptr<Target> target_;
  std::unique_ptr<Adapter> adapter_;
  pb::MappingDescription mapping_;
};

TEST_P(AdapterMappingSuite, DescribesTheFieldsThatItDeclares) {
  std::vector<std::string> declared(adapter_->capabilities().fields().begin(),
                                    adapter_->capabilities().fields().end());
  std::ranges::sort(declared);
  std::vector<std::string> described;
  for (const auto& field : mapping_.fields()) {
    described.push_back(field.path());
    EXPECT_TRUE(field.table().empty() || TableNamed(field.table()) != nullptr) << field.path();
  }
  EXPECT_THAT(described, ElementsAreArray(declared));
  EXPECT_EQ(mapping_.digest().size(), kDigestBytes);
}

// A value with a code is held, one without is an error and never another value.
TEST_P(AdapterMappingSuite, DescribesCodesAsItUsesThem) {
  int checked = 0;
  for (const auto& field : mapping_.fields()) {
    const EnumDescriptor* type = EnumAt(field.path());
    const auto* table = TableNamed(field.table());
    if (type == nullptr || table == nullptr) continue;
    for (int i = 0; i < type->value_count(); ++i) {
      if (type->value(i)->number() == 0) continue;
      const std::string number = StrCat(type->value(i)->number());
      Dossier dossier;
      ASSERT_TRUE(domain::SetField(dossier, PathOfOne(field.path()), number).ok()) << field.path();
      const pb::Representation shown = adapter_->Represent(dossier);
      const bool has_code = table->codes().contains(type->value(i)->name());
      const auto held = domain::GetField(shown.dossier(), PathOfOne(field.path()));
      EXPECT_EQ(shown.has_error(), !has_code) << field.path() << " " << type->value(i)->name();
      EXPECT_EQ(held.value_or(""), has_code ? number : "") << field.path();
      ++checked;
    }
  }
  EXPECT_GT(checked, 0);
}

TEST_P(AdapterMappingSuite, DescribesCutsAsItMakesThem) {
  for (const auto& field : mapping_.fields()) {
    if (field.chars_max() == 0) continue;
    const std::string path = PathOfOne(field.path());
    Dossier dossier;
    dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_ONLINE);
    const std::string text(static_cast<size_t>(field.chars_max()) + 3, 'x');
    ASSERT_TRUE(domain::SetField(dossier, path, text).ok()) << path;
    const pb::Representation shown = adapter_->Represent(dossier);
    const std::string held = domain::GetField(shown.dossier(), path).value_or("");
    EXPECT_EQ(held.size(), static_cast<size_t>(field.chars_max())) << path;
    EXPECT_TRUE(IsLost(shown, path)) << path;
  }
}

// How the gateway keeps a paper's content is its own; what a link is told is where it is.
TEST_P(AdapterMappingSuite, WhatItDoesNotMapIsALossOfTheDossierThatHasIt) {
  std::set<std::string> mapped;
  for (const auto& field : mapping_.fields()) mapped.insert(field.path());
  for (int seed = 0; seed < kMappedDossiers; ++seed) {
    const Dossier dossier = RandomDossier(static_cast<uint64_t>(seed));
    const pb::Representation shown = adapter_->Represent(dossier);
    for (const auto& [path, value] : domain::Flatten(dossier)) {
      const bool nothing = value.empty() || (path.ends_with("].removed") && value == "false");
      if (nothing || IsOurs(path) || path.find("].file.") != std::string::npos ||
          mapped.contains(DescribedPath(path))) {
        continue;
      }
      ASSERT_TRUE(IsLost(shown, path)) << path << " seed " << seed;
    }
  }
}

// --- kept items ---

TEST_P(AdapterMappingSuite, ACallThatWasKeptMeansTheSame) {
  for (const pb::ReceiveRequest& call : target_->calls()) {
    ASSERT_TRUE(adapter_->Start().ok());
    const auto reply = AnswerOf<pb::ReceiveReply>(
        [&](auto done) { adapter_->Receive(call, Clock::Real().Now() + absl::Seconds(20), done); });
    adapter_->Stop();
    ASSERT_TRUE(reply.ok()) << reply.status();
    ASSERT_EQ(reply->items_size(), 1) << call.service() << " " << reply->body();
    pb::InboundItem item = reply->items(0);
    const pb::InboundItem again = Interpret(item.key(), item.raw());
    item.set_version(3);
    EXPECT_TRUE(MessageDifferencer::Equals(item, again)) << item.ShortDebugString() << "\n"
                                                         << again.ShortDebugString();
  }
}

TEST_P(AdapterMappingSuite, AKeptItemNamesItsFieldUntilItIsMended) {
  for (const Target::Kept& kept : target_->kept()) {
    const pb::InboundItem bad = Interpret(kept.key, kept.bad);
    EXPECT_EQ(bad.error().field(), kept.field) << bad.ShortDebugString();
    EXPECT_EQ(bad.key(), kept.key);
    EXPECT_EQ(bad.version(), 3);
    EXPECT_FALSE(bad.has_dossier());
    EXPECT_TRUE(MessageDifferencer::Equals(bad, Interpret(kept.key, bad.raw())))
        << bad.ShortDebugString();
    const pb::InboundItem good = Interpret(kept.key, kept.good);
    EXPECT_FALSE(good.has_error()) << good.ShortDebugString();
    EXPECT_TRUE(good.has_dossier());
    const pb::InboundItem foreign = Interpret("another", kept.good);
    EXPECT_NE(foreign.error().reason(), "");
    EXPECT_EQ(foreign.key(), "another");
  }
  EXPECT_GT(target_->kept().size() + target_->calls().size(), 0u) << "conformance.yaml has none";
}

TEST_P(AdapterMappingSuite, WhatIsNoItemIsAnErrorWithoutItsText) {
  for (const char* raw : {"", "{", "null", "[]", "7", "\"Nguyen\"", "{}", "{\"Nguyen\": 1}"}) {
    const pb::InboundItem item = Interpret("K-1", raw);
    EXPECT_TRUE(item.has_error()) << raw;
    EXPECT_THAT(item.error().reason(), Not(IsEmpty())) << raw;
    EXPECT_EQ(item.key(), "K-1") << raw;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, AdapterMappingSuite, ::testing::ValuesIn(AllTargets()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace lienthong::sdk

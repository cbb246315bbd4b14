// Dead letters as operators meet them, across all links.
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/links.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LetterActsTest : public EngineTest {
 protected:
  LetterActsTest() : EngineTest(store::OpenMemoryStore()) {
    operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
  }

  // A dossier of a link that is not configured any more, and a letter about it.
  std::string PutLetter(const std::string& link, const std::string& field,
                        v1::DeadLetter::Direction direction = v1::DeadLetter::DIRECTION_INBOUND) {
    clock_.Advance(absl::Seconds(1));
    store::WriteSet set;
    pb::InboundItem item;
    item.set_key(StrCat("K", ++letters_));
    item.set_raw("a name");
    std::string id = LaneStore(engine_, link)
                         .PutDeadLetter({.direction = direction,
                                         .code = StrCat("H29.X01-260303-000", letters_),
                                         .key = item.key(),
                                         .stop = {field, StrCat("is wrong: ", field)},
                                         .raw = item.raw(),
                                         .item = &item,
                                         .identity = item.key()},
                                        set);
    EXPECT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
    return id;
  }
  std::vector<std::string> Find(const v1::DeadLetterFilter& filter) {
    v1::ListDeadLettersRequest request;
    *request.mutable_filter() = filter;
    const auto response = links_.ListDeadLetters(operator_, request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> ids;
    if (!response.ok()) return ids;
    for (const auto& letter : response->dead_letters()) ids.push_back(letter.id());
    return ids;
  }
  v1::DiscardDeadLettersRequest Discard(const std::vector<std::string>& ids) {
    v1::DiscardDeadLettersRequest request;
    *request.mutable_ids() = {ids.begin(), ids.end()};
    request.set_reason("ticket 88");
    request.set_request_id(random_->Uuid());
    return request;
  }
  size_t Acts() { return core::ListActs(engine_, 0, 500, "").value().acts.size(); }

  Links links_{engine_};
  core::RequestContext operator_;
  int letters_ = 0;
};

TEST_F(LetterActsTest, AreForOperators) {
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  const auto denied = StatusIs(absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(links_.ListDeadLetters(agency, {}), denied);
  EXPECT_THAT(links_.GetDeadLetter(agency, {}), denied);
  EXPECT_THAT(links_.PreviewDeadLetter(agency, {}), denied);
  EXPECT_THAT(links_.ReplayDeadLetters(agency, {}), denied);
  EXPECT_THAT(links_.DiscardDeadLetters(agency, {}), denied);
}

TEST_F(LetterActsTest, AreFoundByWhatIsSaidOfThem) {
  const std::string phone = PutLetter("old", "contact.phone");
  const std::string out = PutLetter("old", "subject", v1::DeadLetter::DIRECTION_OUTBOUND);
  const std::string other = PutLetter("older", "subject");
  EXPECT_THAT(Find({}), ElementsAre(phone, out, other));
  v1::DeadLetterFilter filter;
  filter.set_link("old");
  EXPECT_THAT(Find(filter), ElementsAre(phone, out));
  filter.set_field("subject");
  EXPECT_THAT(Find(filter), ElementsAre(out));
  filter.set_direction(v1::DeadLetter::DIRECTION_INBOUND);
  EXPECT_THAT(Find(filter), IsEmpty());
  filter.Clear();
  filter.set_reason_contains("wrong: cont");
  EXPECT_THAT(Find(filter), ElementsAre(phone));
  filter.Clear();
  filter.set_code("h29.x01-260303-0003");
  EXPECT_THAT(Find(filter), ElementsAre(other));
  filter.Clear();
  filter.mutable_before()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
  EXPECT_THAT(Find(filter), ElementsAre(phone, out));
}

TEST_F(LetterActsTest, ValuesAreShownForAPurposeOnly) {
  v1::GetDeadLetterRequest request;
  request.set_id(PutLetter("old", "subject"));
  EXPECT_EQ(links_.GetDeadLetter(operator_, request)->raw(), "");
  request.set_purpose("ticket 88");
  EXPECT_EQ(links_.GetDeadLetter(operator_, request)->raw(), "a name");
  request.set_id("none");
  EXPECT_THAT(links_.GetDeadLetter(operator_, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LetterActsTest, OfALinkThatIsNotConfiguredAnyMoreCanOnlyBeDiscarded) {
  const std::string id = PutLetter("old", "subject");
  v1::ListDeadLettersRequest unknown;
  unknown.set_link("nobody");
  EXPECT_THAT(links_.ListDeadLetters(operator_, unknown), StatusIs(absl::StatusCode::kNotFound));
  v1::ReplayDeadLettersRequest replay;
  replay.add_ids(id);
  replay.set_reason("ticket 88");
  replay.set_request_id(random_->Uuid());
  const auto result = links_.ReplayDeadLetters(operator_, replay);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->done(), 0);
  ASSERT_EQ(result->failures_size(), 1);
  EXPECT_THAT(result->failures(0).reason(), HasSubstr("not configured any more"));
  EXPECT_EQ(links_.DiscardDeadLetters(operator_, Discard({id}))->done(), 1);
  EXPECT_THAT(Find({}), IsEmpty());
}

TEST_F(LetterActsTest, TheSameRequestIsDoneOnce) {
  const std::string id = PutLetter("old", "subject");
  const v1::DiscardDeadLettersRequest request = Discard({id});
  for (int i = 0; i < 2; ++i) {
    const auto result = links_.DiscardDeadLetters(operator_, request);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->done(), 1);
    EXPECT_EQ(Acts(), 1U);
  }
  v1::ReplayDeadLettersRequest other;
  other.add_ids(id);
  other.set_reason("ticket 88");
  other.set_request_id(request.request_id());
  EXPECT_THAT(links_.ReplayDeadLetters(operator_, other),
              StatusIs(absl::StatusCode::kInvalidArgument))
      << "it stood for a discard";
  const auto gone = links_.DiscardDeadLetters(operator_, Discard({id}));
  ASSERT_THAT(gone, IsOk());
  EXPECT_EQ(gone->done(), 0);
  ASSERT_EQ(gone->failures_size(), 1);
  EXPECT_THAT(gone->failures(0).reason(), HasSubstr("settled already: discard by operator/lan"));
  EXPECT_THAT(gone->failures(0).reason(), HasSubstr("given up")) << "how";
  v1::GetDeadLetterRequest get;
  get.set_id(id);
  EXPECT_THAT(std::string(links_.GetDeadLetter(operator_, get).status().message()),
              HasSubstr("settled already: discard by operator/lan"));
}

TEST_F(LetterActsTest, WhatThereIsNoTimeForIsCountedAndDoneByTheSameRequest) {
  const std::vector<std::string> ids = {PutLetter("old", "a"), PutLetter("old", "b")};
  const v1::DiscardDeadLettersRequest request = Discard(ids);
  operator_.deadline = clock_.Now() + absl::Milliseconds(50);
  const auto late = links_.DiscardDeadLetters(operator_, request);
  ASSERT_THAT(late, IsOk());
  EXPECT_EQ(late->done(), 0);
  EXPECT_EQ(late->left(), 2);
  EXPECT_THAT(late->failures(), IsEmpty());
  operator_.deadline = absl::InfiniteFuture();
  EXPECT_EQ(links_.DiscardDeadLetters(operator_, request)->done(), 2);
}

TEST_F(LetterActsTest, OfAFilterSomeAreDoneAndAnotherRequestDoesTheRest) {
  const BulkAct act{.actor = "operator/lan",
                    .kind = kActDiscard,
                    .reason = "ticket 88",
                    .request_id = random_->Uuid(),
                    .ids = {},
                    .deadline = clock_.Now() + absl::Seconds(2)};
  const auto find = [](size_t) -> absl::StatusOr<FoundIds> {
    return FoundIds{.ids = {"a", "b", "c", "d", "e"}, .more = false};
  };
  const auto result = RunBulk(engine_, act, find, [this](const std::string&) {
    clock_.Advance(absl::Seconds(1));
    return absl::OkStatus();
  });
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->done(), 2);
  EXPECT_EQ(result->left(), 3);
  EXPECT_TRUE(result->more());
}

TEST_F(LetterActsTest, ACodeThatIsNobodysIsNotAnEmptyList) {
  PutLetter("old", "subject");
  v1::ListDeadLettersRequest request;
  request.mutable_filter()->set_code("H29.X01-260303-0009");
  EXPECT_THAT(links_.ListDeadLetters(operator_, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LetterActsTest, ManyAreDoneByFilterAndTheSameRequestTakesNoMore) {
  for (int i = 0; i < 5; ++i) PutLetter("old", "subject");
  v1::DiscardDeadLettersRequest request = Discard({});
  request.mutable_filter()->set_field("subject");
  request.set_items_max(3);
  for (int i = 0; i < 2; ++i) {
    const auto result = links_.DiscardDeadLetters(operator_, request);
    ASSERT_THAT(result, IsOk());
    EXPECT_EQ(result->done(), 3);
    EXPECT_TRUE(result->more());
    EXPECT_EQ(Find({}).size(), 2U);
  }
  request.set_request_id(random_->Uuid());
  const auto result = links_.DiscardDeadLetters(operator_, request);
  EXPECT_EQ(result->done(), 2);
  EXPECT_FALSE(result->more());
}

TEST_F(LetterActsTest, ARequestMustSayWhichAndWhy) {
  PutLetter("old", "subject");
  const auto invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(links_.DiscardDeadLetters(operator_, Discard({})), invalid);
  v1::DiscardDeadLettersRequest both = Discard({"a"});
  both.mutable_filter()->set_link("old");
  EXPECT_THAT(links_.DiscardDeadLetters(operator_, both), invalid);
  v1::DiscardDeadLettersRequest everything = Discard({});
  everything.mutable_filter();
  EXPECT_THAT(links_.DiscardDeadLetters(operator_, everything), invalid) << "nobody means all";
  v1::ReplayDeadLettersRequest empty_edit;
  empty_edit.add_ids("a");
  empty_edit.set_reason("ticket 88");
  empty_edit.set_request_id(random_->Uuid());
  empty_edit.mutable_edit();
  EXPECT_THAT(links_.ReplayDeadLetters(operator_, empty_edit), invalid);
  v1::DiscardDeadLettersRequest no_reason = Discard({"a"});
  no_reason.set_reason(" ");
  EXPECT_THAT(links_.DiscardDeadLetters(operator_, no_reason), invalid);
  v1::DiscardDeadLettersRequest no_id = Discard({"a"});
  no_id.clear_request_id();
  EXPECT_THAT(links_.DiscardDeadLetters(operator_, no_id), invalid);
  EXPECT_EQ(Find({}).size(), 1U);
}

// What is replayed is committed under the link's own lock, beside its thread.
TEST_F(LetterActsTest, APreviewTellsWhatAReplayThenDoes) {
  auto adapter = std::make_unique<HeldAdapter>();
  pb::InboundItem& begun = *adapter->report.add_items();
  begun.set_key("DVC.1");
  begun.set_version(1);
  *begun.mutable_dossier() = NewDossier("H29.X01", "1");
  pb::InboundItem& wrong = *adapter->report.add_items();
  wrong.set_key("DVC.1");
  wrong.set_version(2);
  *wrong.mutable_dossier() = DossierWith({{"subject", "B"}, {"note", "n"}});
  wrong.mutable_error()->set_reason("was not understood");
  ASSERT_THAT(links_.Add(options_, std::move(adapter)), IsOk());
  LinkOptions second = options_;
  second.name = "second";
  ASSERT_THAT(links_.Add(second, std::make_unique<HeldAdapter>()), IsOk());
  ASSERT_THAT(links_.Start(), IsOk());
  for (int i = 0; i < 500 && Find({}).empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  ASSERT_EQ(Find({}).size(), 1U);

  v1::PreviewDeadLetterRequest preview;
  preview.set_id(Find({})[0]);
  EXPECT_THAT(links_.PreviewDeadLetter(operator_, preview)->fault(), HasSubstr("not understood"));
  preview.mutable_edit()->mutable_dossier()->set_subject("B");
  preview.mutable_edit()->mutable_update_mask()->add_paths("subject");
  const auto masked = links_.PreviewDeadLetter(operator_, preview);
  ASSERT_THAT(masked, IsOk());
  ASSERT_EQ(masked->changes_size(), 1);
  EXPECT_EQ(masked->changes(0).path(), "subject");
  EXPECT_EQ(masked->changes(0).after(), "") << "no purpose was given";
  EXPECT_THAT(masked->links(), ElementsAre("portal", "second"));
  preview.set_purpose("ticket 88");
  const auto open = links_.PreviewDeadLetter(operator_, preview);
  EXPECT_EQ(open->changes(0).before(), "A");
  EXPECT_EQ(open->changes(0).after(), "B");

  v1::ReplayDeadLettersRequest replay;
  replay.add_ids(preview.id());
  *replay.mutable_edit() = preview.edit();
  replay.set_reason("ticket 88");
  replay.set_request_id(random_->Uuid());
  const auto result = links_.ReplayDeadLetters(operator_, replay);
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->done(), 1) << result->DebugString();
  ASSERT_EQ(result->outcomes_size(), 1);
  EXPECT_EQ(result->outcomes(0).id(), preview.id());
  EXPECT_EQ(result->outcomes(0).result(), "changed the dossier; edited");
  EXPECT_EQ(core::LoadDossier(engine_, IdOf("DVC.1"))->dossier.subject(), "B");
  EXPECT_THAT(Find({}), IsEmpty());
}

}  // namespace
}  // namespace lienthong::sync

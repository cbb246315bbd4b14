// What an owner says of a paper, and changes while it is fetched.
#include "gateway/files/fetch_task.h"

#include "gateway/core/digest.h"
#include "tests/unit/files/fetch_fixture.h"

namespace lienthong::files {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using sdk::Ok;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FetchTest, WhatTheOwnerSaysOfTheContentIsChecked) {
  Answer("/papers/a", Ok("content"));
  const std::string good = core::HexSha256("content");
  const std::string declared = Push({Url("/papers/a")}, [&](FileReference& file) {
    file.set_sha256(good);
    file.set_media_type("text/plain");
    file.set_size_bytes(99);  // the digest says more
  });
  const std::string digest = Push({Url("/papers/a")}, [](FileReference& file) {
    file.set_sha256(core::HexSha256("something else"));
  });
  const std::string size =
      Push({Url("/papers/a")}, [](FileReference& file) { file.set_size_bytes(8); });
  RunDue();
  EXPECT_EQ(FileNow(declared).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(FileNow(declared).media_type(), "text/plain");
  EXPECT_EQ(FileNow(declared).size_bytes(), 7);
  for (const std::string& code : {digest, size}) {
    const Dossier dossier = Now(code);
    EXPECT_EQ(dossier.papers(0).file().fetch_state(), FileReference::FETCH_STATE_REFUSED);
    EXPECT_FALSE(dossier.papers(0).file().has_id()) << "it is not served";
    ASSERT_THAT(dossier.defects(), SizeIs(1));
    EXPECT_EQ(dossier.defects(0).kind(), Defect::KIND_UNVERIFIED_PAPER);
    EXPECT_EQ(dossier.defects(0).detail(), "papers[p0]: FETCH_STATE_REFUSED");
  }
  EXPECT_EQ(FileNow(digest).sha256(), core::HexSha256("something else")) << "the owner's word";
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_EQ(task_.counters().refused, 2);

  // The owner puts it right: fetched again, and the defect goes.
  ASSERT_THAT(PushField(Agency(kAgency), digest, "papers[p0].file.sha256", good), IsOk());
  RunDue();
  EXPECT_EQ(FileNow(digest).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_THAT(Now(digest).defects(), IsEmpty());
}

TEST_F(FetchTest, AnOwnerWhoMovesThePaperMeanwhileIsNotOverwritten) {
  Answer("/papers/new", Ok("new content"));
  std::string code;
  AnswerBy("/papers/old", [this, &code] {
    EXPECT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", Url("/papers/new")),
                IsOk());
    return Ok("old content");
  });
  code = Push({Url("/papers/old")});
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(FileNow(code).has_sha256());
  RunDue();
  EXPECT_EQ(FileNow(code).sha256(), core::HexSha256("new content"));
  EXPECT_THAT(Queue(), IsEmpty());
}

TEST_F(FetchTest, AnOwnerWhoMovesThePaperThereAndBackHasItFetchedAgain) {
  std::string code;
  bool moved = false;
  AnswerBy("/papers/a", [this, &code, &moved] {
    for (const char* path : {"/papers/b", "/papers/a"}) {
      if (moved) break;
      EXPECT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", Url(path)), IsOk());
      ScanAll();
    }
    moved = true;
    return Ok("content");
  });
  code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  ASSERT_THAT(Queue(), SizeIs(1));
  EXPECT_EQ(Queue()[0].record.source(), Url("/papers/a"));
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, AnotherChangeMeanwhileIsKept) {
  std::string code;
  AnswerBy("/papers/a", [this, &code] {
    EXPECT_THAT(PushField(Agency(kAgency), code, "contact.phone", "0900000009"), IsOk());
    return Ok("content");
  });
  code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_EQ(Now(code).contact().phone(), "0900000009");
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, AChangedSourceForgetsTheFormerContent) {
  Answer("/papers/a", Ok("first"));
  const std::string code = Push({Url("/papers/a")});
  RunDue();
  const std::string first = FileNow(code).id();
  ASSERT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", "https://else.vn/b"),
              IsOk());
  const FileReference file = FileNow(code);
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(file.has_sha256() || file.has_size_bytes() || file.has_media_type() ||
               file.has_id());
  EXPECT_THAT(content_->FindById(first), IsOk()) << "others may hold that address";
}

TEST_F(FetchTest, AnOwnerCannotClaimThatAPaperWasVerified) {
  const std::string code = Push({"https://else.vn/a"});
  for (const auto& [field, value] : std::vector<std::pair<std::string, std::string>>{
           {"fetch_state", "2"}, {"id", std::string(32, '0')}, {"author", "city"}}) {
    EXPECT_THAT(PushField(Agency(kAgency), code, "papers[p0].file." + field, value),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(field)));
  }
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(FileNow(code).has_id());
  EXPECT_EQ(FileNow(code).author(), "agency/H29.X05");
}

}  // namespace
}  // namespace lienthong::files

#include "gateway/domain/content.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSource[] = "https://files.city.vn/a.pdf";
const std::string kDigest(64, 'a');

class ContentTest : public ::testing::Test {
 protected:
  static Dossier WithPaper(const FileReference& file) {
    Dossier dossier;
    auto& paper = *dossier.add_papers();
    paper.set_id("a1");
    *paper.mutable_file() = file;
    return dossier;
  }
  static FileReference From(const std::string& source) {
    FileReference file;
    file.set_source(source);
    return file;
  }
  static FileReference Verified() {
    FileReference file = From(kSource);
    file.set_sha256(kDigest);
    file.set_size_bytes(10);
    file.set_media_type("application/pdf");
    file.set_id("secret");
    file.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
    file.set_author("city");
    return file;
  }
  // `after` as a change by `writer` that set these fields of the file leaves it.
  FileReference Track(const FileReference& before, const FileReference& after,
                      const std::vector<std::string>& set, const std::string& writer = "city") {
    for (const std::string& field : set) change_.set.push_back("papers[a1].file." + field);
    dossier_ = WithPaper(after);
    Writer by;
    by.system = writer;
    TrackContent(WithPaper(before), change_, by, absl::FromUnixSeconds(1'772'413'200), dossier_);
    return dossier_.papers(0).file();
  }
  std::vector<std::string> Defects() const {
    std::vector<std::string> details;
    for (const auto& defect : dossier_.defects()) {
      details.push_back(defect.id() + " " + defect.detail());
    }
    return details;
  }

  Change change_;
  Dossier dossier_;
};

TEST_F(ContentTest, ANewSourceHasAnAuthorAndWaits) {
  const FileReference file = Track({}, From(kSource), {"source"}, "portal");
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(file.author(), "portal");
}

TEST_F(ContentTest, OtherChangesLeaveItAsItIs) {
  const FileReference file = Track(Verified(), Verified(), {"media_type"}, "district");
  EXPECT_EQ(file.SerializeAsString(), Verified().SerializeAsString());
}

TEST_F(ContentTest, AnotherSourceIsAnotherContent) {
  FileReference moved = Verified();
  moved.set_source("https://files.city.vn/b.pdf");
  const FileReference file = Track(Verified(), moved, {"source"}, "district");
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(file.author(), "district");
  EXPECT_FALSE(file.has_id() || file.has_sha256() || file.has_size_bytes() ||
               file.has_media_type());
}

TEST_F(ContentTest, WhatIsSaidAgainOfTheNewContentStays) {
  FileReference moved = Verified();
  moved.set_source("https://files.city.vn/b.pdf");
  const FileReference file = Track(Verified(), moved, {"source", "sha256"});
  EXPECT_EQ(file.sha256(), kDigest);
  EXPECT_FALSE(file.has_size_bytes() || file.has_id());
}

TEST_F(ContentTest, AnotherDigestIsAnotherContentOfTheSameAuthor) {
  FileReference other = Verified();
  other.set_sha256(std::string(64, 'b'));
  const FileReference file = Track(Verified(), other, {"sha256"}, "district");
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(file.sha256(), other.sha256());
  EXPECT_EQ(file.author(), "city") << "the source is still the city's";
  EXPECT_FALSE(file.has_id());
}

TEST_F(ContentTest, AClearedSourceLeavesNothingBehind) {
  FileReference cleared = Verified();
  cleared.clear_source();
  const FileReference file = Track(Verified(), cleared, {});
  EXPECT_FALSE(file.has_fetch_state() || file.has_id() || file.has_sha256());
}

TEST_F(ContentTest, WhatWasFoundFillsInWhatIsNotSaid) {
  FileReference found = Verified();
  found.set_id("new");
  change_.content.emplace(kSource, found);
  FileReference waiting = From(kSource);
  waiting.set_fetch_state(FileReference::FETCH_STATE_REFERENCED);
  waiting.set_media_type("text/plain");
  waiting.set_sha256(std::string(64, 'A'));  // as some write it
  const FileReference file = Track(waiting, waiting, {}, "gateway");
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(file.id(), "new");
  EXPECT_EQ(file.size_bytes(), 10);
  EXPECT_EQ(file.media_type(), "text/plain");
  EXPECT_EQ(file.sha256(), std::string(64, 'A'));
  EXPECT_EQ(file.source(), kSource);
  EXPECT_FALSE(file.has_author()) << "the gateway is nobody's author";
}

TEST_F(ContentTest, WhatIsNotWhatItsOwnerSaysIsRefused) {
  change_.content.emplace(kSource, Verified());
  FileReference waiting = From(kSource);
  waiting.set_sha256(std::string(64, 'b'));
  FileReference file = Track(waiting, waiting, {});
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFUSED);
  EXPECT_FALSE(file.has_id() || file.has_size_bytes());
  EXPECT_EQ(file.sha256(), waiting.sha256());
  waiting = From(kSource);
  waiting.set_size_bytes(11);
  EXPECT_EQ(Track(waiting, waiting, {}).fetch_state(), FileReference::FETCH_STATE_REFUSED);
}

TEST_F(ContentTest, ContentWithoutASourceTakesTheSourceAway) {
  FileReference found = Verified();
  found.clear_source();
  change_.content.emplace("token", found);
  const FileReference file = Track({}, From("token"), {"source"}, "portal");
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_FALSE(file.has_source());
  EXPECT_EQ(file.author(), "portal");
}

TEST_F(ContentTest, WhatIsVerifiedStaysSo) {
  FileReference dead;
  dead.set_source(kSource);
  dead.set_fetch_state(FileReference::FETCH_STATE_DEAD);
  change_.content.emplace(kSource, dead);
  EXPECT_EQ(Track(Verified(), Verified(), {}).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(ContentTest, DeadAndRefusedFilesAreDefectsUntilTheyAreNot) {
  FileReference dead = From(kSource);
  dead.set_fetch_state(FileReference::FETCH_STATE_DEAD);
  Track(dead, dead, {});
  EXPECT_THAT(Defects(), ElementsAre("paper-a1 papers[a1]: FETCH_STATE_DEAD"));

  Dossier next = dossier_;
  next.mutable_papers(0)->mutable_file()->set_fetch_state(FileReference::FETCH_STATE_REFUSED);
  auto& result = *next.add_results();
  result.set_id("r1");
  *result.mutable_file() = dead;
  const Dossier same = next;
  const auto now = absl::FromUnixSeconds(1'772'499'600);
  TrackContent(same, {}, {}, now, next);
  dossier_ = next;
  EXPECT_THAT(Defects(), ElementsAre("paper-a1 papers[a1]: FETCH_STATE_REFUSED",
                                     "result-r1 results[r1]: FETCH_STATE_DEAD"));
  const std::string bytes = next.SerializeAsString();
  TrackContent(dossier_, {}, {}, now + absl::Hours(1), next);
  EXPECT_EQ(next.SerializeAsString(), bytes) << "noted once";

  next.mutable_papers(0)->mutable_file()->set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
  next.mutable_results(0)->set_removed(true);
  auto& other = *next.add_defects();
  other.set_id("missing-reason");
  other.set_kind(dossier::v1::Defect::KIND_MISSING_REASON);
  const Dossier mended = next;
  TrackContent(mended, {}, {}, now, next);
  dossier_ = next;
  EXPECT_THAT(Defects(), ElementsAre("missing-reason "));
}

TEST_F(ContentTest, FilesAreThoseOfElementsThatHaveOne) {
  Dossier dossier = WithPaper(From(kSource));
  dossier.add_papers()->set_id("none");
  dossier.add_papers()->mutable_file()->set_source("nameless");
  auto& result = *dossier.add_results();
  result.set_id("r1");
  result.set_removed(true);
  result.mutable_file();
  std::vector<std::string> elements;
  for (const FileAt& at : FilesOf(dossier)) {
    elements.push_back(at.element + (at.removed ? " removed" : ""));
  }
  EXPECT_THAT(elements, ElementsAre("papers[a1]", "results[r1] removed"));
  EXPECT_THAT(FilesOf({}), IsEmpty());
}

}  // namespace
}  // namespace lienthong::domain

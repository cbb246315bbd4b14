#include "adapters/sdk/paper_links.h"

#include "gtest/gtest.h"

namespace lienthong::sdk {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;

class FilesOfTest final : public Files {
 public:
  absl::StatusOr<std::unique_ptr<FileReader>> Open(std::string_view) const override {
    return absl::NotFoundError("not here");
  }
  std::string UrlOf(const FileReference& file) const override {
    return file.has_id() ? "https://lienthong.example/papers/" + file.id() : "";
  }
};

class PaperLinksTest : public ::testing::Test {
 protected:
  // What the city is shown of a paper.
  std::string Shown(const std::string& author, const std::string& source, const std::string& id,
                    PaperLinks::Unverified unverified = PaperLinks::Unverified::kShown) {
    Dossier dossier;
    for (FileReference* file :
         {dossier.add_papers()->mutable_file(), dossier.add_results()->mutable_file()}) {
      if (!author.empty()) file->set_author(author);
      if (!source.empty()) file->set_source(source);
      if (!id.empty()) file->set_id(id);
    }
    const Dossier outward = PaperLinks(files_, "city", unverified).Outward(dossier);
    EXPECT_EQ(outward.papers(0).file().source(), outward.results(0).file().source());
    return outward.papers(0).file().source();
  }

  const FilesOfTest files_;
};

TEST_F(PaperLinksTest, WhatAnotherSaidComesFromTheGatewayOnceItIsVerified) {
  EXPECT_EQ(Shown("portal", "https://portal/a", "1"), "https://lienthong.example/papers/1");
  EXPECT_EQ(Shown("portal", "https://portal/a", ""), "https://portal/a");
  EXPECT_EQ(Shown("portal", "https://portal/a", "", PaperLinks::Unverified::kLeftOut), "");
  EXPECT_EQ(Shown("portal", "https://portal/a", "1", PaperLinks::Unverified::kLeftOut),
            "https://lienthong.example/papers/1");
}

TEST_F(PaperLinksTest, ItsOwnSourceStaysAsItSaidIt) {
  EXPECT_EQ(Shown("city", "https://city/a", "1"), "https://city/a");
  EXPECT_EQ(Shown("city", "https://city/a", "", PaperLinks::Unverified::kLeftOut),
            "https://city/a");
}

TEST_F(PaperLinksTest, WhatCameWithoutASourceHasTheGatewaysOnly) {
  EXPECT_EQ(Shown("city", "", "1"), "https://lienthong.example/papers/1");
  EXPECT_EQ(Shown("portal", "", "1"), "https://lienthong.example/papers/1");
  EXPECT_EQ(Shown("portal", "", ""), "");
}

TEST_F(PaperLinksTest, WhoseItIsMustBeKnown) {
  EXPECT_EQ(Shown("", "https://somewhere/a", "1"), "https://somewhere/a");
}

class InlinePapersTest : public PaperLinksTest {
 protected:
  // A verified paper of somebody, as the city is shown it that takes ten bytes inline.
  FileReference ShownInline(const std::string& author, int64_t bytes) {
    FileReference file;
    file.set_author(author);
    file.set_source("https://portal/a");
    file.set_id("1");
    file.set_sha256(std::string(64, 'a'));
    file.set_size_bytes(bytes);
    file.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
    return ShownInline(file);
  }
  FileReference ShownInline(const FileReference& file) {
    Dossier dossier;
    *dossier.add_papers()->mutable_file() = file;
    const PaperLinks links(files_, "city", PaperLinks::Unverified::kLeftOut, {.papers = 10});
    return links.Outward(dossier).papers(0).file();
  }
};

TEST_F(InlinePapersTest, GoWithTheirDigestInTheAddresssPlace) {
  const FileReference file = ShownInline("portal", 10);
  EXPECT_EQ(file.sha256(), std::string(64, 'a'));
  EXPECT_FALSE(file.has_source());
}

TEST_F(InlinePapersTest, GoByAddressWhenTheyAreTooLarge) {
  const FileReference file = ShownInline("portal", 11);
  EXPECT_FALSE(file.has_sha256());
  EXPECT_EQ(file.source(), "https://lienthong.example/papers/1");
}

TEST_F(InlinePapersTest, DoNotGoBackToWhereTheyAre) {
  const FileReference file = ShownInline("city", 10);
  EXPECT_FALSE(file.has_sha256());
  EXPECT_EQ(file.source(), "https://portal/a");
}

TEST_F(InlinePapersTest, WaitUntilTheyAreVerified) {
  FileReference file;
  file.set_author("portal");
  file.set_source("https://portal/a");
  file.set_sha256(std::string(64, 'a'));
  file.set_size_bytes(1);
  file.set_fetch_state(FileReference::FETCH_STATE_REFERENCED);
  const FileReference shown = ShownInline(file);
  EXPECT_FALSE(shown.has_sha256());
  EXPECT_FALSE(shown.has_source());
}

TEST_F(PaperLinksTest, PapersWithoutAFileStaySo) {
  Dossier dossier;
  dossier.add_papers()->set_name("Giấy tờ (mẫu)");
  EXPECT_FALSE(PaperLinks(files_, "city").Outward(dossier).papers(0).has_file());
}

}  // namespace
}  // namespace lienthong::sdk

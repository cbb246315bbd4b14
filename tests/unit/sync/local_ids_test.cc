#include "gateway/sync/local_ids.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::sync {
namespace {

using dossier::v1::CodeReference;
using storage::v1::JournalEntry;

void AddCode(const char* id, CodeReference::Kind kind, dossier::v1::Dossier& dossier) {
  CodeReference& code = *dossier.add_codes();
  code.set_id(id);
  code.set_kind(kind);
}

JournalEntry EntryWith(CodeReference::Kind kind) {
  JournalEntry entry;
  AddCode("c1", kind, *entry.mutable_after());
  for (const char* path : {"codes[c1].issuer", "codes[c1].kind", "codes[c1].code"}) {
    entry.add_paths(path);
  }
  return entry;
}

TEST(LocalIdsTest, AChangeMayBeAboutThemAlone) {
  EXPECT_TRUE(IsAboutLocalIds(EntryWith(CodeReference::KIND_LOCAL_ID)));
  EXPECT_FALSE(IsAboutLocalIds(EntryWith(CodeReference::KIND_RECEIPT_NUMBER)));
}

TEST(LocalIdsTest, ButNotOfAnythingBesides) {
  JournalEntry entry = EntryWith(CodeReference::KIND_LOCAL_ID);
  entry.add_paths("contact.phone");
  EXPECT_FALSE(IsAboutLocalIds(entry));
}

TEST(LocalIdsTest, ACodeThatWasShownIsNoneOfThem) {
  JournalEntry entry = EntryWith(CodeReference::KIND_LOCAL_ID);
  AddCode("c1", CodeReference::KIND_RECEIPT_NUMBER, *entry.mutable_before());
  EXPECT_FALSE(IsAboutLocalIds(entry));
}

}  // namespace
}  // namespace lienthong::sync

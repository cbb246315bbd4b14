#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"

namespace lienthong::testing {
namespace {

std::string ContentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(TemporaryFolder, IsNobodyElses) {
  const TemporaryFolder one;
  const TemporaryFolder other;
  EXPECT_TRUE(std::filesystem::is_directory(one.path()));
  EXPECT_TRUE(std::filesystem::is_empty(one.path()));
  one.Write("name", "one");
  other.Write("name", "other");
  EXPECT_EQ(ContentOf(one.PathOf("name")), "one");
}

TEST(TemporaryFolder, WritesInThePlaceOfWhatWasThere) {
  const TemporaryFolder folder;
  EXPECT_EQ(folder.Write("name", "long content"), folder.PathOf("name"));
  folder.Write("name", "short");
  EXPECT_EQ(ContentOf(folder.PathOf("name")), "short");
}

TEST(TemporaryFolder, GoesWithAllThatIsInIt) {
  std::string path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    std::filesystem::create_directory(folder.PathOf("below"));
    folder.Write("below/name", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace lienthong::testing

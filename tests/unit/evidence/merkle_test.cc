#include "gateway/evidence/merkle.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::evidence {
namespace {

using ::lienthong::testing::StatusIs;

std::string Hex(const Hash& hash) { return absl::BytesToHexString(ToBytes(hash)); }

// The definition of RFC 6962 section 2.1, word for word.
Hash NaiveRoot(const std::vector<std::string>& leaves, size_t begin, size_t end) {
  if (begin == end) return EmptyRoot();
  if (end - begin == 1) return LeafHash(leaves[begin]);
  size_t k = 1;
  while (k * 2 < end - begin) k *= 2;
  return NodeHash(NaiveRoot(leaves, begin, begin + k), NaiveRoot(leaves, begin + k, end));
}

// The inputs and roots that the Certificate Transparency projects test with.
TEST(MerkleTest, GivesTheKnownRoots) {
  const char* const leaves[] = {"",
                                "00",
                                "10",
                                "2021",
                                "3031",
                                "40414243",
                                "5051525354555657",
                                "606162636465666768696a6b6c6d6e6f"};
  const char* const roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                               "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                               "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                               "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                               "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                               "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                               "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                               "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier frontier;
  EXPECT_EQ(Hex(frontier.Root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (int i = 0; i < 8; ++i) {
    frontier.Append(LeafHash(absl::HexStringToBytes(leaves[i])));
    EXPECT_EQ(Hex(frontier.Root()), roots[i]) << i + 1 << " leaves";
  }
}

TEST(MerkleTest, EqualsTheRecursiveDefinitionForEverySizeUpTo300) {
  std::vector<std::string> leaves;
  Frontier frontier;
  for (int size = 0; size <= 300; ++size) {
    ASSERT_EQ(frontier.leaves(), size);
    ASSERT_EQ(Hex(frontier.Root()), Hex(NaiveRoot(leaves, 0, leaves.size()))) << size << " leaves";
    leaves.push_back(absl::StrCat("leaf ", size * 7919));
    frontier.Append(LeafHash(leaves.back()));
  }
}

TEST(MerkleTest, AFrontierGoesOnFromItsMessage) {
  Frontier whole;
  Frontier interrupted;
  for (int i = 0; i < 200; ++i) {
    const Hash leaf = LeafHash(absl::StrCat(i));
    whole.Append(leaf);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(interrupted, Frontier::FromProto(interrupted.ToProto()));
    interrupted.Append(leaf);
    ASSERT_EQ(interrupted.leaves(), i + 1);
    ASSERT_EQ(interrupted.Root(), whole.Root());
  }
}

TEST(MerkleTest, RefusesWhatIsNoFrontier) {
  Frontier three;
  for (int i = 0; i < 3; ++i) three.Append(LeafHash("x"));
  storage::v1::Frontier missing = three.ToProto();
  missing.mutable_roots()->RemoveLast();
  EXPECT_THAT(Frontier::FromProto(missing), StatusIs(absl::StatusCode::kDataLoss));
  storage::v1::Frontier cut = three.ToProto();
  cut.mutable_roots(0)->pop_back();
  EXPECT_THAT(Frontier::FromProto(cut), StatusIs(absl::StatusCode::kDataLoss));
  storage::v1::Frontier negative;
  negative.set_leaves(-1);
  EXPECT_THAT(Frontier::FromProto(negative), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(MerkleTest, ALeafIsNoNode) {
  const Hash left = LeafHash("l");
  const Hash right = LeafHash("r");
  EXPECT_NE(NodeHash(left, right), LeafHash(ToBytes(left) + ToBytes(right)));
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

}  // namespace
}  // namespace lienthong::evidence

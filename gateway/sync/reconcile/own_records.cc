#include "gateway/sync/reconcile/own_records.h"

#include <algorithm>

#include "absl/time/time.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/domain/derived.h"

namespace lienthong::sync {
namespace {

constexpr std::string_view kNoDay = "00000000";

absl::TimeZone Vietnam() {
  static const absl::TimeZone zone = [] {
    absl::TimeZone loaded = absl::FixedTimeZone(7 * 60 * 60);
    absl::LoadTimeZone("Asia/Ho_Chi_Minh", &loaded);
    return loaded;
  }();
  return zone;
}

std::string DayOf(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y%m%d", domain::FromProto(time), Vietnam());
}

}  // namespace

BucketName BucketOf(const dossier::v1::Dossier& represented) {
  BucketName name{.agency = represented.reception().agency(), .day = std::string(kNoDay)};
  if (represented.origin().has_submitted_time()) {
    name.day = DayOf(represented.origin().submitted_time());
  } else if (represented.reception().has_received_time()) {
    name.day = DayOf(represented.reception().received_time());
  }
  return name;
}

OwnRecords::Hash OwnRecords::HashOf(std::string_view code, std::string_view digest) {
  const std::string bytes = core::Sha256(StrCat(code, "\n", digest));
  Hash hash;
  std::copy_n(bytes.begin(), hash.size(), hash.begin());
  return hash;
}

void OwnRecords::Fold(const Hash& hash, Hash& into) {
  for (size_t i = 0; i < into.size(); ++i) into[i] = static_cast<char>(into[i] ^ hash[i]);
}

void OwnRecords::Add(int64_t dossier_id, const BucketName& name, std::string_view code,
                     std::string_view digest) {
  Sums& sums = buckets_[name];
  sums.members.push_back({dossier_id, HashOf(code, digest)});
  Fold(sums.members.back().hash, sums.own);
  ++count_;
}

void OwnRecords::AddTheirs(const Bucket& bucket) {
  Sums& sums = buckets_[{.agency = bucket.agency(), .day = bucket.day()}];
  sums.their_count += bucket.count();
  Hash hash = {};
  std::copy_n(bucket.digest().begin(), std::min(bucket.digest().size(), hash.size()), hash.begin());
  Fold(hash, sums.theirs);
}

std::vector<BucketName> OwnRecords::TakeDiffering(int64_t* equal, std::vector<int64_t>* missing) {
  std::vector<BucketName> differing;
  std::erase_if(buckets_, [&](const auto& bucket) {
    const Sums& sums = bucket.second;
    const int64_t own = static_cast<int64_t>(sums.members.size());
    if (sums.their_count == 0) {
      for (const Member& member : sums.members) missing->push_back(member.dossier_id);
      return true;
    }
    const bool is_equal = own == sums.their_count && sums.own == sums.theirs;
    if (is_equal) *equal += own;
    if (!is_equal) differing.push_back(bucket.first);
    return is_equal;
  });
  return differing;
}

bool OwnRecords::TakeEqual(const BucketName& name, std::string_view code, std::string_view digest) {
  const auto bucket = buckets_.find(name);
  if (bucket == buckets_.end()) return false;
  std::vector<Member>& members = bucket->second.members;
  const Hash hash = HashOf(code, digest);
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&hash](const Member& member) { return member.hash == hash; });
  if (found == members.end()) return false;
  *found = members.back();
  members.pop_back();
  return true;
}

std::vector<int64_t> OwnRecords::TakeLeft(const BucketName& name) {
  std::vector<int64_t> left;
  const auto bucket = buckets_.find(name);
  if (bucket == buckets_.end()) return left;
  for (const Member& member : bucket->second.members) left.push_back(member.dossier_id);
  buckets_.erase(bucket);
  std::sort(left.begin(), left.end());
  return left;
}

}  // namespace lienthong::sync

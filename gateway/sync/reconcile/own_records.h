#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_OWN_RECORDS_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_OWN_RECORDS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sync {

// Records are summed up by receiving agency and day of reception.
struct BucketName {
  std::string agency;
  std::string day;  // yyyyMMdd, in Vietnam
  bool operator<(const BucketName& other) const {
    return std::tie(agency, day) < std::tie(other.agency, other.day);
  }
};

// The bucket of a record. The day is that of its submission, else of its reception; one that says
// neither stands under "00000000".
BucketName BucketOf(const dossier::v1::Dossier& represented);

// What a counterpart's inventory should say, by what the gateway holds: a sum for each bucket, and
// 24 bytes for each dossier. Not thread-safe.
class OwnRecords {
 public:
  using Bucket = adapter::v1::InventoryReply::Bucket;

  void Add(int64_t dossier_id, const BucketName& name, std::string_view code,
           std::string_view digest);
  int64_t count() const { return count_; }

  // What a counterpart sums up.
  void AddTheirs(const Bucket& bucket);
  // The buckets that say otherwise there, in order. Those that are alike are forgotten, `equal`
  // counts their records, and so are those of which there is nothing there: theirs are `missing`.
  std::vector<BucketName> TakeDiffering(int64_t* equal, std::vector<int64_t>* missing);

  // Whether a record of a bucket says on both sides the same; it is told once of each record.
  bool TakeEqual(const BucketName& name, std::string_view code, std::string_view digest);
  // The dossiers of a bucket of which that was not found.
  std::vector<int64_t> TakeLeft(const BucketName& name);

 private:
  using Hash = std::array<char, 16>;
  struct Member {
    int64_t dossier_id;
    Hash hash;
  };
  struct Sums {
    std::vector<Member> members;
    Hash own = {};
    int64_t their_count = 0;
    Hash theirs = {};
  };
  static Hash HashOf(std::string_view code, std::string_view digest);
  static void Fold(const Hash& hash, Hash& into);

  std::map<BucketName, Sums> buckets_;
  int64_t count_ = 0;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_OWN_RECORDS_H_

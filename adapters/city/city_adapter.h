#ifndef LIENTHONG_ADAPTERS_CITY_CITY_ADAPTER_H_
#define LIENTHONG_ADAPTERS_CITY_CITY_ADAPTER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/city/records.h"
#include "adapters/city/wire.h"
#include "adapters/sdk/blocking.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/http_client.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/paper_links.h"
#include "adapters/sdk/settings.h"

namespace lienthong::adapters::city {

namespace pb = ::lienthong::adapter::v1;

// The city's procedure system behind its integration platform: one HTTPS call per item, field-level
// patches, a feed with one version number over all records. README.md has the contract and the
// settings.
//
// Delivering twice is harmless: a patch repeats itself, and a second creation is answered with the
// key of the first (CONFLICT), never with a second record. Papers that go inline go one by one,
// each in a patch of its own behind the record.
class CityAdapter final : public sdk::BlockingAdapter {
 public:
  // InvalidArgument names the setting. Reads files, opens no connection.
  static absl::StatusOr<std::unique_ptr<CityAdapter>> Create(const sdk::Settings& settings,
                                                             const sdk::AdapterContext& context);
  ~CityAdapter() override;

  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    return mapping_.Represent(papers_.Outward(dossier));
  }
  absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& request) const override {
    return InterpretRecord(mapping_, request);
  }
  std::string Digest(const dossier::v1::Dossier& represented) const override {
    return RecordDigest(mapping_.Encode(represented, {}).record);
  }
  pb::MappingDescription DescribeMapping() const override { return mapping_.Describe(); }

 private:
  struct Options {
    std::string authorization;
    std::string path_changes;
    std::string path_detail;
    std::string path_update;
    std::string path_inventory;
    std::string path_probe;
    absl::Duration timeout;
    int page_items = 0;
    int64_t inline_bytes_max = 0;
  };

  CityAdapter(Options options, sdk::Mapping mapping, std::unique_ptr<sdk::HttpClient> http,
              const sdk::AdapterContext& context);

  static absl::StatusOr<sdk::Mapping> ReadMapping(const sdk::Settings& settings,
                                                  int64_t inline_bytes_max);
  // What is wrong with them stands in the settings.
  static Options ReadOptions(const sdk::Settings& settings);
  static sdk::HttpClient::Options ReadHttp(const sdk::Settings& settings);

  absl::Status StartNow() override;
  void Interrupt() override;
  absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest& request,
                                        absl::Time deadline) override;
  absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                              absl::Time deadline) override;
  absl::StatusOr<pb::LookUpReply> LookUpNow(const pb::LookUpRequest& request,
                                            absl::Time deadline) override;
  absl::StatusOr<pb::InventoryReply> InventoryNow(const pb::InventoryRequest& request,
                                                  absl::Time deadline) override;
  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time deadline) override;

  // Says in `reply`, too, when the platform was not there for it.
  pb::ItemOutcome DeliverItem(const pb::OutboundItem& item, absl::Time deadline,
                              pb::DeliverReply& reply);
  Answer PostContent(const std::string& key, const sdk::InlinePaper& paper, absl::Time deadline);
  absl::StatusOr<pb::LookUpReply::Record> LookUpOne(const pb::LookUpRequest::Key& key,
                                                    absl::Time deadline);
  Answer Get(const std::string& path_and_query, absl::Time deadline);
  Answer Post(const std::string& path, std::string body, absl::Time deadline);
  Answer Call(sdk::HttpRequest request, absl::Time deadline);

  const Options options_;
  const sdk::Mapping mapping_;
  const sdk::FieldNames names_;
  const sdk::Files& files_;
  const sdk::PaperLinks papers_;
  const std::unique_ptr<sdk::HttpClient> http_;
  pb::Capabilities capabilities_;
};

// What the build calls.
void Register(sdk::AdapterCatalogue& catalogue);

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_ADAPTERS_CITY_CITY_ADAPTER_H_

#include "adapters/city/city_adapter.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "adapters/city/mapping.yaml.h"
#include "adapters/sdk/inline_papers.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"

namespace lienthong::adapters::city {
namespace {

constexpr int kPageItemsMax = 200;
constexpr int kParallelCallsMax = 16;
constexpr int kOtherCalls = 4;  // Pull, LookUp, Inventory, Probe
constexpr int64_t kPollInterval_ms = 1000;
constexpr int64_t kTimeout_ms = 10'000;
constexpr size_t kDayChars = 8;
// They are asked for one after another, within one deadline.
constexpr int kLookUpKeysMax = 10;

pb::Capabilities CapabilitiesOf(const sdk::Mapping& mapping, int64_t inline_bytes_max) {
  pb::Capabilities capabilities;
  capabilities.set_paper_content(inline_bytes_max > 0 ? pb::PAPER_CONTENT_INLINE
                                                      : pb::PAPER_CONTENT_URL);
  capabilities.set_inline_bytes_max(inline_bytes_max);
  for (const std::string& path : mapping.fields()) capabilities.add_fields(path);
  capabilities.set_patch(true);
  capabilities.set_read_back(true);
  capabilities.set_feed_versions(true);
  capabilities.set_reports_echoes(true);
  capabilities.set_inventory(true);
  capabilities.set_inventory_digests(true);
  capabilities.set_look_up_keys_max(kLookUpKeysMax);
  capabilities.set_batch_items_max(1);
  capabilities.set_parallel_calls_max(kParallelCallsMax);
  return capabilities;
}

// Content that is gone, damaged or too large needs a person; a store that fails may do better
// later.
Answer Unreadable(const sdk::InlinePaper& paper, const absl::Status& status) {
  Answer answer;
  const bool for_good =
      absl::IsNotFound(status) || absl::IsDataLoss(status) || absl::IsInvalidArgument(status);
  answer.verdict = for_good ? Verdict::kBadData : Verdict::kNotReady;
  answer.field = StrCat(paper.list, "[", paper.id, "].file");
  answer.reason = StrCat("content of the paper: ", ToStd(status.message()));
  return answer;
}

// A token or a page number: digits, `empty` when there are none yet.
absl::StatusOr<int64_t> ReadNumber(const std::string& text, std::string_view what, int64_t empty) {
  if (text.empty()) return empty;
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 0) {
    return absl::InvalidArgumentError(
        StrCat(what, " \"", text, "\": expected digits, as this adapter returned them"));
  }
  return number;
}

}  // namespace

absl::StatusOr<sdk::Mapping> CityAdapter::ReadMapping(const sdk::Settings& settings,
                                                      int64_t inline_bytes_max) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string named, settings.Text("mapping_file", ""));
  if (!named.empty()) return sdk::Mapping::Load(settings, "mapping_file", inline_bytes_max);
  return sdk::Mapping::Parse(embedded::kMappingYaml, "adapters/city/mapping.yaml",
                             inline_bytes_max);
}

CityAdapter::Options CityAdapter::ReadOptions(const sdk::Settings& settings) {
  const Credentials credentials = {
      .access_key = settings.Text("access_key").value_or(""),
      .secret_key = settings.Secret("secret_key_file").value_or(""),
      .app_name = settings.Text("app_name").value_or(""),
      .partner_code = settings.Text("partner_code").value_or(""),
      .partner_code_cus = settings.Text("partner_code_cus", "").value_or("")};
  const auto path = [&settings](std::string_view key, std::string_view default_path) {
    return settings.Text(key, default_path).value_or("");
  };
  Options options = {
      .authorization = AuthorizationOf(credentials),
      .path_changes = path("path_changes", "/HoSo/ThayDoi"),
      .path_detail = path("path_detail", "/HoSo/ChiTiet"),
      .path_update = path("path_update", "/HoSo/CapNhat"),
      .path_inventory = path("path_inventory", "/HoSo/KiemKe"),
      .path_probe = path("path_probe", "/HeThong/KiemTra"),
      .timeout = settings.Milliseconds("timeout_ms", kTimeout_ms).value_or(absl::ZeroDuration())};
  options.page_items =
      static_cast<int>(settings.Integer("page_items", kPageItemsMax, 1, kPageItemsMax).value_or(0));
  options.inline_bytes_max =
      settings.Integer("inline_bytes_max", 0, 0, sdk::kInlineBytesMaxMax).value_or(0);
  // Read by the gateway, which asks as often as it says.
  settings.Milliseconds("poll_interval_ms", kPollInterval_ms).IgnoreError();
  return options;
}

sdk::HttpClient::Options CityAdapter::ReadHttp(const sdk::Settings& settings) {
  sdk::HttpClient::Options http;
  http.base_url = settings.Text("base_url").value_or("");
  for (auto& [key, path] : {std::pair("ca_file", &http.ca_file),
                            std::pair("client_certificate_file", &http.client_certificate_file),
                            std::pair("client_key_file", &http.client_key_file)}) {
    if (settings.Text(key, "").value_or("").empty()) continue;
    *path = settings.FilePath(key).value_or("");
  }
  return http;
}

absl::StatusOr<std::unique_ptr<CityAdapter>> CityAdapter::Create(
    const sdk::Settings& settings, const sdk::AdapterContext& context) {
  Options options = ReadOptions(settings);
  absl::StatusOr<sdk::Mapping> mapping = ReadMapping(settings, options.inline_bytes_max);
  sdk::HttpClient::Options http_options = ReadHttp(settings);
  LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
  if (!mapping.ok()) return mapping.status();
  if (options.inline_bytes_max > 0 && mapping->InlineBytesMax("papers") == 0) {
    return absl::InvalidArgumentError(
        StrCat(settings.file(), ": settings.inline_bytes_max: the mapping has no `content`"));
  }
  absl::StatusOr<std::unique_ptr<sdk::HttpClient>> http =
      sdk::HttpClient::Create(std::move(http_options), context.clock);
  if (!http.ok()) {
    return absl::InvalidArgumentError(
        StrCat(settings.file(), ": settings.", ToStd(http.status().message())));
  }
  return std::unique_ptr<CityAdapter>(
      new CityAdapter(std::move(options), *std::move(mapping), *std::move(http), context));
}

CityAdapter::CityAdapter(Options options, sdk::Mapping mapping,
                         std::unique_ptr<sdk::HttpClient> http, const sdk::AdapterContext& context)
    : BlockingAdapter({.threads = kParallelCallsMax + kOtherCalls}, context.clock),
      options_(std::move(options)),
      mapping_(std::move(mapping)),
      names_(mapping_.names()),
      files_(context.files),
      papers_(context.files, context.party, sdk::PaperLinks::Unverified::kShown,
              {.papers = mapping_.InlineBytesMax("papers"),
               .results = mapping_.InlineBytesMax("results")}),
      http_(std::move(http)),
      capabilities_(CapabilitiesOf(mapping_, options_.inline_bytes_max)) {}

CityAdapter::~CityAdapter() = default;

absl::Status CityAdapter::StartNow() {
  http_->Resume();
  return absl::OkStatus();
}

void CityAdapter::Interrupt() { http_->Abort(); }

absl::StatusOr<pb::PullReply> CityAdapter::PullNow(const pb::PullRequest& request,
                                                   absl::Time deadline) {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after, ReadNumber(request.token(), "token", 0));
  const int wanted = request.items_max() > 0 ? request.items_max() : options_.page_items;
  const Answer answer = Get(StrCat(options_.path_changes, "?TuPhienBan=", after,
                                   "&SoLuong=", std::min(wanted, options_.page_items)),
                            deadline);
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  return ToPullReply(mapping_, answer.result, after);
}

absl::StatusOr<pb::DeliverReply> CityAdapter::DeliverNow(const pb::DeliverRequest& request,
                                                         absl::Time deadline) {
  pb::DeliverReply reply;
  for (const pb::OutboundItem& item : request.items()) {
    const TraceScope trace(item.traceparent());
    *reply.add_outcomes() = DeliverItem(item, deadline, reply);
  }
  return reply;
}

pb::ItemOutcome CityAdapter::DeliverItem(const pb::OutboundItem& item, absl::Time deadline,
                                         pb::DeliverReply& reply) {
  dossier::v1::Dossier dossier = item.dossier();
  const std::vector<sdk::InlinePaper> papers = sdk::TakeInlinePapers(mapping_, dossier);
  const sdk::Encoded encoded = mapping_.Encode(
      dossier, std::vector<std::string>(item.cleared().begin(), item.cleared().end()));
  if (encoded.error) return sdk::Rejected(item.delivery_id(), *encoded.error);
  const auto outcome_of = [&item, &reply](const Answer& answer) {
    sdk::SetUnavailable(reply, UnavailabilityOf(answer));
    return ToOutcome(item, answer);
  };
  pb::ItemOutcome outcome =
      outcome_of(Post(options_.path_update, UpdateBody(item.key(), encoded.record), deadline));
  for (const sdk::InlinePaper& paper : papers) {
    if (outcome.outcome() != pb::OUTCOME_APPLIED) break;
    outcome = outcome_of(PostContent(outcome.key(), paper, deadline));
    // The record is there by now: to say that nothing was done would be wrong.
    if (outcome.outcome() == pb::OUTCOME_RETRY_AFTER) outcome.set_outcome(pb::OUTCOME_UNKNOWN);
  }
  return outcome;
}

Answer CityAdapter::PostContent(const std::string& key, const sdk::InlinePaper& paper,
                                absl::Time deadline) {
  absl::StatusOr<std::string> base64 =
      sdk::ReadBase64(files_, paper.sha256, options_.inline_bytes_max);
  if (!base64.ok()) return Unreadable(paper, base64.status());
  const nlohmann::json record = mapping_.EncodeContent(paper, *std::move(base64));
  return Post(options_.path_update, UpdateBody(key, record), deadline);
}

absl::StatusOr<pb::LookUpReply> CityAdapter::LookUpNow(const pb::LookUpRequest& request,
                                                       absl::Time deadline) {
  pb::LookUpReply reply;
  for (const pb::LookUpRequest::Key& key : request.keys()) {
    LIENTHONG_ASSIGN_OR_RETURN(*reply.add_records(), LookUpOne(key, deadline));
  }
  return reply;
}

absl::StatusOr<pb::LookUpReply::Record> CityAdapter::LookUpOne(const pb::LookUpRequest::Key& key,
                                                               absl::Time deadline) {
  pb::LookUpReply::Record record;
  if (key.key().empty() && key.code().empty()) return record;
  const std::string by = key.key().empty() ? StrCat("?MaHoSo=", sdk::UrlEncode(key.code()))
                                           : StrCat("?IdHoSo=", sdk::UrlEncode(key.key()));
  const Answer answer = Get(options_.path_detail + by, deadline);
  if (answer.verdict == Verdict::kUnknown) return record;
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  LIENTHONG_ASSIGN_OR_RETURN(*record.mutable_item(), ToDetail(mapping_, answer.result));
  if (!key.key().empty() && !record.item().key().empty() && record.item().key() != key.key()) {
    return absl::InternalError("the platform answered with another record than the one asked for");
  }
  record.set_found(true);
  return record;
}

absl::StatusOr<pb::InventoryReply> CityAdapter::InventoryNow(const pb::InventoryRequest& request,
                                                             absl::Time deadline) {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t page, ReadNumber(request.page_token(), "page_token", 1));
  std::string query = StrCat("?Trang=", page);
  const auto add_day = [&query](const char* name, const std::string& day) -> absl::Status {
    int64_t number = 0;
    if (day.size() != kDayChars || !absl::SimpleAtoi(day, &number)) {
      return absl::InvalidArgumentError("day: expected yyyyMMdd");
    }
    StrAppend(query, "&", name, "=", day);
    return absl::OkStatus();
  };
  if (!request.agency().empty()) StrAppend(query, "&DonVi=", sdk::UrlEncode(request.agency()));
  if (!request.summary()) {
    LIENTHONG_RETURN_IF_ERROR(add_day("Ngay", request.day()));
  } else {
    StrAppend(query, "&TongHop=1");
    if (!request.from_day().empty()) {
      LIENTHONG_RETURN_IF_ERROR(add_day("TuNgay", request.from_day()));
    }
    if (!request.to_day().empty()) LIENTHONG_RETURN_IF_ERROR(add_day("DenNgay", request.to_day()));
  }
  const Answer answer = Get(options_.path_inventory + query, deadline);
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  if (request.summary()) return ToSums(answer.result, page);
  return ToInventory(answer.result, page);
}

absl::StatusOr<pb::ProbeReply> CityAdapter::ProbeNow(absl::Time deadline) {
  const Answer answer = Get(options_.path_probe, deadline);
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  return pb::ProbeReply();
}

Answer CityAdapter::Get(const std::string& path_and_query, absl::Time deadline) {
  return Call({.path = path_and_query}, deadline);
}

Answer CityAdapter::Post(const std::string& path, std::string body, absl::Time deadline) {
  return Call({.method = "POST",
               .path = path,
               .headers = {{"Content-Type", "application/json; charset=utf-8"}},
               .body = std::move(body)},
              deadline);
}

Answer CityAdapter::Call(sdk::HttpRequest request, absl::Time deadline) {
  request.headers.emplace_back("Authorization", options_.authorization);
  request.headers.emplace_back("Accept", "application/json");
  return Judge(http_->Call(request, std::min(deadline, clock().Now() + options_.timeout)), names_);
}

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({.name = "city",
                 .maturity = sdk::Maturity::kStable,
                 .trusts_far_side = false,
                 .make = [](const sdk::Settings& settings, const sdk::AdapterContext& context)
                     -> absl::StatusOr<std::unique_ptr<sdk::Adapter>> {
                   return CityAdapter::Create(settings, context);
                 }});
}

}  // namespace lienthong::adapters::city

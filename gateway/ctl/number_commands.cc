// lienthongctl receipt: blocks, collisions and suspected duplicates.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/receipt_call.h"
#include "gateway/ctl/show.h"

namespace lienthong::ctl {
namespace {

using nlohmann::ordered_json;
using receipt::v1::ReceiptService;
using Rows = std::vector<std::vector<std::string>>;

constexpr int kPageItems = 500;

// All pages of a list, as JSON under `name` or as a table.
template <typename Request, typename Response, typename Items, typename ToRow>
ExitCode ListAll(const Session& session, Terminal& terminal, Request request,
                 ReceiptMethod<Request, Response> method, Items items, std::string_view name,
                 const std::vector<std::string>& head, ToRow to_row) {
  request.set_page_size(kPageItems);
  ordered_json json = ordered_json::array();
  Rows rows;
  do {
    Response page;
    const grpc::Status status = Ask(session, method, request, page);
    if (!status.ok()) return terminal.Fail(status, session.json());
    for (const auto& item : items(page)) {
      rows.push_back(to_row(item));
      json.push_back(ToJsonValue(item, /*all=*/true));
      DropPrefix(json.back(), "state", "STATE_");
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  if (session.json()) {
    terminal.Line(Dump({{std::string(name), json}}));
  } else {
    terminal.Table(head, rows);
  }
  return kDone;
}

ordered_json BlockJson(const receipt::v1::ReceiptBlock& block) {
  ordered_json json = ToJsonValue(block, /*all=*/true);
  DropPrefix(json, "state", "STATE_");
  return json;
}

ExitCode ShowBlock(const Session& session, Terminal& terminal, const grpc::Status& status,
                   const receipt::v1::ReceiptBlock& block) {
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(Dump(BlockJson(block)));
    return kDone;
  }
  terminal.Caption(StrCat(terminal.Text("block ", "khối số "), block.id(), "  ", block.codes_size(),
                          terminal.Text(" numbers, ", " số, đã dùng "), block.used_size(),
                          terminal.Text(" used, back by ", ", phải trả trước "),
                          ShowTime(block.expire_time())));
  const char* otherwise =
      block.state() == receipt::v1::ReceiptBlock::STATE_CLOSED ? "not used" : "out";
  const std::set<std::string> used(block.used().begin(), block.used().end());
  Rows rows;
  for (const std::string& code : block.codes()) {
    rows.push_back({code, terminal.Word(used.contains(code) ? "used" : otherwise)});
  }
  terminal.Table({"number", "state"}, rows);
  return kDone;
}

ExitCode Lease(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const absl::StatusOr<int64_t> size = arguments.Number("--size", 0);
  if (!size.ok()) return terminal.Usage(ToStd(size.status().message()), "receipt block lease");
  const auto lifetime = arguments.Time("--lifetime", absl::ZeroDuration());
  if (!lifetime.ok()) {
    return terminal.Usage(ToStd(lifetime.status().message()), "receipt block lease");
  }
  receipt::v1::LeaseReceiptBlockRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_agency(arguments.Text("--agency"));
  request.set_date(arguments.Text("--date"));
  request.set_size(static_cast<int32_t>(std::min<int64_t>(*size, 1'000'000)));
  request.mutable_lifetime()->set_seconds(absl::ToInt64Seconds(*lifetime));
  request.set_counter(arguments.Text("--counter"));
  receipt::v1::ReceiptBlock block;
  return ShowBlock(session, terminal,
                   Ask(session, &ReceiptService::Stub::LeaseReceiptBlock, request, block), block);
}

ExitCode Return(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::ReturnReceiptBlockRequest request;
  request.set_request_id(RequestId(arguments));
  request.set_block_id(arguments.words()[0]);
  for (size_t i = 1; i < arguments.words().size(); ++i) request.add_used(arguments.words()[i]);
  request.set_closes(arguments.Has("--closes"));
  request.set_reason(arguments.Text("--reason"));
  receipt::v1::ReceiptBlock block;
  return ShowBlock(session, terminal,
                   Ask(session, &ReceiptService::Stub::ReturnReceiptBlock, request, block), block);
}

ExitCode Blocks(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::ListReceiptBlocksRequest request;
  request.set_agency(arguments.Text("--agency"));
  request.set_open_only(!arguments.Has("--closed-too"));
  return ListAll(
      session, terminal, request, &ReceiptService::Stub::ListReceiptBlocks,
      [](const auto& page) { return page.blocks(); }, "blocks",
      {"id", "agency", "date", "counter", "state", "returned by"},
      [&terminal](const receipt::v1::ReceiptBlock& block) -> std::vector<std::string> {
        return {
            block.id(),
            block.agency(),
            block.date(),
            block.counter(),
            terminal.Word(ShowEnum(receipt::v1::ReceiptBlock::State_Name(block.state()), "STATE_")),
            ShowTime(block.expire_time())};
      });
}

ExitCode Collisions(const Session& session, const Arguments& arguments, Terminal& terminal) {
  receipt::v1::ListCollisionsRequest request;
  request.set_closed_too(arguments.Has("--closed-too"));
  return ListAll(
      session, terminal, request, &ReceiptService::Stub::ListCollisions,
      [](const auto& page) { return page.collisions(); }, "collisions",
      {"id", "code", "holder", "claimant", "for", "times", "last"},
      [](const receipt::v1::Collision& one) -> std::vector<std::string> {
        return {one.id(),
                one.code(),
                one.holder(),
                one.claimant(),
                one.claimant_dossier(),
                StrCat(one.times()),
                ShowTime(one.last_time())};
      });
}

ExitCode Duplicates(const Session& session, const Arguments&, Terminal& terminal) {
  return ListAll(
      session, terminal, receipt::v1::ListSuspectedDuplicatesRequest(),
      &ReceiptService::Stub::ListSuspectedDuplicates, [](const auto& page) { return page.pairs(); },
      "pairs", {"id", "earlier", "later", "in common", "since"},
      [](const receipt::v1::SuspectedDuplicate& pair) -> std::vector<std::string> {
        return {pair.id(), pair.older(), pair.newer(), pair.reason(), ShowTime(pair.time())};
      });
}

// Both say of an id that it was seen to.
template <typename Request, typename Response>
ExitCode SeenTo(const Session& session, const Arguments& arguments, Terminal& terminal,
                ReceiptMethod<Request, Response> method, std::string_view command) {
  if (!arguments.Has("--reason")) {
    return terminal.Usage(StrCat(command, " needs --reason TEXT"), command);
  }
  Request request;
  request.set_request_id(RequestId(arguments));
  request.set_id(arguments.words()[0]);
  request.set_reason(arguments.Text("--reason"));
  Response response;
  const grpc::Status status = Ask(session, method, request, response);
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Line(session.json() ? ToJson(response, /*all=*/true)
                               : StrCat(request.id(), ": ", terminal.Word("done")));
  return kDone;
}

ExitCode CloseCollision(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return SeenTo(session, arguments, terminal, &ReceiptService::Stub::CloseCollision,
                "receipt collision close");
}

ExitCode Dismiss(const Session& session, const Arguments& arguments, Terminal& terminal) {
  return SeenTo(session, arguments, terminal, &ReceiptService::Stub::DismissSuspectedDuplicate,
                "receipt duplicate dismiss");
}

}  // namespace

std::vector<Command> NumberCommands() {
  return {
      {"receipt block lease",
       "",
       0,
       0,
       {"--agency", "--size", "--counter", "--date", "--lifetime", "--request-id"},
       "takes numbers for a counter that works without the gateway",
       "1 to 500 numbers of today or of one of the 7 days ahead. --lifetime: until when it comes\n"
       "back, at most 7 days; default the end of its day. No answer: call again with the same\n"
       "--request-id.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt block lease --agency H29.X05 --size 50 --counter \"Quầy lưu động số "
       "2\"\n",
       &Lease},
      {"receipt block return",
       "BLOCK [CODE...]",
       1,
       kWordsMax,
       {"--closes", "--reason", "--request-id"},
       "says which numbers of a block were used",
       "As often as wanted, also late. --closes: the others will not be used; they become gaps "
       "with\n"
       "--reason. A dossier pushed with a number of the block uses it by itself.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt block return BLOCK H29.X05-261124-0007 --closes --reason \"market "
       "day over\"\n",
       &Return},
      {"receipt block list",
       "",
       0,
       0,
       {"--agency", "--closed-too"},
       "blocks that are out; OVERDUE ones may stand on papers until they come back",
       "\nExample:\n  lienthongctl receipt block list --agency H29.X05\n",
       &Blocks},
      {"receipt collisions",
       "",
       0,
       0,
       {"--closed-too"},
       "codes that a second dossier claimed; operators only",
       "`id` is the case that the claimant was told. `holder` is the dossier that has the code; "
       "none:\n"
       "it is reserved.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt collisions\n",
       &Collisions},
      {"receipt collision close",
       "ID",
       1,
       1,
       {"--reason", "--request-id"},
       "says that a collision was seen to; kept with your name",
       "Example:\n  lienthongctl receipt collision close 0f3a --reason \"X05 renumbered its "
       "paper\"\n",
       &CloseCollision},
      {"receipt duplicates",
       "",
       0,
       0,
       {},
       "pairs of dossiers that may be one case; operators only",
       "Same applicant and procedure within 30 days. `dossier join` makes one of two that are; "
       "those\n"
       "that are two cases are dismissed.\n"
       "\n"
       "Example:\n"
       "  lienthongctl receipt duplicates\n",
       &Duplicates},
      {"receipt duplicate dismiss",
       "ID",
       1,
       1,
       {"--reason", "--request-id"},
       "says that a pair is two cases; kept with your name",
       "Example:\n  lienthongctl receipt duplicate dismiss 17/23 --reason \"two plots of land\"\n",
       &Dismiss},
  };
}

}  // namespace lienthong::ctl

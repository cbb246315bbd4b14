#ifndef LIENTHONG_ADAPTERS_SDK_ADAPTER_H_
#define LIENTHONG_ADAPTERS_SDK_ADAPTER_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::sdk {

namespace pb = ::lienthong::adapter::v1;

// Called once, from any thread, at the latest shortly after the deadline of its call.
template <typename Reply>
using Done = std::function<void(absl::StatusOr<Reply>)>;

// One counterpart, spoken to in its own way and shown to the gateway in the domain's values. An
// adapter translates and reports; it decides nothing: order, retries, echoes and conflicts are the
// gateway's. The messages are those of lienthong.adapter.v1, so that an adapter may also be a
// process of its own.
//
// Thread-safe: calls may overlap up to the declared limits. Every call has a deadline; an adapter
// that gets no answer by then says so, and never guesses success.
//
// Errors of a whole call: Unavailable (no connection, 5xx, time-out), ResourceExhausted (throttled;
// may carry ErrorDetails::retry_after), PermissionDenied or Unauthenticated (rights), anything else
// is a fault of the adapter or its configuration. Bad single items are not errors of the call: they
// are reported in the item. A delivery that certainly did not reach the counterpart (connection
// refused), or that it refused unread (HTTP 429), is RETRY_AFTER of its items, not Unavailable:
// what may have reached it is sent again as such, and may then stand there twice. Such a reply says
// so of the counterpart too (DeliverReply.unavailable, SetUnavailable in unavailable.h), beside
// what became of items that were done before: without that word each waiting dossier is tried by
// itself.
class Adapter {
 public:
  virtual ~Adapter() = default;  // only after Stop, or if never started

  // May connect; Unavailable is fine, the gateway comes again by itself.
  virtual absl::Status Start() = 0;
  // When it returns, no call of ours runs any more and each has been answered.
  virtual void Stop() = 0;

  virtual const pb::Capabilities& capabilities() const = 0;
  // How the counterpart would hold and report this dossier: pure, cheap, no I/O.
  virtual pb::Representation Represent(const dossier::v1::Dossier& dossier) const = 0;
  // What an item means that was kept, and perhaps edited, in the counterpart's own form: as Pull or
  // Receive would report it now. Pure. Unimplemented when the adapter keeps no such form.
  virtual absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& /*request*/) const {
    return absl::UnimplementedError("this adapter does not keep items in their own form");
  }
  // What the counterpart's inventory says of a record that holds all of this representation: 16
  // bytes; empty where inventories carry no digests. Pure, and as cheap as Represent: a comparison
  // asks it of every dossier.
  virtual std::string Digest(const dossier::v1::Dossier& /*represented*/) const { return ""; }
  // How fields and codes correspond. Pure; the same until the adapter is made anew.
  virtual pb::MappingDescription DescribeMapping() const { return {}; }

  // Also the link's sign of life, however idle: a counterpart without a feed is asked something
  // cheap here, as by Probe, and reports no item.
  virtual void Pull(const pb::PullRequest& request, absl::Time deadline,
                    Done<pb::PullReply> done) = 0;
  // The counterpart calls us. Asked twice: what the call means, and, once that is durable, what to
  // answer (ReceiveRequest.answer). Pure: the same call means the same, since a caller that got no
  // answer comes again. An error of the first time is the caller's answer: InvalidArgument for a
  // body that cannot be understood, NotFound for an unknown service, and when it never calls.
  virtual void Receive(const pb::ReceiveRequest& request, absl::Time deadline,
                       Done<pb::ReceiveReply> done) = 0;
  // An adapter that needs several calls for one item answers CONTINUE between them, with what it
  // has to remember in adapter_state: that is durable before it is called again.
  virtual void Deliver(const pb::DeliverRequest& request, absl::Time deadline,
                       Done<pb::DeliverReply> done) = 0;
  virtual void LookUp(const pb::LookUpRequest& request, absl::Time deadline,
                      Done<pb::LookUpReply> done) = 0;
  virtual void Inventory(const pb::InventoryRequest& request, absl::Time deadline,
                         Done<pb::InventoryReply> done) = 0;
  virtual void Probe(absl::Time deadline, Done<pb::ProbeReply> done) = 0;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_ADAPTER_H_

#ifndef LIENTHONG_GATEWAY_SERVICE_PUSH_SESSION_H_
#define LIENTHONG_GATEWAY_SERVICE_PUSH_SESSION_H_

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"

namespace lienthong::service {

// Items of one stream that are read and not yet acknowledged to the reader.
inline constexpr int kStreamItemsMax = 256;

// The rules of PushDossiers: pure, no threads, no sockets. Reads while there is room, gives each
// item one acknowledgement, in any order; but items that name the same dossier by the same code are
// worked on in the order sent. After the caller's last item it ends when everything is
// acknowledged. Ends only when no item is being worked on and nothing is being written.
class PushSession {
 public:
  using Request = dossier::v1::PushDossierRequest;
  using Response = dossier::v1::PushDossiersResponse;

  // An item to work on. `key` is given back with its outcome.
  struct Item {
    std::string key;
    Request request;
  };
  // What is to be done, in this order.
  struct Actions {
    std::vector<Item> run;
    bool read = false;
    bool write = false;   // what TakeAcknowledgement gives
    bool finish = false;  // with status()
  };

  Actions OnStart();
  // ok false: the caller has sent everything.
  Actions OnRead(bool ok, Request request);
  Actions OnOutcome(const std::string& key, Response acknowledgement);
  Actions OnWritten(bool ok);
  // Takes no more items; what was read is still worked on and acknowledged.
  Actions OnDrain(absl::Status status);
  // The caller is gone: no more reads or writes.
  Actions OnCancel();

  // The one to write; valid until OnWritten.
  const Response& acknowledgement() const { return acknowledgements_.front(); }
  const absl::Status& status() const { return status_; }

 private:
  void Begin(Item item, Actions& actions);
  void Proceed(Actions& actions);

  int items_ = 0;    // read, and not yet acknowledged
  int running_ = 0;  // handed out, without outcome
  bool reading_ = false;
  bool writing_ = false;
  bool closed_ = false;  // no more items come or are wanted
  bool cancelled_ = false;
  bool finished_ = false;
  absl::Status status_;
  std::deque<Response> acknowledgements_;
  // Codes being worked on, with the items that wait for them.
  std::map<std::string, std::deque<Item>> by_code_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_PUSH_SESSION_H_

#ifndef LIENTHONG_TESTS_FAULT_CLIENT_H_
#define LIENTHONG_TESTS_FAULT_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/random.h"
#include "grpcpp/channel.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"
#include "lienthong/receipt/v1/receipt_service.grpc.pb.h"
#include "tests/fault/ledger.h"

namespace lienthong::fault {

// One caller with one call under way. Works on dossiers of its own, so that none of its requests
// stands in the way of another client's.
class Client {
 public:
  Client(const std::shared_ptr<grpc::Channel>& channel, std::string agency, int number,
         Random& random, Ledger& ledger);

  // Does one operation to its end, through any number of restarts.
  void Do(const std::string& operation);
  // False once a request was refused for good, or had no answer for longer than a gateway may be
  // away.
  bool answered() const { return answered_; }

 private:
  // What an answer says; no code: there was none.
  struct Told {
    std::string code;
    std::string id;
    int64_t revision = 0;
    int64_t sequence = 0;
  };

  dossier::v1::PushDossierRequest NewDossier();
  dossier::v1::PushDossierRequest Update();
  void Push(const std::string& operation, const dossier::v1::PushDossierRequest& request);
  void Stream();
  void Reserve();
  void CommitReceipt();
  void ReleaseReceipt();
  void Lease();
  void Correct();
  void Void();
  const std::string& SomeCode();
  void Keep(const std::string& code);
  std::string ReservationFor();

  static Told Read(const dossier::v1::PushDossierResponse& answer);
  static Told Read(const receipt::v1::Reservation& answer);
  static Told Read(const receipt::v1::ReceiptBlock& answer);

  template <typename Service, typename Request, typename Answer>
  Told Ask(const std::string& operation, Service& service,
           grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Answer*),
           const Request& request);
  // With a request id that was never used.
  template <typename Service, typename Request, typename Answer>
  Told AskFirst(const std::string& operation, Service& service,
                grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Answer*),
                const Request& request);

  const std::unique_ptr<dossier::v1::DossierService::Stub> dossiers_;
  const std::unique_ptr<receipt::v1::ReceiptService::Stub> receipts_;
  const std::string agency_;
  const int number_;
  Random& random_;
  Ledger& ledger_;
  std::vector<std::string> codes_;
  int64_t done_ = 0;
  bool answered_ = true;
};

// Follows the agency's changes from the first one on by their token, page by page.
class Watcher {
 public:
  Watcher(const std::shared_ptr<grpc::Channel>& channel, std::string name, Ledger& ledger);

  // One page. False: there is no gateway.
  bool ReadOn();
  // Until nothing more is there. False: there was no gateway for too long.
  bool ReadToTheEnd();

 private:
  const std::unique_ptr<dossier::v1::DossierService::Stub> dossiers_;
  const std::string name_;
  Ledger& ledger_;
  std::string token_;
  bool more_ = true;
};

}  // namespace lienthong::fault

#endif  // LIENTHONG_TESTS_FAULT_CLIENT_H_

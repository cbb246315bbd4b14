// numbers-load: clients of one agency that reserve, ask again, commit and release numbers until a
// share of operations is done, and write down every answer. What has no answer is asked again under
// the same request id.
//   numbers-load ADDRESS PKI_FOLDER AGENCY CLIENTS OPERATIONS SEED LOG all|reserve
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/random.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "lienthong/receipt/v1/receipt_service.grpc.pb.h"

namespace {

using lienthong::receipt::v1::ReceiptService;
using lienthong::receipt::v1::Reservation;

constexpr auto kCallTime = std::chrono::seconds(10);
constexpr auto kWait = std::chrono::milliseconds(100);
constexpr int kClientsPerChannel = 16;

double Now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// One line an answer: when asked, when answered, what, request, number, reservation, outcome.
class History {
 public:
  explicit History(const char* path) : file_(std::fopen(path, "w")) {}
  void Add(double begin, const char* what, const std::string& request, const std::string& number,
           const std::string& reservation, const std::string& outcome) {
    const std::lock_guard lock(mutex_);
    std::fprintf(file_, "%.6f\t%.6f\t%s\t%s\t%s\t%s\t%s\n", begin, Now(), what, request.c_str(),
                 number.c_str(), reservation.c_str(), outcome.c_str());
    std::fflush(file_);
  }

 private:
  std::mutex mutex_;
  std::FILE* const file_;
};

class Client {
 public:
  Client(const std::shared_ptr<grpc::Channel>& channel, std::string agency, uint64_t seed,
         History& history)
      : stub_(ReceiptService::NewStub(channel)),
        agency_(std::move(agency)),
        random_(lienthong::Random::Seeded(seed)),
        history_(history) {}

  void Run(int operations, bool only_reserves) {
    while (operations > 0) {
      lienthong::receipt::v1::ReserveReceiptRequest reserve;
      reserve.set_request_id(random_->Uuid());
      reserve.set_agency(agency_);
      reserve.mutable_lifetime()->set_seconds(24 * 3600);
      const Reservation held = Ask("reserve", reserve, &ReceiptService::Stub::ReserveReceipt);
      --operations;
      if (only_reserves) continue;
      if (random_->Below(4) == 0 && operations-- > 0) {
        Ask("again", reserve, &ReceiptService::Stub::ReserveReceipt);
      }
      const uint64_t fate = random_->Below(10);
      if (operations <= 0 || fate == 9) continue;  // kept: it would expire
      --operations;
      if (fate < 6) {
        lienthong::receipt::v1::CommitReceiptRequest commit;
        commit.set_request_id(random_->Uuid());
        commit.set_reservation_id(held.id());
        Ask("commit", commit, &ReceiptService::Stub::CommitReceipt);
      } else {
        lienthong::receipt::v1::ReleaseReceiptRequest release;
        release.set_request_id(random_->Uuid());
        release.set_reservation_id(held.id());
        release.set_reason("trial " + held.id());
        Ask("release", release, &ReceiptService::Stub::ReleaseReceipt);
      }
    }
  }

 private:
  // Until there is an answer: no gateway, a series that is closed and a full line are none.
  template <typename Request, typename Method>
  Reservation Ask(const char* what, const Request& request, Method method) {
    while (true) {
      grpc::ClientContext context;
      context.set_wait_for_ready(
          true);  // a channel that is asked in passing gets no time to connect
      context.set_deadline(std::chrono::system_clock::now() + kCallTime);
      Reservation answer;
      const double begin = Now();
      const grpc::Status status = ((*stub_).*method)(&context, request, &answer);
      const bool closed = status.error_message().find("are closed") != std::string::npos;
      if (status.ok()) {
        history_.Add(begin, what, request.request_id(), answer.code(), answer.id(), "ok");
        return answer;
      }
      const grpc::StatusCode code = status.error_code();
      const bool refused = code == grpc::StatusCode::INVALID_ARGUMENT ||
                           code == grpc::StatusCode::PERMISSION_DENIED ||
                           (code == grpc::StatusCode::FAILED_PRECONDITION && !closed);
      if (refused) {
        history_.Add(begin, what, request.request_id(), "", IdOf(request), "refused");
        return answer;
      }
      std::this_thread::sleep_for(kWait);
    }
  }
  template <typename Request>
  static std::string IdOf(const Request& request) {
    if constexpr (requires { request.reservation_id(); }) return request.reservation_id();
    return "";
  }

  const std::unique_ptr<ReceiptService::Stub> stub_;
  const std::string agency_;
  const std::unique_ptr<lienthong::Random> random_;
  History& history_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 9) return 2;
  const bool only_reserves = std::string(argv[8]) == "reserve";
  const std::string address = argv[1], pki = argv[2], agency = argv[3];
  const int clients = std::atoi(argv[4]), operations = std::atoi(argv[5]);
  const uint64_t seed = std::strtoull(argv[6], nullptr, 10);
  History history(argv[7]);
  grpc::SslCredentialsOptions tls{ReadFile(pki + "/ca.crt"), ReadFile(pki + "/" + agency + ".key"),
                                  ReadFile(pki + "/" + agency + ".crt")};
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    if (i % kClientsPerChannel == 0) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 500);
      arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
      channels.push_back(grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments));
    }
    threads.emplace_back([&, i, channel = channels.back()] {
      Client(channel, agency, seed * 1000 + i, history)
          .Run(operations / clients + (i < operations % clients ? 1 : 0), only_reserves);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}

// fault-load: clients of one agency that write to a gateway which is killed under them, and note
// what they asked and what they were told. What has no answer is asked again under the same request
// id. Runs until SIGTERM, then ends what it began.
// ADDRESS is a number (ipv4:127.0.0.1:7443): this version of the library looks a name up again
// after 30 s only, and a channel by name was seen to stay away for ever.
//   fault-load ADDRESS PKI_FOLDER AGENCY CLIENTS SEED LEDGER OPERATION[,OPERATION...]
// Operations: push update stream reserve commit release lease correct void. Exit status 3:
// something had no answer to the end.
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_split.h"
#include "gateway/base/random.h"
#include "gateway/base/small_file.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "tests/fault/client.h"
#include "tests/fault/ledger.h"

namespace {

std::atomic<bool> stopping = false;

std::string Read(const std::string& path) {
  auto text = lienthong::ReadSmallFile(path);
  if (!text.ok()) {
    std::fprintf(stderr, "fault-load: %s\n", text.status().ToString().c_str());
    std::exit(2);
  }
  return std::move(text->content);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  const std::string address = argv[1], pki = argv[2], agency = argv[3];
  const int clients = std::atoi(argv[4]);
  const uint64_t seed = std::strtoull(argv[5], nullptr, 10);
  lienthong::fault::Ledger ledger(argv[6]);
  const std::vector<std::string> operations = absl::StrSplit(argv[7], ',');
  signal(SIGTERM, [](int) { stopping = true; });

  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Back within a moment of a restart.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  const auto credentials =
      grpc::SslCredentials({Read(pki + "/ca.crt"), Read(pki + "/" + agency + ".key"),
                            Read(pki + "/" + agency + ".crt")});
  std::atomic<int> unanswered = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      const auto random = lienthong::Random::Seeded(seed * 1000 + i);
      lienthong::fault::Client client(grpc::CreateCustomChannel(address, credentials, arguments),
                                      agency, i, *random, ledger);
      while (!stopping && client.answered())
        client.Do(operations[random->Below(operations.size())]);
      if (!client.answered()) ++unanswered;
    });
  }
  threads.emplace_back([&] {
    lienthong::fault::Watcher watcher(grpc::CreateCustomChannel(address, credentials, arguments),
                                      argv[5], ledger);
    while (!stopping) watcher.ReadOn();
    // What the clients were told while they ended is there, too.
    for (int i = 0; i + 1 < static_cast<int>(threads.size()); ++i) threads[i].join();
    if (!watcher.ReadToTheEnd()) ++unanswered;
  });
  threads.back().join();
  return unanswered == 0 ? 0 : 3;
}

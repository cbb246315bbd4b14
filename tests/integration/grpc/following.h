#ifndef LIENTHONG_TESTS_INTEGRATION_GRPC_FOLLOWING_H_
#define LIENTHONG_TESTS_INTEGRATION_GRPC_FOLLOWING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"

namespace lienthong::testing {

// The methods by which clients follow the journal, made alike.

// A change, or a status, as a client was told it.
struct Item {
  std::string key;  // of a change, see KeyOf; of a status, its dossier's code
  std::string code;
  int64_t revision = 0;
  std::string bytes;
};

std::string KeyOf(int64_t sequence, const std::string& code, int64_t revision);

struct Message {
  std::string after;  // the token that it goes on from
  std::vector<Item> items;
  std::string token;
};

// What the client does with a message; false when it leaves.
using Take = std::function<bool(const Message&)>;
// Reads on from a token, over one connection, until it ends or the client leaves.
using Read = std::function<grpc::Status(const std::shared_ptr<grpc::Channel>&, std::string token,
                                        const Take&)>;

struct Method {
  std::string certificate;
  Read read;
  Read one_by_one;  // the same, by pages of one change, until none is left
  bool statuses = false;
};

Method PullStatuses();
Method WatchStatuses();
Method WatchChanges();  // as H29.X05

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_INTEGRATION_GRPC_FOLLOWING_H_

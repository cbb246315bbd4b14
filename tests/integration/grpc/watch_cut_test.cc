// The portal and an agency follow the journal over connections that are cut at every place there
// is. They come back with the token they stored last, and end with all that a client is told whose
// connection is never cut: no gap, and nothing again whose token they had stored.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "tests/integration/grpc/following.h"
#include "tests/integration/grpc/gateway_fixture.h"
#include "tests/support/cutting_proxy.h"

namespace lienthong::testing {
namespace {

using dossier::v1::PushDossierRequest;
using grpc::StatusCode;
using ::testing::AnyOf;

// Together more than a page of a watch holds: most pages end with a dossier that they show once, so
// that a token that is off by one does not go unnoticed.
constexpr int kDossiersOfX05 = 90;
constexpr int kDossiersOfX06 = 30;
constexpr int kOftenChanged = 5;
constexpr int kRounds = 5;
constexpr int kCutRecords = 8;      // cuts in the middle of a record
constexpr int kConnectionsMax = 6;  // of one client
constexpr int kRecordsMin = 10;
constexpr int kRecordsMax = 100;
constexpr int kUncut = 1'000'000;
// Stands in every field of these dossiers that only agencies may read.
constexpr char kPrivate[] = "kin-dao";

// What happens to a client.
struct Fate {
  // Before its connection of this number: the port it connects to.
  std::function<int(int connection)> connect;
  // When it has stored what a message holds: false when it dies before it stores the token.
  std::function<bool(int connection)> store = [](int) { return true; };
};

// What a client has done.
struct Session {
  std::string token;          // stored last
  std::vector<Message> told;  // all
  std::vector<Item> kept;     // whose token was stored
};

template <typename T>
std::vector<T> Each(const std::vector<Item>& items, T Item::*field) {
  std::vector<T> values;
  for (const Item& item : items) values.push_back(item.*field);
  return values;
}

// Of each dossier, what was told last.
template <typename T>
std::map<std::string, T> Newest(const Session& session, T Item::*field) {
  std::map<std::string, T> newest;
  for (const Message& message : session.told) {
    for (const Item& item : message.items) newest[item.code] = item.*field;
  }
  return newest;
}

class WatchCutTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    if (HasFatalFailure()) return;
    for (int round = 0; round < kRounds; ++round) {
      PushRound("agency-X06", "H29.X06", kDossiersOfX06);
      PushRound("agency-X05", "H29.X05", kDossiersOfX05);
      for (int i = 0; i < 2; ++i) PushRound("agency-X05", "H29.X05", kOftenChanged);
    }
  }

  // A connection that nothing cuts.
  std::shared_ptr<grpc::Channel> Uncut(const std::string& certificate);
  // Changes every dossier of an agency; the first time, creates them.
  void PushRound(const std::string& certificate, const std::string& agency, int dossiers);
  // Changes a dossier of H29.X05.
  void PushOne();
  // From now on clients follow by this method.
  void Use(Method method);
  // The token behind each change, read one by one and never cut; fails when another change is there
  // than was acknowledged.
  void ReadTokens();
  Session Follow(const Fate& fate);
  Session FollowUncut() {
    return Follow({.connect = [this](int) { return grpc_port(); }});
  }
  // How many TLS records a session takes when nothing cuts it.
  int CountRecords(CuttingProxy& proxy);
  // One client: cut after so many records, and a second time by chance.
  void Try(CuttingProxy& proxy, int records, double part, int records_max);
  void TryEveryCut(Method method);
  void Check(const Session& session);
  void CheckMessage(const Message& message);

  std::map<std::pair<int, std::string>, std::shared_ptr<grpc::Channel>> uncut_channels_;
  const uint64_t seed_ = Random::System().Next();
  const std::unique_ptr<Random> random_ = Random::Seeded(seed_);
  int pushed_ = 0;
  std::map<std::string, std::vector<std::string>> codes_;  // by agency
  std::map<int64_t, dossier::v1::PushDossierResponse> acknowledged_;
  Method method_;
  std::vector<std::string> keys_;             // what the method has to show, in order
  std::map<std::string, int64_t> revisions_;  // the newest of each dossier among them
  std::map<std::string, int> places_;         // how many of them are before a token
  std::string end_;                           // the token behind all of them
  Session uncut_;
};

std::shared_ptr<grpc::Channel> WatchCutTest::Uncut(const std::string& certificate) {
  auto& channel = uncut_channels_[{grpc_port(), certificate}];
  if (channel == nullptr) channel = ToServer(certificate);
  return channel;
}

void WatchCutTest::PushRound(const std::string& certificate, const std::string& agency,
                             int dossiers) {
  std::vector<std::string>& codes = codes_[agency];
  const bool create = codes.empty();
  const auto stub = dossier::v1::DossierService::NewStub(Uncut(certificate));
  const auto context = Context();
  const auto stream = stub->PushDossiers(context.get());
  for (int i = 0; i < dossiers; ++i) {
    PushDossierRequest request = NewDossier(agency);
    dossier::v1::Dossier& dossier = *request.mutable_dossier();
    if (!create) dossier.Clear();
    if (!create) dossier.set_code(codes[i]);
    dossier.mutable_applicant()->set_name(StrCat(kPrivate, " ", pushed_));
    dossier.mutable_contact()->set_email(StrCat(kPrivate, pushed_, "@example.vn"));
    dossier.set_note(StrCat(kPrivate, " ", pushed_++));
    if (random_->Below(kRounds) == 0) dossier.set_status(dossier::v1::STATUS_PROCESSING);
    ASSERT_TRUE(stream->Write(request));
  }
  stream->WritesDone();
  dossier::v1::PushDossiersResponse response;
  while (stream->Read(&response)) {
    ASSERT_TRUE(response.has_acknowledged()) << response.refused().message();
    acknowledged_[response.acknowledged().sequence()] = response.acknowledged();
    if (create) codes.push_back(response.acknowledged().code());
  }
  ASSERT_TRUE(stream->Finish().ok());
}

void WatchCutTest::PushOne() {
  PushRound("agency-X05", "H29.X05", 1);
  ReadTokens();
}

void WatchCutTest::Use(Method method) {
  method_ = std::move(method);
  places_ = {{"", 0}};
  revisions_.clear();
  uncut_ = {};
  end_.clear();
  ReadTokens();
}

void WatchCutTest::ReadTokens() {
  keys_.clear();
  for (const auto& [sequence, change] : acknowledged_) {
    if (!method_.statuses && !change.code().starts_with("H29.X05")) continue;
    keys_.push_back(method_.statuses ? change.code()
                                     : KeyOf(sequence, change.code(), change.revision()));
    revisions_[change.code()] = change.revision();
  }
  size_t place = places_[end_];
  ASSERT_LT(place, keys_.size());
  const auto take = [&](const Message& message) {
    EXPECT_EQ(Each(message.items, &Item::key), std::vector{keys_[place]});
    end_ = message.token;
    const bool is_new = places_.emplace(end_, ++place).second;
    EXPECT_TRUE(is_new) << "a token stands for two places";
    return is_new && place < keys_.size();
  };
  const auto status = method_.one_by_one(Uncut(method_.certificate), end_, take);
  EXPECT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(place, keys_.size());
}

Session WatchCutTest::Follow(const Fate& fate) {
  Session session;
  for (int connection = 0; session.token != end_ && connection < kConnectionsMax && !HasFailure();
       ++connection) {
    const int port = fate.connect(connection);
    const auto take = [&](const Message& message) {
      session.told.push_back(message);
      if (!fate.store(connection)) return false;
      session.kept.insert(session.kept.end(), message.items.begin(), message.items.end());
      session.token = message.token;
      return session.token != end_;
    };
    const auto status = method_.read(Connect(port, "ca", method_.certificate), session.token, take);
    EXPECT_THAT(status.error_code(),
                AnyOf(StatusCode::OK, StatusCode::CANCELLED, StatusCode::UNAVAILABLE))
        << status.error_message();
  }
  EXPECT_EQ(session.token, end_) << "did not come to the end";
  return session;
}

void WatchCutTest::CheckMessage(const Message& message) {
  ASSERT_TRUE(places_.contains(message.after)) << message.after;
  ASSERT_TRUE(places_.contains(message.token)) << message.token;
  std::vector<std::string> expected;
  for (int place = places_[message.after]; place < places_[message.token]; ++place) {
    const bool again = std::find(expected.begin(), expected.end(), keys_[place]) != expected.end();
    if (!again) expected.push_back(keys_[place]);
  }
  EXPECT_EQ(Each(message.items, &Item::key), expected);
  for (const Item& item : message.items) {
    EXPECT_EQ(item.bytes.find(kPrivate) == std::string::npos, method_.statuses) << item.key;
  }
}

void WatchCutTest::Check(const Session& session) {
  for (const Message& message : session.told) CheckMessage(message);
  EXPECT_EQ(Newest(session, &Item::revision), revisions_);
  if (uncut_.token != end_) uncut_ = FollowUncut();
  EXPECT_EQ(Newest(session, &Item::bytes), Newest(uncut_, &Item::bytes));
  if (method_.statuses) return;
  EXPECT_EQ(Each(session.kept, &Item::key), keys_);
  EXPECT_EQ(Each(session.kept, &Item::bytes), Each(uncut_.kept, &Item::bytes));
}

int WatchCutTest::CountRecords(CuttingProxy& proxy) {
  const Session session = Follow({.connect = [&](int) {
    proxy.CutAfterRecords(kUncut, 0);
    return proxy.port();
  }});
  Check(session);
  return proxy.records();
}

void WatchCutTest::Try(CuttingProxy& proxy, int records, double part, int records_max) {
  const int records_again = static_cast<int>(random_->Below(records_max));
  const double part_again = random_->Below(2) == 0 ? 0 : random_->Fraction();
  const bool live = random_->Below(2) == 0;
  const bool dies = random_->Below(3) == 0;
  SCOPED_TRACE(StrCat("seed ", seed_, ": cut after ", records, "+", part, " records, then after ",
                      records_again, "+", part_again, live ? ", live" : "", dies ? ", dies" : ""));
  bool pushed = false;
  Fate fate;
  fate.connect = [&](int connection) {
    if (connection == 0) proxy.CutAfterRecords(records, part);
    if (connection == 1) proxy.CutAfterRecords(records_again, part_again);
    if (live && connection == 1) PushOne();
    return proxy.port();
  };
  fate.store = [&](int connection) {
    // While the client is connected.
    if (live && connection > 0 && !std::exchange(pushed, true)) PushOne();
    return !dies || connection != 2;
  };
  Check(Follow(fate));
}

void WatchCutTest::TryEveryCut(Method method) {
  std::cout << "seed " << seed_ << std::endl;
  Use(std::move(method));
  if (HasFailure()) return;  // nothing would come to an end
  CuttingProxy proxy(grpc_port());
  const int records_max = CountRecords(proxy);
  ASSERT_GE(records_max, kRecordsMin);
  ASSERT_LE(records_max, kRecordsMax);
  for (int records = 0; records < records_max && !HasFailure(); ++records) {
    Try(proxy, records, 0, records_max);
  }
  for (int i = 0; i < kCutRecords && !HasFailure(); ++i) {
    Try(proxy, static_cast<int>(random_->Below(records_max)), random_->Fraction(), records_max);
  }
  EXPECT_GE(proxy.cuts(), records_max);
  std::cout << records_max << " records, " << proxy.cuts() << " cuts, " << keys_.size()
            << " changes" << std::endl;
}

TEST_F(WatchCutTest, PullStatusesSurvivesEveryCut) { TryEveryCut(PullStatuses()); }
TEST_F(WatchCutTest, WatchStatusesSurvivesEveryCut) { TryEveryCut(WatchStatuses()); }
TEST_F(WatchCutTest, WatchChangesSurvivesEveryCut) { TryEveryCut(WatchChanges()); }

class WatchRestartTest : public WatchCutTest {
 protected:
  std::string StoreUrl() const override { return StrCat("sqlite:", file("gateway.db")); }
};

TEST_F(WatchRestartTest, ATokenOutlivesTheGateway) {
  for (const Method& method : {PullStatuses(), WatchStatuses(), WatchChanges()}) {
    Use(method);
    Fate fate;
    fate.connect = [&](int connection) {
      if (connection == 1) {
        Restart();
        PushOne();
      }
      return grpc_port();
    };
    // The client dies when it has stored one token.
    fate.store = [&, messages = 0](int connection) mutable {
      return connection > 0 || messages++ == 0;
    };
    const Session session = Follow(fate);
    ASSERT_GE(session.told.size(), 3U);
    EXPECT_NE(session.told[0].token, end_);
    EXPECT_EQ(session.told[2].after, session.told[0].token);
    Check(session);
  }
}

}  // namespace
}  // namespace lienthong::testing

#ifndef LIENTHONG_ADAPTERS_NATIONAL_RECEIVER_H_
#define LIENTHONG_ADAPTERS_NATIONAL_RECEIVER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/paper_links.h"
#include "adapters/sdk/portal/envelope.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

namespace pb = ::lienthong::adapter::v1;

// The portal's calls to us, in both generations: asked first it says what a call means, asked again
// what to answer. It remembers nothing between the two, so the same call again is answered alike.
//
// Answers {"error_code", "message", "result"} under HTTP 200: 0; 1 a data error that names the
// portal's field; 4 no such dossier; -1 not now, call again. Names of a call that have no place
// here are told in the message of a success, and logged.
class Receiver {
 public:
  using Read =
      std::function<pb::InboundItem(const nlohmann::json& object, const std::string& agency)>;

  // The names in a call's object that have a value and no place here.
  using Unused = std::function<std::vector<std::string>(const nlohmann::json& object)>;

  // How a new dossier comes: by this service, read so, with these unused; and the name of the id by
  // which all other calls that change one must name it. `papers` outlives it.
  Receiver(std::string_view submission_service, Read read_submission, Unused unused_in_submission,
           std::string_view id_name, const sdk::PaperLinks& papers);

  // NotFound for a service that the portal does not call us with.
  absl::StatusOr<pb::ReceiveReply> Receive(const pb::ReceiveRequest& request) const;
  // What the item of a call means that was kept: its `raw` is the call, without the session.
  pb::InboundItem Interpret(const pb::InterpretRequest& request) const;

 private:
  // What one service does with its object.
  enum class Kind { kSubmission, kAct, kLookUp };
  struct Service {
    Kind kind;
    Read read;
    Unused unused;
  };

  // What a call of the service says, perhaps nothing but which dossier it is about.
  pb::InboundItem ReadItem(std::string_view name, const Service& service,
                           const sdk::portal::ServiceCall& call) const;
  pb::InboundItem ReadKept(const pb::InterpretRequest& request) const;
  // `item` is what the call says with its object, read again.
  std::string Answer(const Service& service, const nlohmann::json& object,
                     const pb::InboundItem& item, const pb::ReceiveRequest& request) const;
  std::string AnswerSubmission(const pb::InboundItem& item,
                               const pb::ReceiveRequest::Result& result,
                               const std::string& done) const;
  std::string AnswerLookUp(const std::string& code, const pb::ReceiveRequest::Result& result) const;

  const std::string id_name_;
  const sdk::PaperLinks& papers_;
  std::map<std::string, Service, std::less<>> services_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_RECEIVER_H_

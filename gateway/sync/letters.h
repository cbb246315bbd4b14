#ifndef LIENTHONG_GATEWAY_SYNC_LETTERS_H_
#define LIENTHONG_GATEWAY_SYNC_LETTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/adapter.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "gateway/sync/inbound.h"
#include "gateway/sync/lane.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

// What operators do to dead letters. Prepared here, committed by the link that the letter is of
// (LinkEngine::Do): what the act changes in dossier and lane, that the letter is closed, and the
// act itself (act_log.h) are one commit, on the condition that letter and lane are as they were
// read. So an act is done once, and not to a letter that has gone meanwhile.
namespace lienthong::sync {

// A dead letter as it is stored. `version` 0: there is none.
struct StoredLetter {
  std::string id;
  int64_t version = 0;
  storage::v1::DeadLetterRecord record;
};
absl::StatusOr<StoredLetter> ReadLetter(const core::Engine& engine, const store::Row& row);
// NOT_FOUND: there is none, or none any more.
absl::StatusOr<StoredLetter> FindLetter(const core::Engine& engine, const std::string& id);

inline constexpr const char* kActReplay = "replay";
inline constexpr const char* kActDiscard = "discard";

// Who wants what of a dead letter.
struct LetterAct {
  std::string kind;  // kActReplay, kActDiscard
  std::string id;    // of the letter
  std::string actor;
  std::string reason;
  std::string request_id;
  v1::LetterEdit edit;  // of a replay; empty: as it is
};

// What an act will write.
struct PreparedLetter {
  StoredLetter letter;
  std::optional<core::PreparedEdit> edit = {};
  store::WriteSet set = {};  // when there is no edit
  int64_t dossier_id = 0;
  std::optional<Stop> fault = {};           // it would be refused again: nothing is written
  std::vector<std::string> overtaken = {};  // fields that stay as they are
  bool delivers = false;                    // the link has something to deliver then

  store::WriteSet& writes() { return edit.has_value() ? edit->set : set; }
};

// A link as far as acts need it. Everything outlives it.
struct LetterLink {
  core::Engine& engine;
  const Inbound& inbound;
  const sdk::Adapter& adapter;
  LinkState state;
};

// An item from the counterpart goes through Inbound again, as it came or as it is edited: what was
// said of its fields since stays, whoever said it. A lane that waits tries again; with an edit the
// dossier is corrected in the operator's name first. INVALID_ARGUMENT for an edit that cannot be
// made.
absl::StatusOr<PreparedLetter> PrepareReplay(const LetterLink& link, StoredLetter letter,
                                             const LetterAct& act);
// The letter closes. An item from the counterpart is not taken in; a lane goes on without what was
// refused, which its `losses` say from then on. `link` is null for one that is not configured any
// more.
absl::StatusOr<PreparedLetter> PrepareDiscard(core::Engine& engine, const LetterLink* link,
                                              StoredLetter letter, const LetterAct& act);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LETTERS_H_

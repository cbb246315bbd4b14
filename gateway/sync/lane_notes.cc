#include "gateway/sync/lane_notes.h"

#include <algorithm>

#include "gateway/base/text.h"

namespace lienthong::sync {
namespace {

using storage::v1::Intent;
using storage::v1::IntentField;
using storage::v1::LaneState;

// A counterpart that calls repeats a call until it is answered, and goes on then.
constexpr int kReceivedItemsMax = 64;

}  // namespace

std::string NamesOf(const Intent& intent) {
  std::string names;
  for (const IntentField& field : intent.fields()) {
    StrAppend(names, names.empty() ? "" : ", ", field.path());
  }
  return names;
}

void NoteDuplicates(const Intent& intent, LaneState& lane) {
  auto& noted = *lane.mutable_possible_duplicates();
  for (const IntentField& element : intent.fields()) {
    const bool known = std::find(noted.begin(), noted.end(), element.path()) != noted.end();
    if (!known) *noted.Add() = element.path();
  }
}

bool NoteReceived(const std::string& call, LaneState& lane) {
  auto& received = *lane.mutable_received_items();
  if (std::find(received.begin(), received.end(), call) != received.end()) return false;
  if (received.size() >= kReceivedItemsMax) received.erase(received.begin());
  *received.Add() = call;
  return true;
}

void Rest(LaneState& lane) {
  lane.set_phase(LaneState::PHASE_IDLE);
  lane.set_attempts(0);
  lane.clear_next_attempt_time();
  lane.clear_pending_since();
  lane.clear_pending_sequence();
  lane.clear_refused_revision();
}

}  // namespace lienthong::sync

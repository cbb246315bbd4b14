#include "gateway/base/failpoint.h"

namespace lienthong {
namespace {

// Set before any thread is started, and never again.
const FailpointListener* listening = nullptr;

}  // namespace

void ListenToFailpoints(const FailpointListener& listener) { listening = &listener; }

void PassFailpoint(Failpoint point) {
  if (listening != nullptr) listening->pass(point);
}

bool IsPlanted(PlantedBug bug) { return listening != nullptr && listening->is_planted(bug); }

}  // namespace lienthong

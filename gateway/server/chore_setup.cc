#include "gateway/server/chore_setup.h"

#include "gateway/core/receipts.h"
#include "gateway/core/recomputation.h"

namespace lienthong {

std::vector<std::unique_ptr<Chore>> StartChores(core::Engine& engine, core::Dispatch& dispatch,
                                                core::Quality& quality) {
  std::vector<std::unique_ptr<Chore>> chores;
  chores.push_back(std::make_unique<Chore>(
      "sweep", std::chrono::minutes(1), [receipts = core::Receipts(engine)]() mutable {
        const absl::Status swept = receipts.SweepExpired();
        return swept.ok() ? absl::StatusOr<bool>(false) : swept;
      }));
  chores.push_back(std::make_unique<Chore>(
      "recomputation", std::chrono::seconds(1),
      [recomputer = core::Recomputer(engine)]() mutable { return recomputer.Step(); }));
  chores.push_back(std::make_unique<Chore>("dispatch", std::chrono::seconds(1),
                                           [&dispatch] { return dispatch.Step(); }));
  chores.push_back(std::make_unique<Chore>("quality", std::chrono::seconds(1),
                                           [&quality] { return quality.Step(); }));
  return chores;
}

}  // namespace lienthong

#ifndef LIENTHONG_TESTS_SIMULATION_SEED_PLAN_H_
#define LIENTHONG_TESTS_SIMULATION_SEED_PLAN_H_

#include <cstdint>

namespace lienthong::simulation {

// What happens in a seed, by its number.
struct SeedPlan {
  // Everybody edits what is their own, and a status moves when all have seen the last: there is
  // never a conflict, and in the end everything is as its owner wrote it.
  bool owners_only = false;
  // Somebody pauses links, has feeds read again, replays, discards and decides.
  bool operators = false;
  // Items of feeds that cannot be read until somebody looks at them again.
  bool garbles = false;
  // Both sides of links are compared while all go on working, and repaired.
  bool compares = false;
  // Systems lose or alter what they hold, and do not tell.
  bool damages = false;
  // Nothing is held for a person, and nothing may ever wait for one.
  bool needs_nobody = false;
  // Elements of which nobody knows whether they are there wait for a person.
  bool holds_unanswered = false;
  // Its store is one that another gateway could use too.
  bool shares_store = false;
};

// `wide`: operators act, and items are unreadable, also where others than owners edit.
inline SeedPlan PlanOf(uint64_t seed, bool wide) {
  const bool even = seed % 2 == 0;
  const bool needs_nobody = seed % 4 == 0;
  const bool operated = (even && !needs_nobody) || (!even && wide);
  return {.owners_only = even,
          .operators = operated,
          .garbles = operated,
          .compares = !operated,
          .damages = needs_nobody,
          .needs_nobody = needs_nobody,
          .holds_unanswered = seed % 8 == 1 || seed % 8 == 2,
          .shares_store = seed % 3 == 0};
}

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_SEED_PLAN_H_

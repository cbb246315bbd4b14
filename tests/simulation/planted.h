#ifndef LIENTHONG_TESTS_SIMULATION_PLANTED_H_
#define LIENTHONG_TESTS_SIMULATION_PLANTED_H_

#include <string_view>

#include "gateway/sync/planted_bugs.h"

namespace lienthong::simulation {

// Every planted bug by its name.
struct Planted {
  std::string_view name;
  bool sync::PlantedBugs::*bug;
};
inline constexpr Planted kPlantedBugs[] = {
    {"echo_filter_off", &sync::PlantedBugs::echo_filter_off},
    {"unknown_is_success", &sync::PlantedBugs::unknown_is_success},
    {"lost_update_on_delivered", &sync::PlantedBugs::lost_update_on_delivered},
    {"status_coalesced", &sync::PlantedBugs::status_coalesced},
    {"resend_unflagged", &sync::PlantedBugs::resend_unflagged},
    {"append_lost_on_unknown", &sync::PlantedBugs::append_lost_on_unknown},
    {"batch_index_shift", &sync::PlantedBugs::batch_index_shift},
    {"shadow_before_delivery", &sync::PlantedBugs::shadow_before_delivery},
    {"twin_steps_merged", &sync::PlantedBugs::twin_steps_merged},
    {"truncation_is_edit", &sync::PlantedBugs::truncation_is_edit},
    {"pull_in_flight_is_edit", &sync::PlantedBugs::pull_in_flight_is_edit},
    {"dropped_clear", &sync::PlantedBugs::dropped_clear},
    {"old_row_reverts", &sync::PlantedBugs::old_row_reverts},
    {"lane_overtaken", &sync::PlantedBugs::lane_overtaken},
    {"ack_before_commit", &sync::PlantedBugs::ack_before_commit},
    {"token_before_items", &sync::PlantedBugs::token_before_items},
    {"replay_reverts", &sync::PlantedBugs::replay_reverts},
    {"load_mark_early", &sync::PlantedBugs::load_mark_early},
    {"restore_delivers_at_once", &sync::PlantedBugs::restore_delivers_at_once},
    {"restored_not_looked_up", &sync::PlantedBugs::restored_not_looked_up},
    {"stale_owner_delivers", &sync::PlantedBugs::stale_owner_delivers},
    {"repair_overwrites_theirs", &sync::PlantedBugs::repair_overwrites_theirs},
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_PLANTED_H_

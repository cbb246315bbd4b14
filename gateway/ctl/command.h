#ifndef LIENTHONG_GATEWAY_CTL_COMMAND_H_
#define LIENTHONG_GATEWAY_CTL_COMMAND_H_

#include <string_view>
#include <vector>

#include "gateway/ctl/arguments.h"
#include "gateway/ctl/session.h"
#include "gateway/ctl/terminal.h"

namespace lienthong::ctl {

// One thing lienthongctl can do.
struct Command {
  std::string_view name;      // "receipt reserve"
  std::string_view operands;  // "RESERVATION"
  size_t words_min;
  size_t words_max;
  std::vector<std::string_view> flags;  // besides the global ones
  std::string_view summary;             // one line
  std::string_view details;             // what it prints, and an example
  ExitCode (*run)(const Session& session, const Arguments& arguments, Terminal& terminal);
  // In place of `run` where no gateway is needed.
  ExitCode (*run_alone)(const Arguments& arguments, Terminal& terminal) = nullptr;
};

// What the help says of a first word that several commands share, before it lists them.
struct CommandGroup {
  std::string_view name;  // "receipt"
  std::string_view details;
};

inline constexpr size_t kWordsMax = 1000;

// The commands of each area, in the order of the help.
std::vector<Command> PushCommands();
std::vector<Command> ReadCommands();
std::vector<Command> ReceiptCommands();
std::vector<Command> NumberCommands();  // more of `receipt`
std::vector<Command> SeriesCommands();  // more of `receipt`
CommandGroup ReceiptGroup();
std::vector<Command> FormCommands();
CommandGroup FormGroup();
std::vector<Command> OperatorCommands();
std::vector<Command> DlqCommands();
CommandGroup DlqGroup();
std::vector<Command> ConflictCommands();
std::vector<Command> LaneCommands();
std::vector<Command> ReconcileCommands();
CommandGroup ReconcileGroup();
std::vector<Command> TaskCommands();
std::vector<Command> DossierCommands();
CommandGroup DossierGroup();
CommandGroup TaskGroup();
std::vector<Command> MappingCommands();
std::vector<Command> CatalogueCommands();
std::vector<Command> SuccessionCommands();  // more of `agency`
std::vector<Command> CalendarCommands();
std::vector<Command> ReportCommands();
CommandGroup ReportGroup();
CommandGroup AgencyGroup();
CommandGroup UnitGroup();
CommandGroup ProcedureGroup();
CommandGroup CalendarGroup();
std::vector<Command> SignCommands();       // more of `links` and `dossier`
std::vector<Command> IndicatorCommands();  // more of `report`
std::vector<Command> MaintenanceCommands();
std::vector<Command> SystemCommands();
std::vector<Command> CompletionCommands();
std::vector<Command> PasswordCommands();

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_COMMAND_H_

#include "gateway/ctl/ctl.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"

namespace lienthong::ctl {
namespace {

constexpr std::string_view kHelpHead =
    "lienthongctl: speaks to a lienthong gateway.\n"
    "\n"
    "  lienthongctl COMMAND [flags]        lienthongctl COMMAND --help\n"
    "\n";

constexpr std::string_view kHelpTail =
    "\n"
    "CA and certificate come from whoever runs the gateway. Agencies speak to --server: push, "
    "get,\n"
    "list, watch, receipt, form. Operators speak to --admin with all others, and read at --server "
    "too.\n"
    "\n"
    "Exit status: 0 done; 2 wrong usage; 3 refused (invalid, denied, not found, conflict); 4 "
    "busy,\n"
    "come again; 5 not reached, or no answer in time; 6 a fault of the gateway.\n"
    "\n"
    "Example:\n"
    "  export LIENTHONG_CA=ca.crt LIENTHONG_CERT=agency.crt LIENTHONG_KEY=agency.key\n"
    "  lienthongctl push -f dossier.json && lienthongctl watch\n";

// Commands that list, and may be called so: `links list`.
constexpr std::string_view kListing[] = {"links", "conflicts", "lanes", "early", "notices"};

void AppendFlag(const FlagDescription& flag, std::string& out) {
  std::string left = StrCat("  ", flag.name, flag.value.empty() ? "" : " ", flag.value);
  absl::StrAppendFormat(&out, "%-24s %s", left, std::string(flag.help));
  if (!flag.environment.empty()) StrAppend(out, " [", flag.environment, "]");
  out += '\n';
}

void AppendGlobalFlags(std::string& out) {
  for (int i = 0; i < kGlobalFlags; ++i) AppendFlag(AllFlags()[i], out);
}

void AppendCommand(const Command& command, std::string& out) {
  const std::string left =
      StrCat("  ", command.name, command.operands.empty() ? "" : " ", command.operands);
  absl::StrAppendFormat(&out, "%-32s %s\n", left, std::string(command.summary));
}

std::string Help() {
  std::string out(kHelpHead);
  for (const Command& command : AllCommands()) AppendCommand(command, out);
  out += "\nFlags of every command [from the environment]:\n";
  AppendGlobalFlags(out);
  return StrCat(out, kHelpTail);
}

// The commands that begin with a word, a line each; empty when there are none.
std::string Below(std::string_view word) {
  std::string out;
  for (const Command& command : AllCommands()) {
    if (command.name.starts_with(StrCat(word, " "))) AppendCommand(command, out);
  }
  return out;
}

std::string HelpOf(const Command& command) {
  std::string out = StrCat("lienthongctl ", command.name, command.operands.empty() ? "" : " ",
                           command.operands, ": ", command.summary, "\n\n", command.details);
  const std::string below = Below(command.name);
  if (!below.empty()) StrAppend(out, "\nAlso:\n", below);
  if (!command.flags.empty()) out += "\nFlags:\n";
  for (const FlagDescription& flag : AllFlags()) {
    if (std::ranges::find(command.flags, flag.name) != command.flags.end()) AppendFlag(flag, out);
  }
  out += "\nFlags of every command:\n";
  AppendGlobalFlags(out);
  return out;
}

std::string HelpOf(const CommandGroup& group) {
  return StrCat(group.details, "\n", Below(group.name), "\nEach has its own: lienthongctl ",
                group.name, " COMMAND --help\n");
}

const CommandGroup* FindGroup(const std::vector<std::string>& words) {
  static const auto* const groups = new std::vector<CommandGroup>{
      ReceiptGroup(), FormGroup(),   DlqGroup(),  ReconcileGroup(), TaskGroup(),    DossierGroup(),
      ReportGroup(),  AgencyGroup(), UnitGroup(), ProcedureGroup(), CalendarGroup()};
  if (words.size() != 1) return nullptr;
  const auto found = std::ranges::find(*groups, words[0], &CommandGroup::name);
  return found == groups->end() ? nullptr : &*found;
}

// The longest name that the words begin with: "links pause" before "links".
const Command* FindCommand(const std::vector<std::string>& words, size_t& name_words) {
  const Command* best = nullptr;
  for (const Command& command : AllCommands()) {
    const std::vector<std::string> name = absl::StrSplit(ToAbsl(command.name), ' ');
    if (name.size() > words.size() || !std::equal(name.begin(), name.end(), words.begin())) {
      continue;
    }
    if (best == nullptr || name.size() > name_words) {
      best = &command;
      name_words = name.size();
    }
  }
  // What lists is also called by that.
  if (best != nullptr && best->operands.empty() && name_words == 1 && words.size() > 1 &&
      words[1] == "list" && std::ranges::find(kListing, best->name) != std::end(kListing)) {
    name_words = 2;
  }
  return best;
}

// The commands that begin so, or that the word is part of.
std::string Meant(std::string_view word) {
  std::vector<std::string> names;
  for (const Command& command : AllCommands()) {
    const std::vector<std::string> parts = absl::StrSplit(ToAbsl(command.name), ' ');
    if (!command.name.starts_with(word) && std::ranges::find(parts, word) == parts.end()) continue;
    names.push_back(StrCat("'", command.name, "'"));
  }
  return names.empty() ? "" : StrCat("; is ", absl::StrJoin(names, " or "), " meant?");
}

std::string ProblemWith(const Command& command, const Arguments& arguments) {
  for (const std::string& flag : arguments.given()) {
    const auto& flags = AllFlags();
    const auto all = flags.begin() + kGlobalFlags;
    const bool global = std::find_if(flags.begin(), all, [&](const FlagDescription& known) {
                          return known.name == flag;
                        }) != all;
    if (global || std::ranges::find(command.flags, flag) != command.flags.end()) continue;
    return StrCat(command.name, " takes no ", flag);
  }
  const size_t words = arguments.words().size();
  if (words >= command.words_min && words <= command.words_max) return "";
  const std::string takes =
      StrCat(command.name, " takes ", command.operands.empty() ? "no words" : command.operands);
  if (words == 0) return StrCat(takes, ", and there is none");
  if (words < command.words_min) return StrCat(takes, ", not '", arguments.words()[0], "' alone");
  return StrCat(takes, "; '", arguments.words()[command.words_max], "' is too many");
}

absl::Status SetOutput(const Arguments& arguments, Terminal& terminal) {
  const std::string output = arguments.Text("--output");
  if (output.empty() ? arguments.Has("--output")
                     : output != "table" && output != "json" && output != "csv") {
    return absl::InvalidArgumentError(
        StrCat("--output: expected table, json or csv, found '", output, "'"));
  }
  if (arguments.Has("--json") && !output.empty() && output != "json") {
    return absl::InvalidArgumentError(
        StrCat("--json and --output ", output, " exclude each other"));
  }
  terminal.SetOutput(output == "csv", arguments.Text("--lang").starts_with("vi"));
  return absl::OkStatus();
}

}  // namespace

const std::vector<Command>& AllCommands() {
  static const auto* const commands = [] {
    auto* all = new std::vector<Command>;
    for (const auto& area :
         {PushCommands(),        DossierCommands(),  ReadCommands(),       ReceiptCommands(),
          SeriesCommands(),      NumberCommands(),   FormCommands(),       OperatorCommands(),
          SignCommands(),        DlqCommands(),      ConflictCommands(),   ReconcileCommands(),
          TaskCommands(),        LaneCommands(),     MappingCommands(),    CatalogueCommands(),
          SuccessionCommands(),  CalendarCommands(), ReportCommands(),     IndicatorCommands(),
          MaintenanceCommands(), SystemCommands(),   CompletionCommands(), PasswordCommands()}) {
      all->insert(all->end(), area.begin(), area.end());
    }
    return all;
  }();
  return *commands;
}

ExitCode RunCtl(const std::vector<std::string>& raw, const Environment& environment,
                Terminal& terminal) {
  absl::StatusOr<Arguments> arguments = Arguments::Parse(raw, environment);
  if (!arguments.ok()) return terminal.Usage(ToStd(arguments.status().message()));
  const absl::Status output = SetOutput(*arguments, terminal);
  if (!output.ok()) return terminal.Usage(ToStd(output.message()));
  if (arguments->Has("--version")) {
    terminal.Line("lienthongctl " LIENTHONG_VERSION);
    return kDone;
  }
  if (!arguments->words().empty() && arguments->words()[0] == "help") {
    arguments->DropWords(1);
    if (arguments->words().empty()) {
      terminal.Write(Help());
      return kDone;
    }
  }
  const bool wants_help = arguments->Has("--help") || (!raw.empty() && raw[0] == "help");
  if (arguments->words().empty()) {
    if (!wants_help) return terminal.Usage("a command is missing");
    terminal.Write(Help());
    return kDone;
  }
  size_t name_words = 0;
  const Command* command = FindCommand(arguments->words(), name_words);
  const CommandGroup* group = FindGroup(arguments->words());
  if (command == nullptr && group != nullptr) {
    if (!wants_help) {
      return terminal.Usage(StrCat(group->name, " needs one more word"), group->name);
    }
    terminal.Write(HelpOf(*group));
    return kDone;
  }
  if (command == nullptr) {
    const std::string& first = arguments->words()[0];
    const std::string unknown =
        StrCat("unknown command '", absl::StrJoin(arguments->words(), " "), "'");
    if (FindGroup({first}) != nullptr) return terminal.Usage(unknown, first);
    return terminal.Usage(StrCat(unknown, Meant(first)));
  }
  if (wants_help) {
    terminal.Write(HelpOf(*command));
    return kDone;
  }
  arguments->DropWords(name_words);
  const std::string problem = ProblemWith(*command, *arguments);
  if (!problem.empty()) return terminal.Usage(problem, command->name);
  terminal.SetCommand(command->name);
  if (command->run_alone != nullptr) return command->run_alone(*arguments, terminal);
  const absl::StatusOr<std::unique_ptr<Session>> session = Session::Open(*arguments);
  if (absl::IsFailedPrecondition(session.status())) {
    terminal.Note(StrCat("lienthongctl: ", ToStd(session.status().message())));
    return kUsage;
  }
  if (!session.ok()) return terminal.Usage(ToStd(session.status().message()));
  const ExitCode exit_code = command->run(**session, *arguments, terminal);
  if (exit_code == kDone && terminal.csv() && !terminal.has_tables()) {
    terminal.Note(StrCat("lienthongctl: ", command->name,
                         " has no table to write as CSV; programs read --output json"));
  }
  return exit_code;
}

}  // namespace lienthong::ctl

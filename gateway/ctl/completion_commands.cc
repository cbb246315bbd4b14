#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/ctl.h"

namespace lienthong::ctl {
namespace {

// What may follow the words so far: the next word of a command, or flags.
struct Following {
  std::set<std::string> words;
  std::set<std::string> flags;
};

std::map<std::string, Following> AllFollowing() {
  std::map<std::string, Following> all;
  for (const Command& command : AllCommands()) {
    std::string so_far;
    for (const auto word : absl::StrSplit(ToAbsl(command.name), ' ')) {
      all[so_far].words.emplace(word);
      StrAppend(so_far, so_far.empty() ? "" : " ", ToStd(word));
    }
    Following& end = all[so_far];
    for (const std::string_view flag : command.flags) end.flags.emplace(flag);
  }
  all[""].words.insert("help");
  return all;
}

std::string GlobalFlags() {
  std::vector<std::string> flags;
  flags.reserve(kGlobalFlags);
  for (int i = 0; i < kGlobalFlags; ++i) {
    flags.emplace_back(AllFlags()[static_cast<size_t>(i)].name);
  }
  return absl::StrJoin(flags, " ");
}

// Flags after which a file name, or nothing that is known, is expected.
std::string FlagsWithValue(bool files) {
  std::vector<std::string> flags;
  for (const FlagDescription& flag : AllFlags()) {
    const bool is_file = flag.value == "FILE";
    if (!flag.value.empty() && is_file == files) flags.emplace_back(flag.name);
  }
  return absl::StrJoin(flags, "|");
}

std::string BashScript() {
  std::string script = StrCat(
      "# Completion of lienthongctl for bash, made by `lienthongctl completion bash`.\n"
      "_lienthongctl() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local i path= words= flags= skip=\n"
      "  COMPREPLY=()\n"
      "  case $previous in\n"
      "    ",
      FlagsWithValue(/*files=*/true),
      "|-f) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
      "    --output) COMPREPLY=($(compgen -W 'table json csv' -- \"$current\")); return ;;\n"
      "    --lang) COMPREPLY=($(compgen -W 'vi en' -- \"$current\")); return ;;\n"
      "    ",
      FlagsWithValue(/*files=*/false),
      ") return ;;\n"
      "  esac\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    if [ -n \"$skip\" ]; then skip=; continue; fi\n"
      "    case ${COMP_WORDS[i]} in\n"
      "      ",
      FlagsWithValue(/*files=*/true), "|", FlagsWithValue(/*files=*/false),
      "|-f) skip=1; continue ;;\n"
      "      -*) continue ;;\n"
      "    esac\n"
      "    _lienthongctl_follows \"${path:+$path }${COMP_WORDS[i]}\" &&"
      " path=${path:+$path }${COMP_WORDS[i]}\n"
      "  done\n"
      "  _lienthongctl_follows \"$path\"\n"
      "  case $current in\n"
      "    -*) COMPREPLY=($(compgen -W \"$flags ",
      GlobalFlags(),
      "\" -- \"$current\")) ;;\n"
      "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
      "  esac\n"
      "}\n"
      "# Sets words and flags to what follows; false when these are no words of a command.\n"
      "_lienthongctl_follows() {\n"
      "  case $1 in\n");
  for (const auto& [path, following] : AllFollowing()) {
    StrAppend(script, "    '", path, "') words='", absl::StrJoin(following.words, " "), "' flags='",
              absl::StrJoin(following.flags, " "), "' ;;\n");
  }
  StrAppend(script,
            "    *) return 1 ;;\n"
            "  esac\n"
            "}\n"
            "complete -F _lienthongctl lienthongctl\n");
  return script;
}

ExitCode Completion(const Arguments& arguments, Terminal& terminal) {
  if (arguments.words()[0] != "bash") {
    return terminal.Usage(StrCat("expected bash, found '", arguments.words()[0], "'"));
  }
  terminal.Write(BashScript());
  return kDone;
}

}  // namespace

std::vector<Command> CompletionCommands() {
  return {
      {"completion",
       "bash",
       1,
       1,
       {},
       "a script that completes commands and flags",
       "The package installs it; without the package:\n"
       "\n"
       "Example:\n"
       "  lienthongctl completion bash > /etc/bash_completion.d/lienthongctl\n",
       nullptr,
       &Completion},
  };
}

}  // namespace lienthong::ctl

#include "gateway/ctl/arguments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::ctl {
namespace {

const FlagDescription* Find(std::string_view name) {
  if (name == "-f") name = "--file";
  if (name == "-h") name = "--help";
  const auto& flags = AllFlags();
  const auto found = std::ranges::find(flags, name, &FlagDescription::name);
  return found == flags.end() ? nullptr : &*found;
}

absl::Status Wrong(std::string_view flag, std::string_view value, std::string_view expected) {
  return absl::InvalidArgumentError(StrCat(flag, ": expected ", expected, ", found '", value, "'"));
}

}  // namespace

const std::vector<FlagDescription>& AllFlags() {
  static const auto* const flags = new std::vector<FlagDescription>{
      {"--server", "HOST:PORT", "the gateway's port for agencies; default 127.0.0.1:7443",
       "LIENTHONG_SERVER"},
      {"--admin", "HOST:PORT", "its port for operators; default 127.0.0.1:7444", "LIENTHONG_ADMIN"},
      {"--ca", "FILE", "PEM: the authority that certified the gateway", "LIENTHONG_CA"},
      {"--cert", "FILE", "PEM: your certificate; it says who you are", "LIENTHONG_CERT"},
      {"--key", "FILE", "PEM: its private key", "LIENTHONG_KEY"},
      {"--timeout", "TIME", "longest wait for one answer, e.g. 5s; default 30s", ""},
      {"--json", "", "JSON for programs in place of tables for people", ""},
      {"--output", "table|json|csv", "in which form; csv: tables for spreadsheets", ""},
      {"--lang", "vi|en", "language for people; default: as LANG says", "LANG"},
      {"--help", "", "help for the command", ""},
      {"--version", "", "the version of this program", ""},
      {"--file", "FILE", "-f: what is meant, in a file; - = standard input where a dossier is", ""},
      {"--stream", "", "many, one PushDossierRequest per line on standard input", ""},
      {"--stdin", "", "codes from standard input, one per line", ""},
      {"--purpose", "TEXT", "why personal data is read; operators must say it, it is recorded", ""},
      {"--from", "TOKEN|now", "TOKEN: what the last one ended with; now (watch): only what comes",
       ""},
      {"--count", "N", "end after N changes or a few more; of --watch, after N times", ""},
      {"--agency", "CODE", "the agency: of its series or dossiers, or whose calendar counts", ""},
      {"--lifetime", "TIME", "how long to hold the number, e.g. 30m", ""},
      {"--reason", "TEXT", "why, in words; it is kept", ""},
      {"--date", "DAY", "of or on this day, e.g. 2026-11-24; for numbers and lists: today", ""},
      {"--last-serial", "N", "the highest serial that may stand on a paper", ""},
      {"--margin", "N", "leave so many more numbers out than the file says", ""},
      {"--size", "N", "how many numbers, 1 to 500", ""},
      {"--counter", "TEXT", "which counter has them; required", ""},
      {"--closes", "", "the block comes back; what was not used will not be", ""},
      {"--closed-too", "", "also those that are closed", ""},
      {"--out", "FILE", "where to write it", ""},
      {"--element", "ID", "of this supplement round or letter of apology; default: the newest", ""},
      {"--issuer", "NAME", "who issued the number", ""},
      {"--request-id", "UUID", "made when absent; send the same one to repeat the same wish", ""},
      {"--link", "NAME", "of this link only", ""},
      {"--code", "CODE", "of this dossier only, by any of its codes or numbers", ""},
      {"--possible-duplicates", "", "only those with something that may stand twice", ""},
      {"--direction", "in|out", "from the counterpart, or to it", ""},
      {"--field", "FIELD", "about this field only, e.g. contact.phone", ""},
      {"--contains", "TEXT", "with this text in their reason", ""},
      {"--before", "TIME", "that came before, e.g. 2026-03-02T08:00:00+07:00", ""},
      {"--for", "TIME", "for so long, e.g. 10m; then it is as before", ""},
      {"--raw", "FILE", "the whole item, edited, in the counterpart's own form", ""},
      {"--max", "N", "at most so many; default 100", ""},
      {"--yes", "", "do it to all that match, without asking", ""},
      {"--proposer", "NAME", "of this proposer only, e.g. link/district", ""},
      {"--stored", "", "for what is stored", ""},
      {"--proposed", "", "for what was proposed", ""},
      {"--value", "TEXT", "for this value", ""},
      {"--from-day", "DAY", "first day of reception, yyyyMMdd; default: the beginning", ""},
      {"--to-day", "DAY", "last day of reception, yyyyMMdd; default: the end", ""},
      {"--automatic", "", "repair at once what needs no judgement", ""},
      {"--live", "", "ask the counterparts now", ""},
      {"--watch", "", "again every two seconds, until it is stopped or --count times", ""},
      {"--wait", "", "until it has compared; says how far it is", ""},
      {"--parent", "CODE", "only what stands directly below this one", ""},
      {"--level", "LEVEL", "of the agency: ministry, province, district or commune", ""},
      {"--dry-run", "", "only say what it would change", ""},
      {"--portal", "", "FILE is an answer of the portal, JSON", ""},
      {"--mappings", "", "FILE is a table of mappings", ""},
      {"--valid-from", "DAY", "since when it holds, 2025-07-01", ""},
      {"--valid-until", "DAY", "the last day on which it holds", ""},
      {"--start", "TIME", "when it begins, e.g. 2026-03-02T08:00:00+07:00", ""},
      {"--calendar", "ID", "count by this calendar", ""},
      {"--procedure", "CODE", "the limit that the catalogue gives this procedure", ""},
      {"--channel", "CHANNEL", "counter, online or postal; default counter", ""},
      {"--step", "NAME", "one step of the procedure's handling", ""},
      {"--soon", "HOURS", "working hours ahead that count as due soon; default 8", ""},
      {"--state", "STATE", "only those that are open, approved, repaired, vanished or manual", ""},
  };
  return *flags;
}

absl::StatusOr<Arguments> Arguments::Parse(const std::vector<std::string>& arguments,
                                           const Environment& environment) {
  Arguments parsed;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.size() < 2 || argument[0] != '-') {
      parsed.words_.push_back(argument);
      continue;
    }
    const size_t equals = argument.find('=');
    const FlagDescription* flag = Find(argument.substr(0, equals));
    if (flag == nullptr) {
      return absl::InvalidArgumentError(StrCat("unknown flag '", argument, "'"));
    }
    std::string value;
    if (equals != std::string::npos) {
      value = argument.substr(equals + 1);
    } else if (!flag->value.empty()) {
      if (++i == arguments.size()) {
        return absl::InvalidArgumentError(StrCat(flag->name, " needs a value: ", flag->value));
      }
      value = arguments[i];
    }
    parsed.given_.emplace_back(flag->name);
    parsed.values_[std::string(flag->name)] = std::move(value);
  }
  for (const FlagDescription& flag : AllFlags()) {
    if (flag.environment.empty() || parsed.Has(flag.name)) continue;
    std::string value = environment(flag.environment);
    if (!value.empty()) parsed.values_[std::string(flag.name)] = std::move(value);
  }
  return parsed;
}

absl::Status Arguments::RefuseEmpty(std::initializer_list<std::string_view> flags) const {
  for (const std::string_view flag : flags) {
    if (!Has(flag) || !Text(flag).empty()) continue;
    return absl::InvalidArgumentError(
        StrCat(flag, ": is empty; leave it out, or say what is meant"));
  }
  return absl::OkStatus();
}

std::string Arguments::Text(std::string_view flag) const {
  const auto found = values_.find(flag);
  return found == values_.end() ? "" : found->second;
}

absl::StatusOr<absl::Time> Arguments::Time(std::string_view flag) const {
  absl::Time time;
  std::string problem;
  if (absl::ParseTime(absl::RFC3339_full, Text(flag), &time, &problem)) return time;
  return absl::InvalidArgumentError(
      StrCat(flag, ": expected a time like 2026-03-02T08:00:00+07:00, found '", Text(flag), "'"));
}

absl::StatusOr<int64_t> Arguments::Number(std::string_view flag, int64_t otherwise) const {
  if (!Has(flag)) return otherwise;
  int64_t number = 0;
  if (!absl::SimpleAtoi(Text(flag), &number) || number < 0) {
    return Wrong(flag, Text(flag), "a whole number");
  }
  return number;
}

absl::StatusOr<absl::Duration> Arguments::Time(std::string_view flag,
                                               absl::Duration otherwise) const {
  if (!Has(flag)) return otherwise;
  absl::Duration time;
  if (!absl::ParseDuration(Text(flag), &time) || time <= absl::ZeroDuration()) {
    return Wrong(flag, Text(flag), "a time like 5s, 1m30s");
  }
  return time;
}

}  // namespace lienthong::ctl

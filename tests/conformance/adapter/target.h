#ifndef LIENTHONG_TESTS_CONFORMANCE_ADAPTER_TARGET_H_
#define LIENTHONG_TESTS_CONFORMANCE_ADAPTER_TARGET_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/settings.h"
#include "tests/support/child_process.h"
#include "tests/support/postgres_server.h"
#include "tests/support/temporary_folder.h"
#include "yaml-cpp/yaml.h"

namespace lienthong::sdk {

// The kinds that the build found, and `<kind>_<variant>` for each further way to run one.
std::vector<std::string> AllTargets();

// One kind of adapter and what it speaks to, as its conformance.yaml says, or its
// conformance_<variant>.yaml. Everything ends with it.
class Target {
 public:
  static absl::StatusOr<std::unique_ptr<Target>> Open(const std::string& name);
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  // A new adapter with the settings of the file and these changes; an empty value takes one away.
  absl::StatusOr<std::unique_ptr<Adapter>> Make(
      const std::map<std::string, std::string>& changes = {}) const;
  const std::map<std::string, std::string>& settings() const { return settings_; }
  // Calls of the counterpart that tell of a dossier.
  const std::vector<pb::ReceiveRequest>& calls() const { return calls_; }
  // Items in the counterpart's own form: one that cannot be understood, and the same mended.
  struct Kept {
    std::string key;
    std::string bad;
    std::string field;  // at fault
    std::string good;
  };
  const std::vector<Kept>& kept() const { return kept_; }
  // Ends the far side, or takes away what stands for it.
  void TakeFarSideAway();
  // Makes the far side ask for patience, and says for how long; nothing when it never does.
  std::optional<absl::Duration> AskForPatience() const;

 private:
  explicit Target(std::string kind) : kind_(std::move(kind)) {}

  absl::Status Read(const YAML::Node& file);
  absl::Status StartPostgres(const YAML::Node& files);
  absl::Status StartFarSide(const YAML::Node& file);
  std::string Expand(std::string text) const;

  const std::string kind_;
  const lienthong::testing::TemporaryFolder folder_;
  std::map<std::string, std::string> variables_;
  std::map<std::string, std::string> settings_;
  std::vector<pb::ReceiveRequest> calls_;
  std::vector<Kept> kept_;
  struct Patience {
    std::string url;
    std::string body;
    int64_t seconds = 0;
  };
  std::optional<Patience> patience_;
  std::string stands_for_far_side_;  // a path
  std::unique_ptr<lienthong::testing::PostgresServer> postgres_;
  std::unique_ptr<lienthong::testing::ChildProcess> far_side_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_TESTS_CONFORMANCE_ADAPTER_TARGET_H_

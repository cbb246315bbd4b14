#ifndef LIENTHONG_GATEWAY_SERVER_ABOUT_SETUP_H_
#define LIENTHONG_GATEWAY_SERVER_ABOUT_SETUP_H_

#include <string>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/core/about.h"
#include "gateway/metrics/metrics.h"
#include "gateway/server/running_config.h"
#include "gateway/service/admission.h"
#include "gateway/store/store.h"
#include "gateway/sync/links.h"

namespace lienthong {

// What the process is asked about itself is asked of these. All outlive the last question.
struct AboutSources {
  std::string version;
  absl::Time start_time;
  const Clock& clock;
  const RunningConfig& config;
  const service::Admission& admission;
  const store::Store& store;
  const sync::Links& links;
  const metrics::Metrics& metrics;
};
core::About MakeAbout(const AboutSources& sources);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_ABOUT_SETUP_H_

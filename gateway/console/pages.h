#ifndef LIENTHONG_GATEWAY_CONSOLE_PAGES_H_
#define LIENTHONG_GATEWAY_CONSOLE_PAGES_H_

#include "absl/status/statusor.h"
#include "gateway/console/console.h"
#include "gateway/console/view.h"

// The pages. Each answers a view with what it shows; of a POST it does what the form wants first
// and says what became of it.
namespace lienthong::console {

// Links, what is late because of them, and the part of it that is asked for again and again.
absl::StatusOr<Page> HealthPage(const ConsoleParts& parts, const View& view);
absl::StatusOr<Html> HealthFigures(const ConsoleParts& parts, const View& view);
// One dossier by any of its numbers: fields with their owners, where each link stands, history.
absl::StatusOr<Page> DossierPage(const ConsoleParts& parts, const View& view);
// What could not be delivered or taken in: look, replay, discard.
absl::StatusOr<Page> LettersPage(const ConsoleParts& parts, const View& view);
// Fields that two parties want different: decide.
absl::StatusOr<Page> ConflictsPage(const ConsoleParts& parts, const View& view);
// One of them: what it says, what a replay would do, with changes.
absl::StatusOr<Page> LetterPage(const ConsoleParts& parts, const View& view);
// Comparisons of both sides of a link: start, look, approve repairs.
absl::StatusOr<Page> ReconciliationPage(const ConsoleParts& parts, const View& view);
// What people have to do at counterparts by hand.
absl::StatusOr<Page> TasksPage(const ConsoleParts& parts, const View& view);
// Dossiers of agencies that ended, with several that may go on: name one.
absl::StatusOr<Page> DispatchPage(const ConsoleParts& parts, const View& view);
// Pairs that may be one case: join, part, dismiss.
absl::StatusOr<Page> DuplicatesPage(const ConsoleParts& parts, const View& view);
// What is due and what is late, by agency and unit.
absl::StatusOr<Page> AgenciesPage(const ConsoleParts& parts, const View& view);
// Components of QĐ 766, with the dossiers that lower each; also as files.
absl::StatusOr<Page> IndicatorsPage(const ConsoleParts& parts, const View& view);
// What each counterpart has a place for.
absl::StatusOr<Page> MappingPage(const ConsoleParts& parts, const View& view);
// What runs, certificates, configuration, whether counterparts answer.
absl::StatusOr<Page> SystemPage(const ConsoleParts& parts, const View& view);
// For who is to find a fault.
absl::StatusOr<Page> SupportBundlePage(const ConsoleParts& parts, const View& view);
// What operators did.
absl::StatusOr<Page> AuditPage(const ConsoleParts& parts, const View& view);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_PAGES_H_

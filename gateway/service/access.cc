#include "gateway/service/access.h"

#include "gateway/base/errors.h"

namespace lienthong::service {
namespace {

// clang-format off
constexpr AccessRule kTable[] = {
    //                                                                   agency portal operators
    {"lienthong.dossier.v1.DossierService/PushDossier",                  true,  false, false},
    {"lienthong.dossier.v1.DossierService/PushDossiers",                 true,  false, false},
    {"lienthong.dossier.v1.DossierService/GetDossier",                   true,  false, true},
    {"lienthong.dossier.v1.DossierService/BatchGetDossiers",             true,  false, true},
    {"lienthong.dossier.v1.DossierService/ListDossiers",                 true,  false, true},
    {"lienthong.dossier.v1.DossierService/ListChanges",                  true,  false, true},
    {"lienthong.dossier.v1.DossierService/WatchChanges",                 true,  false, true},
    {"lienthong.dossier.v1.DossierService/CorrectDossier",               true,  false, false},
    {"lienthong.dossier.v1.DossierService/VoidDossier",                  true,  false, false},
    {"lienthong.dossier.v1.DossierService/ReplaceProcedure",             true,  false, false},
    {"lienthong.dossier.v1.DossierService/ListNotices",                  true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/ReserveReceipt",               true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/CommitReceipt",                true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/ReleaseReceipt",               true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/RegisterExternalReceipt",      true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/ResolveReceipt",               true,  false, true},
    {"lienthong.receipt.v1.ReceiptService/LeaseReceiptBlock",            true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/ReturnReceiptBlock",           true,  false, false},
    {"lienthong.receipt.v1.ReceiptService/ListReceiptBlocks",            true,  false, true},
    {"lienthong.receipt.v1.ReceiptService/GetSeries",                    true,  false, true},
    {"lienthong.receipt.v1.ReceiptService/ListClosedSeries",             false, false, true},
    {"lienthong.receipt.v1.ReceiptService/OpenSeries",                   false, false, true},
    {"lienthong.receipt.v1.ReceiptService/ListCollisions",               false, false, true},
    {"lienthong.receipt.v1.ReceiptService/CloseCollision",               false, false, true},
    {"lienthong.receipt.v1.ReceiptService/ListSuspectedDuplicates",      false, false, true},
    {"lienthong.receipt.v1.ReceiptService/DismissSuspectedDuplicate",    false, false, true},
    {"lienthong.status.v1.StatusService/GetStatus",                      false, true,  true},
    {"lienthong.status.v1.StatusService/BatchGetStatuses",               false, true,  true},
    {"lienthong.status.v1.StatusService/PullStatuses",                   false, true,  true},
    {"lienthong.status.v1.StatusService/WatchStatuses",                  false, true,  true},
    {"lienthong.sync.v1.SyncService/GetLink",                            false, false, true},
    {"lienthong.sync.v1.SyncService/ListLinks",                          false, false, true},
    {"lienthong.sync.v1.SyncService/PauseLink",                          false, false, true},
    {"lienthong.sync.v1.SyncService/ResumeLink",                         false, false, true},
    {"lienthong.sync.v1.SyncService/ListDeadLetters",                    false, false, true},
    {"lienthong.sync.v1.SyncService/ListConflicts",                      false, false, true},
    {"lienthong.sync.v1.SyncService/ListLanes",                          false, false, true},
    {"lienthong.sync.v1.SyncService/ListEarlyItems",                     false, false, true},
    {"lienthong.sync.v1.SyncService/GetDeadLetter",                      false, false, true},
    {"lienthong.sync.v1.SyncService/PreviewDeadLetter",                  false, false, true},
    {"lienthong.sync.v1.SyncService/ReplayDeadLetters",                  false, false, true},
    {"lienthong.sync.v1.SyncService/DiscardDeadLetters",                 false, false, true},
    {"lienthong.sync.v1.SyncService/GetConflict",                        false, false, true},
    {"lienthong.sync.v1.SyncService/ResolveConflicts",                   false, false, true},
    {"lienthong.sync.v1.SyncService/ListActs",                           false, false, true},
    {"lienthong.sync.v1.SyncService/GetMappingCoverage",                 false, false, true},
    {"lienthong.sync.v1.SyncService/RewindLink",                         false, false, true},
    {"lienthong.sync.v1.SyncService/ReloadLink",                         false, false, true},
    {"lienthong.sync.v1.SyncService/StartReconciliation",                false, false, true},
    {"lienthong.sync.v1.SyncService/GetReconciliation",                  false, false, true},
    {"lienthong.sync.v1.SyncService/ListReconciliations",                false, false, true},
    {"lienthong.sync.v1.SyncService/ListFindings",                       false, false, true},
    {"lienthong.sync.v1.SyncService/ApproveFindings",                    false, false, true},
    {"lienthong.sync.v1.SyncService/CancelReconciliation",               false, false, true},
    {"lienthong.sync.v1.SyncService/ListTasks",                          false, false, true},
    {"lienthong.sync.v1.SyncService/CloseTasks",                         false, false, true},
    {"lienthong.sync.v1.SyncService/JoinDossiers",                       false, false, true},
    {"lienthong.sync.v1.SyncService/PartDossiers",                       false, false, true},
    {"lienthong.sync.v1.SyncService/GetCopies",                       false, false, true},
    {"lienthong.sync.v1.SyncService/ProbeLink",                       false, false, true},
    {"lienthong.sync.v1.SyncService/GetLagHistory",                   false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/ResolveAgency",            true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ListAgencies",             true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ResolveUnit",              true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ListUnits",                true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/GetProcedure",             true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ListProcedures",           true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ListProcedureChanges",     true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/GetCalendar",              true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ListCalendars",            true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ComputeDeadline",          true,  true,  true},
    {"lienthong.catalogue.v1.CatalogueService/ImportCatalogue",          false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/ListDispatch",             false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/DispatchDossier",          false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/GetRecomputation",         false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/PutActingGrant",           false, false, true},
    {"lienthong.catalogue.v1.CatalogueService/ListActingGrants",         false, false, true},
    {"lienthong.report.v1.ReportService/GetDeadlineReport",              true,  false, true},
    {"lienthong.report.v1.ReportService/ListDueDossiers",                true,  false, true},
    {"lienthong.report.v1.ReportService/GetBacklog",                     true,  false, true},
    {"lienthong.report.v1.ReportService/GetDefectReport",                true,  false, true},
    {"lienthong.report.v1.ReportService/ListDefectDossiers",             true,  false, true},
    {"lienthong.report.v1.ReportService/GetQualityReport",            true,  false, true},
    {"lienthong.report.v1.ReportService/ListQualityDossiers",         true,  false, true},
    {"lienthong.form.v1.FormService/GetForm",                            true,  false, true},
    {"lienthong.admin.v1.AdminService/GetServerInfo",                    false, false, true},
    {"lienthong.admin.v1.AdminService/Drain",                            false, false, true},
    {"lienthong.admin.v1.AdminService/GetConfiguration",              false, false, true},
    {"lienthong.admin.v1.AdminService/ListCertificates",              false, false, true},
    {"lienthong.admin.v1.AdminService/GetSupportBundle",              false, false, true},
    {"lienthong.admin.v1.AdminService/SetLogLevel",                   false, false, true},
    {"lienthong.admin.v1.AdminService/IssueConsoleToken",             false, false, true},
    {"lienthong.admin.v1.AdminService/StartMaintenance",              false, false, true},
    {"lienthong.admin.v1.AdminService/GetMaintenance",                false, false, true},
    {"grpc.health.v1.Health/Check",                                      true,  true,  true},
    {"grpc.health.v1.Health/Watch",                                      true,  true,  true},
    // Served by processes that are adapters, never by the gateway.
    {"lienthong.adapter.v1.AdapterService/GetCapabilities",              false, false, false},
    {"lienthong.adapter.v1.AdapterService/Represent",                    false, false, false},
    {"lienthong.adapter.v1.AdapterService/Pull",                         false, false, false},
    {"lienthong.adapter.v1.AdapterService/Receive",                      false, false, false},
    {"lienthong.adapter.v1.AdapterService/Deliver",                      false, false, false},
    {"lienthong.adapter.v1.AdapterService/LookUp",                       false, false, false},
    {"lienthong.adapter.v1.AdapterService/Inventory",                    false, false, false},
    {"lienthong.adapter.v1.AdapterService/Probe",                        false, false, false},
    {"lienthong.adapter.v1.AdapterService/Interpret",                    false, false, false},
    {"lienthong.adapter.v1.AdapterService/DescribeMapping",              false, false, false},
};
// clang-format on

bool Allows(const AccessRule& rule, core::CallerKind kind) {
  switch (kind) {
    case core::CallerKind::kAgency:
      return rule.agency;
    case core::CallerKind::kPortal:
      return rule.portal;
    case core::CallerKind::kOperator:
      return rule.operators;
    case core::CallerKind::kLink:
      return false;
  }
  return false;
}

}  // namespace

std::span<const AccessRule> AccessTable() { return kTable; }

absl::Status CheckAccess(const core::Caller& caller, std::string_view method) {
  for (const AccessRule& rule : kTable) {
    if (rule.method == method && Allows(rule, caller.kind)) return absl::OkStatus();
  }
  return CallNotAllowed(caller.name, method);
}

}  // namespace lienthong::service

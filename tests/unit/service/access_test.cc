#include "gateway/service/access.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "gateway/base/errors.h"
#include "google/protobuf/descriptor.pb.h"
#include "tests/support/status_matchers.h"

namespace lienthong::service {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

// Every method of every proto of ours and of the health protocol, as the build compiled them.
std::set<std::string> AllMethods() {
  const char* build = std::getenv("LIENTHONG_BUILD_DIR");
  const std::string path = std::string(build == nullptr ? "build" : build) + "/lienthong.binpb";
  std::ifstream in(path, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromIstream(&in)) << path;
  std::set<std::string> methods;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        methods.insert(file.package() + "." + service.name() + "/" + method.name());
      }
    }
  }
  return methods;
}

core::Caller Someone(core::CallerKind kind) { return {kind, "someone", {}}; }

bool Allowed(core::CallerKind kind, std::string_view method) {
  return CheckAccess(Someone(kind), method).ok();
}

TEST(AccessTable, HasOneLineForEveryMethodAndNoOther) {
  const std::set<std::string> methods = AllMethods();
  EXPECT_GE(methods.size(), 35u);
  std::set<std::string> lines;
  for (const AccessRule& rule : AccessTable()) {
    EXPECT_TRUE(lines.emplace(rule.method).second) << "twice: " << rule.method;
  }
  EXPECT_EQ(lines, methods);
}

TEST(AccessTable, DeniesWhatHasNoLine) {
  for (const auto kind : {core::CallerKind::kAgency, core::CallerKind::kPortal,
                          core::CallerKind::kOperator, core::CallerKind::kLink}) {
    const absl::Status denied = CheckAccess(Someone(kind), "lienthong.x.v1.XService/Do");
    EXPECT_THAT(denied, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(DetailsOf(denied).reason, "CALL_NOT_ALLOWED");
  }
}

// Of services that others use too, what is for operators alone.
bool IsOperatorsOnly(const std::string& method) {
  constexpr const char* kMethods[] = {
      "receipt.v1.ReceiptService/ListClosedSeries",
      "receipt.v1.ReceiptService/OpenSeries",
      "receipt.v1.ReceiptService/ListCollisions",
      "receipt.v1.ReceiptService/CloseCollision",
      "receipt.v1.ReceiptService/ListSuspectedDuplicates",
      "receipt.v1.ReceiptService/DismissSuspectedDuplicate",
      "catalogue.v1.CatalogueService/DispatchDossier",
      "catalogue.v1.CatalogueService/GetRecomputation",
      "catalogue.v1.CatalogueService/ImportCatalogue",
      "catalogue.v1.CatalogueService/PutActingGrant",
      "catalogue.v1.CatalogueService/ListActingGrants",
      "catalogue.v1.CatalogueService/ListDispatch",
  };
  return std::any_of(std::begin(kMethods), std::end(kMethods),
                     [&](const char* name) { return method == std::string("lienthong.") + name; });
}

TEST(AccessTable, GivesEachKindItsServices) {
  for (const std::string& method : AllMethods()) {
    const bool dossier = method.starts_with("lienthong.dossier.");
    const bool receipt = method.starts_with("lienthong.receipt.") && !IsOperatorsOnly(method);
    const bool form = method.starts_with("lienthong.form.");
    const bool status = method.starts_with("lienthong.status.");
    const bool report = method.starts_with("lienthong.report.");
    const bool steering = IsOperatorsOnly(method) || method.starts_with("lienthong.sync.") ||
                          method.starts_with("lienthong.admin.");
    // Everybody reads the catalogue, and asks after the server's health.
    const bool common = method.starts_with("grpc.health.") ||
                        (method.starts_with("lienthong.catalogue.") && !IsOperatorsOnly(method));
    EXPECT_EQ(Allowed(core::CallerKind::kAgency, method),
              dossier || receipt || form || report || common)
        << method;
    EXPECT_EQ(Allowed(core::CallerKind::kPortal, method), status || common) << method;
    EXPECT_FALSE(Allowed(core::CallerKind::kLink, method)) << method;
    if (steering || form) {
      EXPECT_TRUE(Allowed(core::CallerKind::kOperator, method)) << method;
    }
  }
}

TEST(AccessTable, LetsOperatorsReadAndNeverWriteDossiers) {
  for (const char* read :
       {"GetDossier", "BatchGetDossiers", "ListDossiers", "ListChanges", "WatchChanges"}) {
    EXPECT_THAT(CheckAccess(Someone(core::CallerKind::kOperator),
                            std::string("lienthong.dossier.v1.DossierService/") + read),
                IsOk());
  }
  for (const char* write :
       {"PushDossier", "PushDossiers", "CorrectDossier", "VoidDossier", "ListNotices"}) {
    EXPECT_FALSE(Allowed(core::CallerKind::kOperator,
                         std::string("lienthong.dossier.v1.DossierService/") + write));
  }
}

}  // namespace
}  // namespace lienthong::service

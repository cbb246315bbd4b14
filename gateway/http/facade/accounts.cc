#include "gateway/http/facade/accounts.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/certificate_name.h"

namespace lienthong::facade {
namespace {

absl::Status Problem(int index, std::string_view key, std::string_view problem) {
  return absl::InvalidArgumentError(StrCat("accounts[", index, "].", key, ": ", problem));
}

}  // namespace

bool Account::Allows(const std::vector<std::string>& certificate_uris) const {
  if (certificate.empty()) return true;
  const auto name = core::ReadCertificateName(certificate_uris);
  return name.ok() && name->uri == certificate;
}

absl::StatusOr<Accounts> Accounts::Make(const config::v1::FacadeConfig& config) {
  Accounts accounts;
  for (int i = 0; i < config.accounts_size(); ++i) {
    const config::v1::FacadeAccountConfig& configured = config.accounts(i);
    if (configured.agency().empty()) return Problem(i, "agency", "missing");
    if (configured.username().empty()) return Problem(i, "username", "missing");
    if (accounts.Find(configured.username()) != nullptr) {
      return Problem(i, "username", "is there twice");
    }
    absl::StatusOr<PasswordHash> password = PasswordHash::Parse(configured.password_hash());
    if (!password.ok()) return Problem(i, "password_hash", ToStd(password.status().message()));
    if (!configured.certificate().empty() &&
        !core::ReadCertificateName({configured.certificate()}).ok()) {
      return Problem(i, "certificate", "expected a URI like spiffe://lienthong/agency/H29.X05");
    }
    const core::Caller caller{.kind = core::CallerKind::kAgency,
                              .name = StrCat("agency/", configured.agency()),
                              .agencies = {configured.agency()}};
    accounts.all_.emplace(configured.username(), std::make_unique<const Account>(Account{
                                                     .username = configured.username(),
                                                     .caller = caller,
                                                     .agency = configured.agency(),
                                                     .password = *std::move(password),
                                                     .certificate = configured.certificate()}));
  }
  return accounts;
}

const Account* Accounts::Find(std::string_view username) const {
  const auto found = all_.find(username);
  return found == all_.end() ? nullptr : found->second.get();
}

}  // namespace lienthong::facade

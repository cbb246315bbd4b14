#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/form/v1/form_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using form::v1::Form;
using form::v1::FormService;
using form::v1::GetFormRequest;

// How the command line calls the forms.
struct Kind {
  std::string_view word;
  form::v1::FormKind kind;
};
constexpr std::array<Kind, 5> kKinds = {{{"receipt", form::v1::FORM_KIND_RECEIPT},
                                         {"supplement", form::v1::FORM_KIND_SUPPLEMENT_REQUEST},
                                         {"refusal", form::v1::FORM_KIND_REFUSAL},
                                         {"apology", form::v1::FORM_KIND_APOLOGY},
                                         {"stop", form::v1::FORM_KIND_STOP_NOTICE}}};

grpc::Status Get(const Session& session, const Arguments& arguments, GetFormRequest request,
                 Form& form) {
  request.set_purpose(arguments.Text("--purpose"));
  const auto stub = FormService::NewStub(session.server());
  return session.Call([&](auto* context) { return stub->GetForm(context, request, &form); });
}

// A new file of this name, or none.
absl::Status Write(const std::string& path, const std::string& bytes) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "wb"), &std::fclose);
  const bool written = file != nullptr &&
                       std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() &&
                       std::fflush(file.get()) == 0;
  if (written) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat("--out ", path, ": ", std::strerror(errno), "; name a file that you can write"));
}

ExitCode Receipt(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const std::string path = arguments.Text("--out");
  if (path.empty()) return terminal.Usage("form receipt needs --out FILE.pdf", "form receipt");
  GetFormRequest request;
  request.set_code(arguments.words()[0]);
  request.set_kind(form::v1::FORM_KIND_RECEIPT);
  request.set_pdf(true);
  Form form;
  const grpc::Status status = Get(session, arguments, request, form);
  if (!status.ok()) return terminal.Fail(status, session.json());
  const absl::Status written = Write(path, form.pdf());
  if (!written.ok()) return terminal.Fail(ErrorOf(written), session.json());
  form.clear_pdf();
  terminal.Line(session.json() ? ToJson(form)
                               : StrCat(path, ": ", form.title(), " (", form.version(), "), ",
                                        form.qr_text(), ", revision ", form.revision()));
  return kDone;
}

std::string Show(const Form& form) {
  std::string text = StrCat(form.title(), "\n", form.version(), ", revision ", form.revision(),
                            ", ", ShowTime(form.time()));
  for (const form::v1::FormField& field : form.fields()) {
    StrAppend(text, "\n  ", field.label(), ": ", field.value());
  }
  int number = 0;
  for (const form::v1::FormPaper& paper : form.papers()) {
    StrAppend(text, "\n  ", ++number, ". ", paper.name(), "  bản chính ", paper.originals(),
              "  bản sao ", paper.copies());
  }
  return text;
}

ExitCode ShowForm(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto kind = std::ranges::find(kKinds, arguments.words()[0], &Kind::word);
  if (kind == kKinds.end()) {
    return terminal.Usage(StrCat("there is no form ", arguments.words()[0],
                                 "; it is receipt, supplement, refusal, apology or stop"),
                          "form show");
  }
  GetFormRequest request;
  request.set_kind(kind->kind);
  request.set_code(arguments.words()[1]);
  request.set_element_id(arguments.Text("--element"));
  Form form;
  const grpc::Status status = Get(session, arguments, request, form);
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Line(session.json() ? ToJson(form) : Show(form));
  return kDone;
}

}  // namespace

CommandGroup FormGroup() {
  return {"form",
          "lienthongctl form: the forms that the law gives a dossier's life (TT 03/2025/TT-VPCP).\n"
          "\n"
          "  receipt     01  Giấy tiếp nhận hồ sơ và hẹn trả kết quả\n"
          "  supplement  02  Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ\n"
          "  refusal     03  Phiếu từ chối tiếp nhận giải quyết hồ sơ\n"
          "  apology     04  Văn bản xin lỗi và đề nghị gia hạn\n"
          "  stop        05  Thông báo dừng giải quyết hồ sơ\n"
          "\n"
          "A form is made anew from the dossier as it stands. What the dossier lacks for it is\n"
          "named (FORM_NOT_READY, status 3): push that first. Operators say --purpose, as forms\n"
          "hold personal data.\n"};
}

std::vector<Command> FormCommands() {
  return {
      {"form receipt",
       "CODE",
       1,
       1,
       {"--out", "--purpose"},
       "writes form 01, ready to be printed, with its QR code",
       "CODE is any code or number of the dossier; --out the PDF, A4, written over when it is\n"
       "there. The QR code says the receipt number. The dossier must be accepted and have its\n"
       "received time, applicant and receipt number; a refused one gets form 03.\n"
       "\n"
       "Example:\n"
       "  lienthongctl form receipt H29.X05-261121-0001 --out receipt.pdf\n",
       &Receipt},
      {"form show",
       "KIND CODE",
       2,
       2,
       {"--element", "--purpose"},
       "shows one of the forms 01 to 05 line by line",
       "KIND is receipt, supplement, refusal, apology or stop. --element is the id of the\n"
       "supplement round or letter of apology; without it the newest.\n"
       "  supplement  needs a round with what it asks for\n"
       "  refusal     needs the reason in words and the legal text\n"
       "  apology     needs the date promised, the new one, the reason and who signed; one letter\n"
       "              per dossier may put the date off\n"
       "  stop        needs the reason in words\n"
       "\n"
       "Example:\n"
       "  lienthongctl form show refusal H29.X05-261121-0001 --json\n",
       &ShowForm},
  };
}

}  // namespace lienthong::ctl

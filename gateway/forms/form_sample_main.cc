// Reads a dossier as protobuf text from standard input and writes its form 01 as PDF to standard
// output: for the picture tests and the picture in README.md. Flags: `--mark TEXT`.
#include <cstdio>
#include <iostream>
#include <iterator>
#include <string>

#include "gateway/forms/forms.h"
#include "gateway/forms/receipt_pdf.h"
#include "google/protobuf/text_format.h"

namespace {

namespace dossier = lienthong::dossier;
namespace form = lienthong::form;
namespace forms = lienthong::forms;

constexpr int kRefused = 3;

}  // namespace

int main(int argc, char** argv) {
  const std::string mark = argc == 3 && std::string(argv[1]) == "--mark" ? argv[2] : "";
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  dossier::v1::Dossier dossier;
  if (!google::protobuf::TextFormat::ParseFromString(text, &dossier)) return kRefused;
  forms::Names names;
  names.agency = [](auto code, auto) {
    return code == "H29.X05" ? "Ủy ban nhân dân phường Mẫu Thử" : "";
  };
  names.parent = [](auto, auto) { return "Ủy ban nhân dân Thành phố Hồ Chí Minh"; };
  names.unit = [](auto code, auto) { return code == "79" ? "Thành phố Hồ Chí Minh" : ""; };
  // The time of the sample is the dossier's own, so that its picture is always the same.
  const auto filled =
      forms::Fill(form::v1::FORM_KIND_RECEIPT, dossier, "", names,
                  absl::FromUnixSeconds(dossier.reception().received_time().seconds()));
  const auto pdf = filled.ok() ? forms::RenderReceipt(*filled, mark) : filled.status();
  if (!pdf.ok()) {
    std::cerr << pdf.status() << "\n";
    return kRefused;
  }
  return std::fwrite(pdf->data(), 1, pdf->size(), stdout) == pdf->size() ? 0 : 1;
}

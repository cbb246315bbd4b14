#include "gateway/forms/forms.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/wall_time.h"
#include "gateway/forms/sheet.h"
#include "gateway/forms/words.h"

namespace lienthong::forms {
namespace {

namespace pb = dossier::v1;
using form::v1::FormKind;
using google::protobuf::Timestamp;

int64_t NanosOf(const Timestamp& time) { return time.seconds() * 1'000'000'000 + time.nanos(); }

// The element asked for, or the newest by `time_of`; null when there is none.
template <typename List, typename TimeOf>
auto Chosen(const List& list, std::string_view id, TimeOf time_of) -> decltype(&list.Get(0)) {
  decltype(&list.Get(0)) chosen = nullptr;
  for (const auto& element : list) {
    if constexpr (requires { element.removed(); }) {
      if (element.removed()) continue;
    }
    if (!id.empty() && element.id() != id) continue;
    if (chosen == nullptr || NanosOf(time_of(element)) >= NanosOf(time_of(*chosen))) {
      chosen = &element;
    }
  }
  return chosen;
}

std::string Element(std::string_view list, std::string_view id) {
  return id.empty() ? std::string(list) : StrCat(list, "[", id, "]");
}

// What the dossier is about, as every form says it.
void Matter(Sheet& sheet) {
  const pb::Dossier& dossier = sheet.dossier();
  const std::string& name = dossier.procedure().name();
  sheet.Line("procedure", "Nội dung yêu cầu giải quyết",
             name.empty() ? dossier.procedure().code() : name);
  sheet.Line("subject", "Trích yếu", dossier.subject());
}

void Heading(Sheet& sheet, FormKind kind, std::string_view title) {
  const pb::Dossier& dossier = sheet.dossier();
  sheet.form().set_kind(kind);
  sheet.form().set_title(std::string(title));
  sheet.Issuer(dossier.reception().agency());
  const bool receipt = kind == form::v1::FORM_KIND_RECEIPT;
  if (receipt) {
    sheet.Required("receipt_number", "Số", dossier.receipt_number(), "receipt_number");
  } else {
    sheet.Line("receipt_number", "Số biên nhận", dossier.receipt_number());
  }
  sheet.Required("code", "Mã hồ sơ", dossier.code(), "code");
  sheet.Applicant(receipt ? "Tiếp nhận hồ sơ của" : "Hồ sơ của");
  Matter(sheet);
}

void Receipt(Sheet& sheet) {
  const pb::Dossier& dossier = sheet.dossier();
  const pb::Reception& reception = dossier.reception();
  Heading(sheet, form::v1::FORM_KIND_RECEIPT, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả");
  if (dossier.status() == pb::STATUS_REFUSED || reception.has_refused_time()) {
    sheet.Lack("status", "is refused: form 03 is for that");
  } else if (dossier.status() == pb::STATUS_STOPPED) {
    sheet.Lack("status", "is stopped: form 05 is for that");
  } else if (dossier.status() == pb::STATUS_WITHDRAWN) {
    sheet.Lack("status", "is withdrawn");
  } else if (dossier.status() < pb::STATUS_ACCEPTED) {
    sheet.Lack("status", "is not accepted yet");
  }
  for (const pb::Paper& paper : dossier.papers()) sheet.Paper(paper);
  sheet.Required("received_time", "Thời gian nhận hồ sơ", Moment(reception.received_time()),
                 "reception.received_time");
  sheet.Required("promised_due", "Thời gian trả kết quả", Moment(dossier.deadline().promised_due()),
                 "deadline.promised_due");
  sheet.Line("channel", "Hình thức nộp",
             Vietnamese(pb::Channel_descriptor()->FindValueByNumber(dossier.origin().channel())));
  sheet.Line("return_method", "Đăng ký nhận kết quả",
             Vietnamese(pb::ReturnMethod_descriptor()->FindValueByNumber(
                 dossier.outcome().return_method())));
  for (const pb::Fee& fee : dossier.fees()) {
    if (!fee.removed())
      sheet.Line("fee", fee.name().empty() ? "Phí, lệ phí" : fee.name(), Amount(fee.amount_vnd()));
  }
  sheet.Line("submitter", "Người nộp hồ sơ", dossier.submitter().name());
  sheet.Line("officer", "Người tiếp nhận hồ sơ", reception.officer());
  sheet.form().set_qr_text(dossier.receipt_number());
}

// How many rounds were asked for until this one, itself counted.
int RoundNumber(const pb::Dossier& dossier, const pb::SupplementRound& round) {
  return static_cast<int>(
      std::ranges::count_if(dossier.supplements(), [&](const pb::SupplementRound& other) {
        return !other.removed() &&
               NanosOf(other.requested_time()) <= NanosOf(round.requested_time());
      }));
}

void SupplementRequest(Sheet& sheet, std::string_view id) {
  const pb::Dossier& dossier = sheet.dossier();
  Heading(sheet, form::v1::FORM_KIND_SUPPLEMENT_REQUEST, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ");
  const pb::SupplementRound* round =
      Chosen(dossier.supplements(), id,
             [](const pb::SupplementRound& r) -> const Timestamp& { return r.requested_time(); });
  if (round == nullptr) return sheet.Lack(Element("supplements", id), "is not there");
  const std::string place = Element("supplements", round->id());
  sheet.Required("content", "Yêu cầu bổ sung, hoàn thiện hồ sơ gồm những nội dung sau",
                 round->content(), StrCat(place, ".content"));
  sheet.Required("requested_time", "Thời gian yêu cầu", Moment(round->requested_time()),
                 StrCat(place, ".requested_time"));
  sheet.Line("round", "Yêu cầu lần thứ", StrCat(RoundNumber(dossier, *round)));
  for (const pb::Paper& paper : dossier.papers()) {
    if (std::ranges::find(round->paper_ids(), paper.id()) != round->paper_ids().end()) {
      sheet.Paper(paper);
    }
  }
  for (const pb::Fee& fee : dossier.fees()) {
    if (fee.removed() || std::ranges::find(round->fee_ids(), fee.id()) == round->fee_ids().end()) {
      continue;
    }
    sheet.Line("fee", fee.name().empty() ? "Phí, lệ phí" : fee.name(), Amount(fee.amount_vnd()));
  }
  sheet.Line("previous_due", "Ngày hẹn trả trước", Date(round->previous_due()));
  sheet.Line("new_due", "Ngày hẹn trả mới", Date(round->new_due()));
  sheet.Line("officer", "Người yêu cầu", round->requested_by());
}

void Refusal(Sheet& sheet) {
  const pb::Dossier& dossier = sheet.dossier();
  const pb::Reception& reception = dossier.reception();
  Heading(sheet, form::v1::FORM_KIND_REFUSAL, "Phiếu từ chối tiếp nhận giải quyết hồ sơ");
  if (dossier.status() != pb::STATUS_REFUSED) sheet.Lack("status", "is not refused");
  sheet.Reason("reason", "Lý do từ chối", reception.refusal_reason(), "reception.refusal_reason");
  sheet.Required("legal_basis", "Căn cứ pháp lý", reception.refusal_legal_basis(),
                 "reception.refusal_legal_basis");
  sheet.Line("refused_time", "Thời gian từ chối", Moment(reception.refused_time()));
  sheet.Line("officer", "Người tiếp nhận hồ sơ", reception.officer());
}

// How many letters put the date off until this one, itself counted. Of two of one moment the one
// that stands later in the list is the later.
int ExtensionNumber(const pb::Dossier& dossier, const pb::Apology& letter) {
  int number = 1;
  bool passed = false;
  for (const pb::Apology& other : dossier.apologies()) {
    passed = passed || &other == &letter;
    const int64_t later = NanosOf(other.time()) - NanosOf(letter.time());
    if (later < 0 || (later == 0 && !passed)) ++number;
  }
  return number;
}

void ApologyLetter(Sheet& sheet, std::string_view id) {
  const pb::Dossier& dossier = sheet.dossier();
  Heading(sheet, form::v1::FORM_KIND_APOLOGY, "Văn bản xin lỗi và đề nghị gia hạn");
  const pb::Apology* letter = Chosen(
      dossier.apologies(), id, [](const pb::Apology& a) -> const Timestamp& { return a.time(); });
  if (letter == nullptr) return sheet.Lack(Element("apologies", id), "is not there");
  const std::string place = Element("apologies", letter->id());
  sheet.Required("original_due", "Ngày hẹn trả kết quả", Date(letter->original_due()),
                 StrCat(place, ".original_due"));
  sheet.Reason("reason", "Lý do chưa trả kết quả", letter->reason(), StrCat(place, ".reason"));
  sheet.Required("new_due", "Ngày hẹn trả kết quả mới", Date(letter->new_due()),
                 StrCat(place, ".new_due"));
  sheet.Required("signer", "Người ký", letter->signer(), StrCat(place, ".signer"));
  sheet.Line("signer_title", "Chức vụ", letter->signer_title());
  sheet.Line("time", "Ngày ký", Date(letter->time()));
  if (letter->has_original_due() && letter->has_new_due() &&
      NanosOf(letter->new_due()) <= NanosOf(letter->original_due())) {
    sheet.Lack(StrCat(place, ".new_due"), "is not after the date that it takes the place of");
  }
  if (ExtensionNumber(dossier, *letter) > kExtensionsMax) {
    sheet.Lack("apologies", StrCat("are more than the ", kExtensionsMax, " that the law allows"));
  }
}

// As its owner says, else at the newest step that tells of it.
Timestamp StoppedTime(const pb::Dossier& dossier) {
  if (dossier.outcome().has_finished_time()) return dossier.outcome().finished_time();
  Timestamp stopped;
  for (const pb::Step& step : dossier.steps()) {
    if (step.status() == pb::STATUS_STOPPED && NanosOf(step.time()) > NanosOf(stopped)) {
      stopped = step.time();
    }
  }
  return stopped;
}

void StopNotice(Sheet& sheet) {
  const pb::Dossier& dossier = sheet.dossier();
  Heading(sheet, form::v1::FORM_KIND_STOP_NOTICE, "Thông báo dừng giải quyết hồ sơ");
  if (dossier.status() != pb::STATUS_STOPPED) sheet.Lack("status", "is not stopped");
  sheet.Reason("reason", "Lý do dừng giải quyết", dossier.outcome().stop_reason(),
               "outcome.stop_reason");
  sheet.Required("legal_basis", "Căn cứ pháp lý", dossier.outcome().stop_legal_basis(),
                 "outcome.stop_legal_basis");
  sheet.Line("received_time", "Thời gian nhận hồ sơ", Moment(dossier.reception().received_time()));
  sheet.Required("finished_time", "Thời gian dừng giải quyết", Moment(StoppedTime(dossier)),
                 "outcome.finished_time");
  sheet.Line("unit", "Đơn vị giải quyết", dossier.processing_unit());
}

// Names are those of the day on which the dossier was received; they stay on its papers.
std::string DayOf(const pb::Dossier& dossier, absl::Time now) {
  const Timestamp& received = dossier.reception().received_time();
  const absl::Time time = received.seconds() > 0 ? absl::FromUnixSeconds(received.seconds()) : now;
  return domain::FormatDay(domain::WallDay(time));
}

}  // namespace

absl::StatusOr<form::v1::Form> Fill(FormKind kind, const pb::Dossier& dossier,
                                    std::string_view element_id, const Names& names,
                                    absl::Time now) {
  Sheet sheet(dossier, names, DayOf(dossier, now));
  switch (kind) {
    case form::v1::FORM_KIND_RECEIPT:
      Receipt(sheet);
      return std::move(sheet).Finish("01", now);
    case form::v1::FORM_KIND_SUPPLEMENT_REQUEST:
      SupplementRequest(sheet, element_id);
      return std::move(sheet).Finish("02", now);
    case form::v1::FORM_KIND_REFUSAL:
      Refusal(sheet);
      return std::move(sheet).Finish("03", now);
    case form::v1::FORM_KIND_APOLOGY:
      ApologyLetter(sheet, element_id);
      return std::move(sheet).Finish("04", now);
    case form::v1::FORM_KIND_STOP_NOTICE:
      StopNotice(sheet);
      return std::move(sheet).Finish("05", now);
    default:
      return FieldInvalid("kind", "is not one of the forms 01 to 05; say which");
  }
}

}  // namespace lienthong::forms

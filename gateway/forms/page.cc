#include "gateway/forms/page.h"

#include <cairo-pdf.h>
#include <qrencode.h>

#include <algorithm>
#include <numbers>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/forms/words.h"

namespace lienthong::forms {
namespace {

constexpr const char* kFont = "Noto Sans";
constexpr int kQuietModules = 4;  // ISO/IEC 18004
constexpr double kRulePt = 0.6;
constexpr double kMarkGrey = 0.86;
constexpr double kMarkSizePt = 38;

cairo_status_t Append(void* closure, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

using Font = std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)>;

Font FontOf(const TextStyle& style) {
  Font font(pango_font_description_new(), &pango_font_description_free);
  pango_font_description_set_family_static(font.get(), kFont);
  pango_font_description_set_absolute_size(font.get(), style.size_pt * PANGO_SCALE);
  pango_font_description_set_style(font.get(),
                                   style.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
  pango_font_description_set_weight(
      font.get(), style.bold && style.plain_bytes == 0 ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  return font;
}

// On paper there are no pixels to which letters would have to be moved.
void PlaceExactly(PangoLayout& layout) {
  PangoContext* const context = pango_layout_get_context(&layout);
  const std::unique_ptr<cairo_font_options_t, decltype(&cairo_font_options_destroy)> options(
      cairo_font_options_create(), &cairo_font_options_destroy);
  cairo_font_options_set_hint_style(options.get(), CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options.get(), CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options.get());
  pango_context_set_round_glyph_positions(context, FALSE);
}

}  // namespace

Canvas::Canvas(std::string_view title, const google::protobuf::Timestamp& created)
    : surface_(
          cairo_pdf_surface_create_for_stream(&Append, bytes_.get(), kPageWidthPt, kPageHeightPt)),
      context_(cairo_create(surface_.get())) {
  const std::string day = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(created.seconds()), absl::UTCTimeZone());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE,
                                 std::string(title).c_str());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE, day.c_str());
}

absl::Status Canvas::FontIsThere() {
  PangoFontMap* const map = pango_cairo_font_map_get_default();
  const std::unique_ptr<PangoContext, decltype(&g_object_unref)> context(
      pango_font_map_create_context(map), &g_object_unref);
  const Font wanted = FontOf({});
  PangoFont* const font = pango_font_map_load_font(map, context.get(), wanted.get());
  bool found = false;
  if (font != nullptr) {
    const Font got(pango_font_describe(font), &pango_font_description_free);
    found = std::string_view(pango_font_description_get_family(got.get())) == kFont;
    g_object_unref(font);
  }
  if (found) return absl::OkStatus();
  ErrorDetails details;
  details.reason = "FONT_MISSING";
  details.metadata = {{"font", kFont}, {"package", "fonts-noto-core"}};
  return WithDetails(
      absl::FailedPreconditionError(StrCat("the font ", kFont,
                                           ", which has every Vietnamese letter, is not installed "
                                           "on the gateway: apt-get install fonts-noto-core")),
      details);
}

Canvas::Layout Canvas::Lay(double width, std::string_view text, const TextStyle& style) {
  Layout layout(pango_cairo_create_layout(context_.get()));
  PlaceExactly(*layout);
  pango_layout_set_font_description(layout.get(), FontOf(style).get());
  const std::string line = OneLine(text);
  pango_layout_set_text(layout.get(), line.data(), static_cast<int>(line.size()));
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_width(layout.get(), static_cast<int>(width * PANGO_SCALE));
  pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment(layout.get(), style.align);
  if (style.bold && style.plain_bytes > 0) {
    PangoAttribute* const bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);
    bold->start_index = static_cast<guint>(style.plain_bytes);
    PangoAttrList* const list = pango_attr_list_new();
    pango_attr_list_insert(list, bold);
    pango_layout_set_attributes(layout.get(), list);
    pango_attr_list_unref(list);
  }
  return layout;
}

double Canvas::HeightOf(double width, std::string_view text, const TextStyle& style) {
  const Layout layout = Lay(width, text, style);
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

double Canvas::Text(double left, double top, double width, std::string_view text,
                    const TextStyle& style) {
  const Layout layout = Lay(width, text, style);
  cairo_move_to(context_.get(), left, top);
  pango_cairo_show_layout(context_.get(), layout.get());
  int height = 0;
  pango_layout_get_size(layout.get(), nullptr, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

void Canvas::Rule(double left, double top, double width) {
  cairo_set_line_width(context_.get(), kRulePt);
  cairo_move_to(context_.get(), left, top);
  cairo_rel_line_to(context_.get(), width, 0);
  cairo_stroke(context_.get());
}

void Canvas::Frame(double left, double top, double width, double height) {
  cairo_set_line_width(context_.get(), kRulePt);
  cairo_rectangle(context_.get(), left, top, width, height);
  cairo_stroke(context_.get());
}

absl::Status Canvas::Qr(double left, double top, double side, std::string_view text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(std::string(text).c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (code == nullptr) return FieldInvalid("receipt_number", "does not fit into a QR code");
  const double module = side / (code->width + 2 * kQuietModules);
  for (int row = 0; row < code->width; ++row) {
    for (int column = 0; column < code->width; ++column) {
      if ((code->data[row * code->width + column] & 1U) == 0) continue;
      cairo_rectangle(context_.get(), left + (column + kQuietModules) * module,
                      top + (row + kQuietModules) * module, module, module);
    }
  }
  cairo_fill(context_.get());
  return absl::OkStatus();
}

void Canvas::Mark(std::string_view text) {
  cairo_save(context_.get());
  cairo_set_source_rgb(context_.get(), kMarkGrey, kMarkGrey, kMarkGrey);
  cairo_translate(context_.get(), kPageWidthPt / 2, kPageHeightPt / 2);
  cairo_rotate(context_.get(), -std::numbers::pi / 4);
  Text(-kPageHeightPt / 2, -kMarkSizePt, kPageHeightPt, text,
       {.size_pt = kMarkSizePt, .bold = true, .align = PANGO_ALIGN_CENTER});
  cairo_restore(context_.get());
}

void Canvas::NewPage() { cairo_show_page(context_.get()); }

absl::StatusOr<std::string> Canvas::Finish() && {
  cairo_show_page(context_.get());
  cairo_surface_finish(surface_.get());
  const cairo_status_t status = cairo_surface_status(surface_.get());
  if (status != CAIRO_STATUS_SUCCESS) {
    return absl::InternalError(
        StrCat("the PDF could not be made: ", cairo_status_to_string(status)));
  }
  return std::move(*bytes_);
}

}  // namespace lienthong::forms

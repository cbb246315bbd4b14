#ifndef LIENTHONG_GATEWAY_FORMS_PAGE_H_
#define LIENTHONG_GATEWAY_FORMS_PAGE_H_

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "google/protobuf/timestamp.pb.h"

namespace lienthong::forms {

// All lengths are points; A4 with the margins of official papers.
inline constexpr double kPageWidthPt = 595.276;
inline constexpr double kPageHeightPt = 841.89;
inline constexpr double kMarginLeftPt = 62;
inline constexpr double kMarginRightPt = 45;
inline constexpr double kMarginTopPt = 42;
inline constexpr double kMarginBottomPt = 54;
inline constexpr double kContentWidthPt = kPageWidthPt - kMarginLeftPt - kMarginRightPt;

struct TextStyle {
  double size_pt = 11;
  bool bold = false;
  bool italic = false;
  PangoAlignment align = PANGO_ALIGN_LEFT;
  size_t plain_bytes = 0;  // with `bold`: the first bytes that are not, as a label
};

// A PDF that is drawn from top to bottom. Text is text: nothing in it is markup.
class Canvas {
 public:
  // `created` is written as the time of making, so that the same content gives the same bytes.
  Canvas(std::string_view title, const google::protobuf::Timestamp& created);

  // FailedPrecondition FONT_MISSING.
  static absl::Status FontIsThere();

  // Draws text within a box and gives its height.
  double Text(double left, double top, double width, std::string_view text, const TextStyle& style);
  double HeightOf(double width, std::string_view text, const TextStyle& style);
  void Rule(double left, double top, double width);
  void Frame(double left, double top, double width, double height);
  // A QR code with its quiet zone in a square, as vectors.
  absl::Status Qr(double left, double top, double side, std::string_view text);
  // Grey, across the whole page.
  void Mark(std::string_view text);
  void NewPage();
  absl::StatusOr<std::string> Finish() &&;

 private:
  struct Free {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
    void operator()(PangoLayout* layout) const { g_object_unref(layout); }
  };
  using Layout = std::unique_ptr<PangoLayout, Free>;
  Layout Lay(double width, std::string_view text, const TextStyle& style);

  std::unique_ptr<std::string> bytes_ = std::make_unique<std::string>();
  std::unique_ptr<cairo_surface_t, Free> surface_;
  std::unique_ptr<cairo_t, Free> context_;
};

}  // namespace lienthong::forms

#endif  // LIENTHONG_GATEWAY_FORMS_PAGE_H_

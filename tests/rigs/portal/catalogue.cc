#include "tests/rigs/portal/catalogue.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

struct Procedure {
  const char* code;
  const char* name;
  const char* field_code;
  const char* field_name;
  const char* level;        // CAPTHUCHIEN
  const char* days_direct;  // invented
  const char* days_online;
  const char* fee_vnd;
};

constexpr Procedure kProcedures[] = {
    {"1.001193", "Đăng ký khai sinh", "G15-HT03", "Hộ tịch", "3", "1", "1", "0"},
    {"1.000656", "Đăng ký khai tử", "G15-HT03", "Hộ tịch", "3", "1", "1", "0"},
    {"1.000894", "Đăng ký kết hôn", "G15-HT03", "Hộ tịch", "3", "5", "4", "0"},
    {"2.000635", "Cấp bản sao trích lục hộ tịch, bản sao Giấy khai sinh", "G15-HT03", "Hộ tịch",
     "3", "1", "1", "8000"},
    {"2.000815", "Chứng thực bản sao từ bản chính", "G15-CT01", "Chứng thực", "3", "1", "1",
     "2000"},
    {"1.004222", "Đăng ký thường trú", "G01-CT01", "Cư trú", "3", "7", "7", "20000"},
    {"1.001612", "Đăng ký thành lập hộ kinh doanh", "G05-KD01", "Hộ kinh doanh", "3", "3", "3",
     "100000"},
    {"1.001776", "Trợ cấp xã hội hằng tháng", "G07-BT01", "Bảo trợ xã hội", "3", "22", "20", "0"},
    {"1.013225", "Cấp giấy phép xây dựng mới", "G17-XD01", "Xây dựng", "1", "20", "18", "75000"},
    {"1.012783", "Cấp đổi Giấy chứng nhận quyền sử dụng đất", "G13-DD01", "Đất đai", "3", "10", "9",
     "50000"},
};

Json Way(const char* channel, const char* days, const char* fee_vnd) {
  return {
      {"KENH", channel},
      {"THOIGIAN", {{{"THOIGIANGIAIQUYET", days}, {"DONVITINH", "Ngày làm việc"}, {"MOTA", ""}}}},
      {"PHILEPHI", {{{"SOTIEN", fee_vnd}, {"DONVI", "Đồng"}, {"MOTA", ""}}}}};
}

Json Papers() {
  const Json form = {{"MAGIAYTO", "000.00.00.X-KQ000001"},
                     {"TENGIAYTO", "Tờ khai (mẫu thử)"},
                     {"SOBANCHINH", "1"},
                     {"SOBANSAO", "0"},
                     {"URL", ""},
                     {"TENMAUDON", "Mẫu thử"}};
  return Json::array({{{"TRUONGHOP", ""}, {"GIAYTO", Json::array({form})}}});
}

Json Detail(const Procedure& procedure) {
  return {{"MATTHC", procedure.code},
          {"TENTTHC", procedure.name},
          {"LINHVUCTHUCHIEN",
           {{{"MALINHVUC", procedure.field_code}, {"TENLINHVUC", procedure.field_name}}}},
          {"COQUANTHUCHIEN", {{{"MADONVI", "H29.X01"}, {"TENDONVI", "Đơn vị thử nghiệm"}}}},
          {"CAPTHUCHIEN", procedure.level},
          {"CACHTHUCTHUCHIEN",
           {Way("1", procedure.days_direct, procedure.fee_vnd),
            Way("2", procedure.days_online, procedure.fee_vnd)}},
          {"THANHPHANHOSO", Papers()},
          {"KETQUATHUCHIEN", {{{"MAKETQUA", "KQ.X.000001"}, {"TENKETQUA", "Kết quả thử"}}}}};
}

}  // namespace

Json ProcedureList() {
  Json list = Json::array();
  for (const Procedure& procedure : kProcedures) {
    list.push_back({{"MATTHC", procedure.code}, {"TENTTHC", procedure.name}});
  }
  return list;
}

Json ProcedureDetail(const std::string& code) {
  Json found = Json::array();
  for (const Procedure& procedure : kProcedures) {
    if (procedure.code == code) found.push_back(Detail(procedure));
  }
  return found;
}

}  // namespace lienthong::rigs::portal

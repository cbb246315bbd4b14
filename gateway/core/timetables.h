#ifndef LIENTHONG_GATEWAY_CORE_TIMETABLES_H_
#define LIENTHONG_GATEWAY_CORE_TIMETABLES_H_

#include <memory>

#include "gateway/domain/timetable.h"

namespace lienthong::core {

// Where the use cases learn what the catalogue says of time. Thread-safe.
class Timetables {
 public:
  virtual ~Timetables() = default;
  // As of the last change of the catalogue. Null while the catalogue cannot be read: deadlines then
  // stay as they are, and are computed again with the next change.
  virtual std::shared_ptr<const domain::Timetable> Now() const = 0;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_TIMETABLES_H_

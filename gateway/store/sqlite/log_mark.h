#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_LOG_MARK_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_LOG_MARK_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lienthong::store {

// SQLite takes the first damaged frame of its log for the log's end, and so forgets what was
// acknowledged after it without a word. A mark beside the database remembers how far the log
// reached: one that is shorter when it is opened again has lost something.
//
// The mark is written after what it tells of is durable, and needs not be durable itself: an older
// one asks for less. Only before SQLite may begin the log anew, which it does once all of it is in
// the database, the mark lets go of the old one for good.
class LogMark final {
 public:
  // For a database that is open.
  static absl::StatusOr<std::unique_ptr<LogMark>> Open(const std::string& database_path);
  // Removes the mark; what closes the database afterwards removes the log.
  ~LogMark();
  LogMark(const LogMark&) = delete;
  LogMark& operator=(const LogMark&) = delete;

  // So many frames of the log are durable.
  absl::Status Note(int frames);
  // All of the log is in the database.
  absl::Status LetGo();

 private:
  LogMark(std::string database_path, int descriptor)
      : database_path_(std::move(database_path)), descriptor_(descriptor) {}
  absl::Status Write(uint32_t frames);

  const std::string database_path_;
  const int descriptor_;
  std::string salts_;  // which tell one log from the next; "" = to be read
};

// What stood in the log before SQLite looked at it.
struct MarkedLog {
  uint32_t frames = 0;  // that must be there
};
// What must be there, by the mark and the log's head. DataLoss when the log is missing, or its head
// is damaged.
absl::StatusOr<MarkedLog> ReadMarkedLog(const std::string& database_path);
// DataLoss when SQLite has found fewer.
absl::Status CheckMarkedLog(const MarkedLog& marked, int frames_found);
// For good, once what it asked for was found: SQLite may begin the log anew from now on.
absl::Status LetGoOfMark(const std::string& database_path);
// Of a database that takes another one's place.
absl::Status RemoveMark(const std::string& database_path);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_LOG_MARK_H_

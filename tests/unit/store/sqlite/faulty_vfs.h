#ifndef LIENTHONG_TESTS_UNIT_STORE_SQLITE_FAULTY_VFS_H_
#define LIENTHONG_TESTS_UNIT_STORE_SQLITE_FAULTY_VFS_H_

#include <sqlite3.h>

#include <mutex>
#include <string>

namespace lienthong::testing {

// A disk that fails on demand, and that remembers what a power cut would leave: for as long as it
// lives, every database of the process is opened through it. Thread-safe.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The n-th next fsync fails (1 = the next); what was written before it may or may not be there.
  void FailSync(int nth);
  // From now on every write finds the disk full, or room again.
  void SetFull(bool full);
  // From now on keeps in `image` each file of `folder` as it was at its last fsync.
  void KeepImage(std::string folder, std::string image);
  // What a power cut now would leave. `to` must not exist.
  void CopyImage(const std::string& to) const;
  int syncs() const;

 private:
  struct File;
  struct Calls;

  // What SQLite gets when it syncs `path`.
  int Sync(const std::string& path, sqlite3_file* file, int flags);
  bool full() const;

  sqlite3_vfs* const real_;
  sqlite3_vfs vfs_;
  mutable std::mutex mutex_;
  int fail_sync_ = 0;
  int syncs_ = 0;
  bool full_ = false;
  std::string folder_;
  std::string image_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_UNIT_STORE_SQLITE_FAULTY_VFS_H_

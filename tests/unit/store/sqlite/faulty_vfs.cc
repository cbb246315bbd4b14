#include "tests/unit/store/sqlite/faulty_vfs.h"

#include <filesystem>
#include <utility>

namespace lienthong::testing {

// SQLite allocates this and, behind it, the file of the real system.
struct FaultyVfs::File {
  sqlite3_file base;
  FaultyVfs* disk;
  std::string* path;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

struct FaultyVfs::Calls {
  static File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static FaultyVfs* Disk(sqlite3_vfs* vfs) { return static_cast<FaultyVfs*>(vfs->pAppData); }
  // The call of the real file that belongs to a call of ours.
  template <auto kMethod, typename... Args>
  static auto Forward(sqlite3_file* file, Args... args) {
    sqlite3_file* const real = Of(file)->real();
    return (real->pMethods->*kMethod)(real, args...);
  }

  static int Close(sqlite3_file* file) {
    delete Of(file)->path;
    return Forward<&sqlite3_io_methods::xClose>(file);
  }
  static int Write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (Of(file)->disk->full()) return SQLITE_FULL;
    return Forward<&sqlite3_io_methods::xWrite>(file, data, size, offset);
  }
  static int Sync(sqlite3_file* file, int flags) {
    return Of(file)->disk->Sync(*Of(file)->path, Of(file)->real(), flags);
  }

  static const sqlite3_io_methods* Methods() {
    using M = sqlite3_io_methods;
    static const M methods = [] {
      M m = {};
      m.iVersion = 2;  // without memory-mapped pages
      m.xClose = Close;
      m.xRead = Forward<&M::xRead, void*, int, sqlite3_int64>;
      m.xWrite = Write;
      m.xTruncate = Forward<&M::xTruncate, sqlite3_int64>;
      m.xSync = Sync;
      m.xFileSize = Forward<&M::xFileSize, sqlite3_int64*>;
      m.xLock = Forward<&M::xLock, int>;
      m.xUnlock = Forward<&M::xUnlock, int>;
      m.xCheckReservedLock = Forward<&M::xCheckReservedLock, int*>;
      m.xFileControl = Forward<&M::xFileControl, int, void*>;
      m.xSectorSize = Forward<&M::xSectorSize>;
      m.xDeviceCharacteristics = Forward<&M::xDeviceCharacteristics>;
      m.xShmMap = Forward<&M::xShmMap, int, int, int, void volatile**>;
      m.xShmLock = Forward<&M::xShmLock, int, int, int>;
      m.xShmBarrier = Forward<&M::xShmBarrier>;
      m.xShmUnmap = Forward<&M::xShmUnmap, int>;
      return m;
    }();
    return &methods;
  }

  static int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    FaultyVfs* const disk = Disk(vfs);
    File* const opened = Of(file);
    opened->base.pMethods = nullptr;
    const int code = disk->real_->xOpen(disk->real_, name, opened->real(), flags, out);
    if (code != SQLITE_OK) return code;
    opened->disk = disk;
    opened->path = new std::string(name == nullptr ? "" : name);
    opened->base.pMethods = Methods();
    return SQLITE_OK;
  }
};

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.zName = "faulty";
  vfs_.pAppData = this;
  vfs_.pNext = nullptr;
  vfs_.xOpen = Calls::Open;
  sqlite3_vfs_register(&vfs_, /*makeDflt=*/1);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, /*makeDflt=*/1);
}

void FaultyVfs::FailSync(int nth) {
  const std::lock_guard lock(mutex_);
  fail_sync_ = nth;
}

void FaultyVfs::SetFull(bool full) {
  const std::lock_guard lock(mutex_);
  full_ = full;
}

void FaultyVfs::KeepImage(std::string folder, std::string image) {
  const std::lock_guard lock(mutex_);
  folder_ = std::move(folder);
  image_ = std::move(image);
}

void FaultyVfs::CopyImage(const std::string& to) const {
  const std::lock_guard lock(mutex_);
  std::filesystem::copy(image_, to);
}

int FaultyVfs::syncs() const {
  const std::lock_guard lock(mutex_);
  return syncs_;
}

bool FaultyVfs::full() const {
  const std::lock_guard lock(mutex_);
  return full_;
}

int FaultyVfs::Sync(const std::string& path, sqlite3_file* file, int flags) {
  const std::lock_guard lock(mutex_);
  ++syncs_;
  if (fail_sync_ > 0 && --fail_sync_ == 0) return SQLITE_IOERR_FSYNC;
  const int code = file->pMethods->xSync(file, flags);
  const std::filesystem::path from(path);
  if (code == SQLITE_OK && !image_.empty() && from.parent_path() == folder_) {
    std::filesystem::copy_file(from, std::filesystem::path(image_) / from.filename(),
                               std::filesystem::copy_options::overwrite_existing);
  }
  return code;
}

}  // namespace lienthong::testing

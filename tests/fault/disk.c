// Loaded before a gateway (LD_PRELOAD): its calls that change the disk fail as the environment asks. Calls are counted over
// all threads, from 1, when their file's path has LIENTHONG_DISK_PATH in it.
//   LIENTHONG_DISK_FAULT=CALL:ERROR:N[+]  the N-th CALL (write, sync, truncate, rename; any) fails with ERROR (EIO, ENOSPC,
//                                         EINTR; short: a write takes only half); with +, each one from there on
//   LIENTHONG_DISK_HEAL=FILE              no more faults once it is there
//   LIENTHONG_DISK_COUNTS=FILE            how many calls there were so far, as a decimal number
//   LIENTHONG_DISK_PLANT=sync_again       a sync that failed is asked again, and its second answer believed
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { kShort = -1, kPathBytes = 4096, kCallBytes = 16 };

static atomic_long calls;
static char wanted_call[kCallBytes];
static int wanted_error;  // 0: none
static long wanted_nth;
static int and_after;
static const char *path_part, *heal_file, *plant;
static int counts_fd = -1;

__attribute__((constructor)) static void Begin(void) {
  const char* fault = getenv("LIENTHONG_DISK_FAULT");
  char error[kCallBytes] = "", end = 0;
  path_part = getenv("LIENTHONG_DISK_PATH");
  heal_file = getenv("LIENTHONG_DISK_HEAL");
  plant = getenv("LIENTHONG_DISK_PLANT");
  const char* counts = getenv("LIENTHONG_DISK_COUNTS");
  if (counts != NULL) counts_fd = syscall(SYS_openat, AT_FDCWD, counts, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fault == NULL || sscanf(fault, "%15[^:]:%15[^:]:%ld%c", wanted_call, error, &wanted_nth, &end) < 3) return;
  and_after = end == '+';
  wanted_error = !strcmp(error, "EIO")      ? EIO
                 : !strcmp(error, "ENOSPC") ? ENOSPC
                 : !strcmp(error, "EINTR")  ? EINTR
                                            : kShort;
}

static int IsWatched(int fd, const char* path) {
  char name[32], found[kPathBytes];
  if (path_part == NULL) return 0;
  if (path == NULL) {
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    const ssize_t size = readlink(name, found, sizeof(found) - 1);
    if (size < 0) return 0;
    found[size] = '\0';
    path = found;
  }
  return strstr(path, path_part) != NULL;
}

// What is to happen to this call: 0, an errno, or kShort.
static int FaultOf(const char* call, int fd, const char* path) {
  if (!IsWatched(fd, path)) return 0;
  if (strcmp(wanted_call, "any") && wanted_error != 0 && strcmp(wanted_call, call)) return 0;
  const long nth = atomic_fetch_add(&calls, 1) + 1;
  if (counts_fd >= 0) {
    char text[24];
    const int size = snprintf(text, sizeof(text), "%ld\n", nth);
    syscall(SYS_pwrite64, counts_fd, text, size, 0L);
  }
  if (wanted_error == 0 || nth < wanted_nth || (nth > wanted_nth && !and_after)) return 0;
  if (heal_file != NULL && access(heal_file, F_OK) == 0) return 0;
  return wanted_error;
}

static int Failed(int fault) {
  errno = fault;
  return -1;
}

static size_t Taken(int fault, size_t size) { return fault == kShort && size > 1 ? size / 2 : size; }

#define REAL(name) static __typeof__(name)* real; if (real == NULL) real = (__typeof__(name)*)dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void* bytes, size_t size) {
  REAL(write);
  const int fault = FaultOf("write", fd, NULL);
  return fault > 0 ? Failed(fault) : real(fd, bytes, Taken(fault, size));
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  REAL(pwrite);
  const int fault = FaultOf("write", fd, NULL);
  return fault > 0 ? Failed(fault) : real(fd, bytes, Taken(fault, size), at);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  REAL(pwrite64);
  const int fault = FaultOf("write", fd, NULL);
  return fault > 0 ? Failed(fault) : real(fd, bytes, Taken(fault, size), at);
}

// The pages that a failed sync leaves count as clean afterwards: the next one has nothing to write and succeeds.
static int SyncFault(int fd) {
  const int fault = FaultOf("sync", fd, NULL);
  if (fault <= 0) return 0;
  return plant != NULL && !strcmp(plant, "sync_again") ? kShort : fault;
}

int fsync(int fd) {
  REAL(fsync);
  const int fault = SyncFault(fd);
  return fault > 0 ? Failed(fault) : fault == kShort ? 0 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync);
  const int fault = SyncFault(fd);
  return fault > 0 ? Failed(fault) : fault == kShort ? 0 : real(fd);
}

int ftruncate(int fd, off_t size) {
  REAL(ftruncate);
  const int fault = FaultOf("truncate", fd, NULL);
  return fault > 0 ? Failed(fault) : real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64);
  const int fault = FaultOf("truncate", fd, NULL);
  return fault > 0 ? Failed(fault) : real(fd, size);
}

int rename(const char* from, const char* to) {
  REAL(rename);
  const int fault = FaultOf("rename", -1, to);
  return fault > 0 ? Failed(fault) : real(from, to);
}

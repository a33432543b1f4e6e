// Stands between a program and the C library (LD_PRELOAD) and counts. What the C library would do is done, by itself.
#include "tests/e2e/disk_calls.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>

namespace {

// The counts of the mapped file, or, where there is none, some that nobody reads.
e2e::DiskCalls& counts() {
  static e2e::DiskCalls unread{};
  static e2e::DiskCalls* const mapped = [] {
    const char* path = std::getenv(e2e::disk_calls_variable);
    const int descriptor = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return &unread;
    void* memory = mmap(nullptr, sizeof(e2e::DiskCalls), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    return memory == MAP_FAILED ? &unread : static_cast<e2e::DiskCalls*>(memory);
  }();
  return *mapped;
}

template <class Function>
Function next_of(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_lock(int command) {
  return command == F_GETLK || command == F_SETLK || command == F_SETLKW || command == F_OFD_GETLK ||
         command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

}  // namespace

extern "C" {

int fsync(int descriptor) {
  static const auto next = next_of<int (*)(int)>("fsync");
  ++counts().syncs;
  return next(descriptor);
}

int fdatasync(int descriptor) {
  static const auto next = next_of<int (*)(int)>("fdatasync");
  ++counts().syncs;
  return next(descriptor);
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t offset) {
  static const auto next = next_of<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  ++counts().writes;
  return next(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t offset) {
  static const auto next = next_of<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  ++counts().writes;
  return next(descriptor, bytes, count, offset);
}

// Whatever the third argument is, it has the size of a pointer or less.
int fcntl(int descriptor, int command, ...) {
  static const auto next = next_of<int (*)(int, int, ...)>("fcntl");
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (is_lock(command)) ++counts().locks;
  return next(descriptor, command, argument);
}

int fcntl64(int descriptor, int command, ...) {
  static const auto next = next_of<int (*)(int, int, ...)>("fcntl64");
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (is_lock(command)) ++counts().locks;
  return next(descriptor, command, argument);
}

}  // extern "C"

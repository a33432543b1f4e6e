#include "tests/core/ledger/lossy_vfs.hpp"

#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <utility>
#include <vector>

namespace holdfast::ledger::testing {
namespace {

// What was done to a file since it was synced: bytes at an offset, or its length where there are no bytes.
struct Change {
  std::size_t offset = 0;
  std::string bytes;
  bool truncate = false;
};

struct FileHistory {
  std::string synced;  // the whole content
  std::vector<Change> since;
};

void redo(std::string& content, const Change& change) {
  if (change.truncate) {
    content.resize(change.offset);
    return;
  }
  if (content.size() < change.offset + change.bytes.size()) content.resize(change.offset + change.bytes.size());
  content.replace(change.offset, change.bytes.size(), change.bytes);
}

}  // namespace

struct LossyVfs::State {
  std::string folder;
  std::mutex mutex;
  std::map<std::string, FileHistory> files;  // by path
  int syncs = 0;
  bool failing = false;
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs vfs{};
};

namespace {

LossyVfs::State* current = nullptr;  // SQLite knows its file systems by name, so there is one

// An open file; the real one follows it in memory, where SQLite made room for both.
struct LossyFile {
  sqlite3_file base;
  std::string* path;  // nullptr: a file elsewhere, or a temporary one, of which nothing survives
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

LossyFile& lossy(sqlite3_file* file) {
  return *reinterpret_cast<LossyFile*>(file);
}
sqlite3_file* real(sqlite3_file* file) {
  return lossy(file).real();
}

void note(sqlite3_file* file, Change change) {
  if (lossy(file).path == nullptr) return;
  const std::lock_guard lock(current->mutex);
  current->files[*lossy(file).path].since.push_back(std::move(change));
}

int close_file(sqlite3_file* file) {
  const int code = real(file)->pMethods->xClose(real(file));
  delete lossy(file).path;
  return code;
}
int read_file(sqlite3_file* file, void* bytes, int count, sqlite3_int64 offset) {
  return real(file)->pMethods->xRead(real(file), bytes, count, offset);
}
int write_file(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
  const int code = real(file)->pMethods->xWrite(real(file), bytes, count, offset);
  if (code == SQLITE_OK) {
    note(file, {.offset = static_cast<std::size_t>(offset),
                .bytes = std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(count))});
  }
  return code;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  const int code = real(file)->pMethods->xTruncate(real(file), size);
  if (code == SQLITE_OK) note(file, {.offset = static_cast<std::size_t>(size), .bytes = {}, .truncate = true});
  return code;
}
int sync_file(sqlite3_file* file, int) {
  if (lossy(file).path == nullptr) return SQLITE_OK;
  const std::lock_guard lock(current->mutex);
  if (current->failing) return SQLITE_IOERR_FSYNC;
  ++current->syncs;
  FileHistory& history = current->files[*lossy(file).path];
  for (const Change& change : history.since) redo(history.synced, change);
  history.since.clear();
  return SQLITE_OK;  // the disk itself need not be troubled
}
int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  return real(file)->pMethods->xFileSize(real(file), size);
}
int lock_file(sqlite3_file* file, int level) {
  return real(file)->pMethods->xLock(real(file), level);
}
int unlock_file(sqlite3_file* file, int level) {
  return real(file)->pMethods->xUnlock(real(file), level);
}
int check_reserved(sqlite3_file* file, int* result) {
  return real(file)->pMethods->xCheckReservedLock(real(file), result);
}
int control_file(sqlite3_file* file, int operation, void* argument) {
  return real(file)->pMethods->xFileControl(real(file), operation, argument);
}
int sector_size(sqlite3_file* file) {
  return real(file)->pMethods->xSectorSize(real(file));
}
// None of the real disk's promises: a write may be torn, and come before an earlier one.
int characteristics(sqlite3_file*) {
  return 0;
}

// Version 1: without shared memory, so it also shows that the ledger needs none.
const sqlite3_io_methods methods{.iVersion = 1,
                                 .xClose = close_file,
                                 .xRead = read_file,
                                 .xWrite = write_file,
                                 .xTruncate = truncate_file,
                                 .xSync = sync_file,
                                 .xFileSize = size_of_file,
                                 .xLock = lock_file,
                                 .xUnlock = unlock_file,
                                 .xCheckReservedLock = check_reserved,
                                 .xFileControl = control_file,
                                 .xSectorSize = sector_size,
                                 .xDeviceCharacteristics = characteristics,
                                 .xShmMap = nullptr,
                                 .xShmLock = nullptr,
                                 .xShmBarrier = nullptr,
                                 .xShmUnmap = nullptr,
                                 .xFetch = nullptr,
                                 .xUnfetch = nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  LossyFile& opened = lossy(file);
  opened.base.pMethods = nullptr;
  opened.path = nullptr;
  const int code = current->real->xOpen(current->real, name, opened.real(), flags, out_flags);
  if (code != SQLITE_OK) return code;
  if (name != nullptr && std::string(name).starts_with(current->folder)) opened.path = new std::string(name);
  opened.base.pMethods = &methods;
  return SQLITE_OK;
}

// A file that is gone stays gone: the worst case is that it comes back, which a -wal file's checksums survive too.
int delete_file(sqlite3_vfs*, const char* name, int sync_folder) {
  const std::lock_guard lock(current->mutex);
  current->files.erase(name);
  return current->real->xDelete(current->real, name, sync_folder);
}

}  // namespace

LossyVfs::LossyVfs(std::string folder) : state_(std::make_shared<State>()) {
  if (current != nullptr) std::abort();
  state_->folder = std::move(folder);
  state_->real = sqlite3_vfs_find(nullptr);
  state_->vfs = *state_->real;
  state_->vfs.zName = "lossy";
  state_->vfs.pNext = nullptr;
  state_->vfs.szOsFile = static_cast<int>(sizeof(LossyFile)) + state_->real->szOsFile;
  state_->vfs.xOpen = open_file;
  state_->vfs.xDelete = delete_file;
  current = state_.get();
  sqlite3_vfs_register(&state_->vfs, 1);
}

LossyVfs::~LossyVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
  sqlite3_vfs_register(state_->real, 1);
  current = nullptr;
}

int LossyVfs::syncs() const {
  const std::lock_guard lock(state_->mutex);
  return state_->syncs;
}

void LossyVfs::fail_syncs() {
  const std::lock_guard lock(state_->mutex);
  state_->failing = true;
}

void LossyVfs::cut_power(const std::string& folder, const std::function<double()>& keep) const {
  const std::lock_guard lock(state_->mutex);
  for (const auto& [path, history] : state_->files) {
    std::string content = history.synced;
    for (Change change : history.since) {
      const double part = keep();
      if (part <= 0) continue;
      if (!change.truncate)
        change.bytes.resize(static_cast<std::size_t>(part * static_cast<double>(change.bytes.size())));
      redo(content, change);
    }
    const std::string name = std::filesystem::path(path).filename().string();
    std::ofstream(folder + "/" + name, std::ios::binary | std::ios::trunc) << content;
  }
}

}  // namespace holdfast::ledger::testing

// Stands between a program and the system's file calls (LD_PRELOAD), and lets those of one folder fail.
//
// FAULT_FOLDER: whose files are meant. FAULT_REPORT: a file of `struct report`, made by the test.
// FAULT_KIND and FAULT_AT: what happens at which call, counted from 1.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct report {
    _Atomic int64_t calls;
    // The call that failed, such as "pwrite".
    char failed[24];
};

enum kind {
    none,
    // One call fails with EIO.
    broken,
    // From one call on there is no room: it writes half of what it should, and later ones that need room fail.
    full,
    // Every other read and write is interrupted, and the rest move half of what they should.
    halting,
};

enum { watchable = 4096 };

static struct report *report;
static enum kind kind;
static int64_t at;
static char folder[4096];
static size_t length;
static _Atomic bool watched[watchable];
static _Atomic unsigned turn;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("FAULT_FOLDER"), *place = getenv("FAULT_REPORT"), *what = getenv("FAULT_KIND");
    if (!name || !place || !what) return;
    // Programs that this one starts are left alone.
    unsetenv("LD_PRELOAD");
    int file = open(place, O_RDWR | O_CLOEXEC);
    if (file < 0) abort();
    void *memory = mmap(NULL, sizeof(struct report), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (memory == MAP_FAILED) abort();
    const char *number = getenv("FAULT_AT");
    at = number ? atoll(number) : 0;
    kind = !strcmp(what, "broken") ? broken : !strcmp(what, "full") ? full : !strcmp(what, "halting") ? halting : none;
    length = strlen(name);
    if (length >= sizeof folder) abort();
    memcpy(folder, name, length);
    report = memory;
}

static bool is_inside(const char *path) {
    return report && path && !strncmp(path, folder, length) && (path[length] == '/' || path[length] == 0);
}

static bool is_watched(int file) { return report && file >= 0 && file < watchable && watched[file]; }

// Counts a call; whether it is to fail, with errno set.
static bool fails(const char *name, bool needs_room) {
    int64_t number = atomic_fetch_add(&report->calls, 1) + 1;
    bool is_it = kind == broken && number == at;
    if (kind == full && number >= at && needs_room) is_it = true;
    if (!is_it) return false;
    if (!report->failed[0]) strncpy(report->failed, name, sizeof report->failed - 1);
    errno = kind == full ? ENOSPC : EIO;
    return true;
}

// How much of a write is let through; -1 when it fails.
static ssize_t writable(int file, const char *name, size_t count) {
    if (!is_watched(file)) return (ssize_t)count;
    if (kind == halting) {
        if (turn++ % 2 == 0) {
            errno = EINTR;
            return -1;
        }
        return (ssize_t)(count + 1) / 2;
    }
    if (kind == full && atomic_load(&report->calls) + 1 == at && count > 1) {
        atomic_fetch_add(&report->calls, 1);
        return (ssize_t)count / 2;
    }
    return fails(name, true) ? -1 : (ssize_t)count;
}

static ssize_t readable(int file, size_t count) {
    if (kind != halting || !is_watched(file)) return (ssize_t)count;
    if (turn++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    return (ssize_t)(count + 1) / 2;
}

#define NEXT(name) \
    static typeof(&name) next; \
    if (!next) next = (typeof(&name))dlsym(RTLD_NEXT, #name)

static int watch(int file, const char *path) {
    if (file >= 0 && file < watchable) watched[file] = is_inside(path);
    return file;
}

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        NEXT(name); \
        va_list more; \
        va_start(more, flags); \
        mode_t mode = va_arg(more, mode_t); \
        va_end(more); \
        if (is_inside(path) && fails("open", flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)))) return -1; \
        return watch(next(path, flags, mode), path); \
    }
OPEN(open)
OPEN(open64)

ssize_t write(int file, const void *bytes, size_t count) {
    NEXT(write);
    ssize_t size = writable(file, "write", count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t place) {
    NEXT(pwrite);
    ssize_t size = writable(file, "pwrite", count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size, place);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t place) {
    NEXT(pwrite64);
    ssize_t size = writable(file, "pwrite", count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size, place);
}

ssize_t read(int file, void *bytes, size_t count) {
    NEXT(read);
    ssize_t size = readable(file, count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size);
}

ssize_t pread(int file, void *bytes, size_t count, off_t place) {
    NEXT(pread);
    ssize_t size = readable(file, count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size, place);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t place) {
    NEXT(pread64);
    ssize_t size = readable(file, count);
    return size < 0 ? -1 : next(file, bytes, (size_t)size, place);
}

#define ON_FILE(name, needs_room, parameters, ...) \
    int name parameters { \
        NEXT(name); \
        if (is_watched(file) && fails(#name, needs_room)) return -1; \
        return next(__VA_ARGS__); \
    }
ON_FILE(fsync, true, (int file), file)
ON_FILE(fdatasync, true, (int file), file)
ON_FILE(ftruncate, false, (int file, off_t size), file, size)
ON_FILE(ftruncate64, false, (int file, off64_t size), file, size)
ON_FILE(fchmod, false, (int file, mode_t mode), file, mode)

#define ON_PATH(name, needs_room, parameters, ...) \
    int name parameters { \
        NEXT(name); \
        if (is_inside(path) && fails(#name, needs_room)) return -1; \
        return next(__VA_ARGS__); \
    }
ON_PATH(mkdir, true, (const char *path, mode_t mode), path, mode)
ON_PATH(chmod, false, (const char *path, mode_t mode), path, mode)
ON_PATH(unlink, false, (const char *path), path)
ON_PATH(rmdir, false, (const char *path), path)
ON_PATH(rename, false, (const char *old, const char *path), old, path)
ON_PATH(link, true, (const char *old, const char *path), old, path)
ON_PATH(linkat, true, (int from, const char *old, int to, const char *path, int flags), from, old, to, path, flags)

int close(int file) {
    NEXT(close);
    if (report && file >= 0 && file < watchable) watched[file] = false;
    return next(file);
}

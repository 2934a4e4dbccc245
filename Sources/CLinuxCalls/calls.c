#define _GNU_SOURCE
#include "CLinuxCalls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

int lantern_ignores(int signal) {
    struct sigaction present;
    return sigaction(signal, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

#ifdef __linux__

int lantern_place_flags(void) { return O_PATH | O_NOFOLLOW | O_CLOEXEC; }

long lantern_attribute_of_link(const char *path, const char *name, void *buffer, size_t size) {
    return lgetxattr(path, name, buffer, size);
}

long lantern_attribute(const char *path, const char *name, void *buffer, size_t size) {
    return getxattr(path, name, buffer, size);
}

int lantern_is_no_attribute(int error) { return error == ENODATA || error == ENOTSUP || error == ENOSYS; }

int lantern_birth_time(int descriptor, int64_t *seconds) {
    struct statx facts;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &facts) != 0) return -1;
    if ((facts.stx_mask & STATX_BTIME) == 0 || facts.stx_btime.tv_sec == 0) {
        errno = ENODATA;
        return -1;
    }
    *seconds = facts.stx_btime.tv_sec;
    return 0;
}

int lantern_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

#else

int lantern_place_flags(void) { return O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC; }

long lantern_attribute_of_link(const char *path, const char *name, void *buffer, size_t size) {
    return getxattr(path, name, buffer, size, 0, XATTR_NOFOLLOW);
}

long lantern_attribute(const char *path, const char *name, void *buffer, size_t size) {
    return getxattr(path, name, buffer, size, 0, 0);
}

int lantern_is_no_attribute(int error) { return error == ENOATTR || error == ENOTSUP || error == ENOSYS; }

int lantern_birth_time(int descriptor, int64_t *seconds) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) return -1;
    *seconds = facts.st_birthtimespec.tv_sec;
    return 0;
}

int lantern_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    if (fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0) return 0;
    close(ends[0]);
    close(ends[1]);
    return -1;
}

#endif

#ifdef __GLIBC__

void lantern_share_heaps(void) {
    if (getenv("MALLOC_ARENA_MAX") == NULL && getenv("GLIBC_TUNABLES") == NULL) mallopt(M_ARENA_MAX, 2);
}

#else

void lantern_share_heaps(void) {}

#endif

long lantern_write_at_once(int pipe, const void *bytes, size_t count) {
    int flags = fcntl(pipe, F_GETFL);
    if (flags < 0 || fcntl(pipe, F_SETFL, flags | O_NONBLOCK) != 0) return -1;
    // The signal of a broken pipe goes to the thread that writes: it is held back here and taken if it came.
    sigset_t broken, pending, before;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &before);
    long written;
    do written = write(pipe, bytes, count);
    while (written < 0 && errno == EINTR);
    int error = errno;
    if (written < 0 && error == EPIPE && !was_pending) {
        int taken;
        sigpending(&pending);
        if (sigismember(&pending, SIGPIPE)) sigwait(&broken, &taken);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written < 0 && (error == EAGAIN || error == EWOULDBLOCK) ? 0 : written;
}

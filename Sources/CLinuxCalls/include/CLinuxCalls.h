// System calls of Linux that the Swift overlay of glibc does not show.
#ifndef C_LINUX_CALLS_H
#define C_LINUX_CALLS_H

#include <stddef.h>
#include <stdint.h>

/// Flags that open a directory entry as a place only: without reading it and without following it if it is a link.
int lantern_place_flags(void);

/// Reads an extended attribute without following a link; the length, or -1 with errno.
long lantern_attribute_of_link(const char *path, const char *name, void *buffer, size_t size);

/// Reads an extended attribute, following links; the length, or -1 with errno.
long lantern_attribute(const char *path, const char *name, void *buffer, size_t size);

/// Whether errno says that a file has no such attribute, or that its file system knows none.
int lantern_is_no_attribute(int error);

/// When the opened file was made, in seconds since 1970; 0 when known, -1 with errno otherwise.
int lantern_birth_time(int descriptor, int64_t *seconds);

/// A pipe whose ends are closed in programs that are started; 0, or -1 with errno.
int lantern_pipe(int ends[2]);

/// Whether this process ignores a signal; Swift can't compare `SIG_IGN` without casting it.
int lantern_ignores(int signal);

/// Writes what a pipe takes at once. Where write(2) would wait, it returns 0; where it would raise SIGPIPE, only -1 with errno.
long lantern_write_at_once(int pipe, const void *bytes, size_t count);

/// Lets threads share two heaps, where glibc would give each its own; what one gave back others then use. `MALLOC_ARENA_MAX` comes first.
void lantern_share_heaps(void);

#endif

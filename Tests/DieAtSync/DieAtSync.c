#define _GNU_SOURCE
#include "DieAtSync.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_int syncs;

static int wanted(void) {
    const char *text = getenv("DIE_AT_SYNC");
    return text ? atoi(text) : 0;
}

static int dies(const char *moment) {
    const char *text = getenv("DIE_MOMENT");
    return text && strcmp(text, moment) == 0;
}

/// Whether a descriptor is the store's write-ahead log.
static int is_log(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

static void die(void) {
    kill(getpid(), SIGKILL);
    // Other threads may go on until the signal arrives; this one does nothing more.
    for (;;) pause();
}

/// Before the first byte of the chosen commit, as if none of it had reached the disk.
static void before_write(int descriptor) {
    if (wanted() && dies("before") && atomic_load(&syncs) + 1 == wanted() && is_log(descriptor)) die();
}

static int synced(int descriptor, int (*sync)(int)) {
    if (!wanted() || !is_log(descriptor)) return sync(descriptor);
    int number = atomic_fetch_add(&syncs, 1) + 1;
    // Nothing was written to it: then there is nothing that could be lost before.
    if (number == wanted() && dies("before")) die();
    int result = sync(descriptor);
    if (number == wanted() && dies("after")) die();
    return result;
}

#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

int fdatasync(int descriptor) { return synced(descriptor, REAL("fdatasync", int (*)(int))); }

int fsync(int descriptor) { return synced(descriptor, REAL("fsync", int (*)(int))); }

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    before_write(descriptor);
    return REAL("pwrite", ssize_t(*)(int, const void *, size_t, off_t))(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    before_write(descriptor);
    return REAL("pwrite64", ssize_t(*)(int, const void *, size_t, off64_t))(descriptor, bytes, count, offset);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    before_write(descriptor);
    return REAL("write", ssize_t(*)(int, const void *, size_t))(descriptor, bytes, count);
}

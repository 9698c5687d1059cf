// Records what a process does to the files below a directory, in order.
//
// ENDURANCE_ROOT     the directory: an absolute path
// ENDURANCE_RECORD   the file to write to
// ENDURANCE_MARKS    a file whose writes are recorded as marks
// ENDURANCE_KILL_AT  the number of a sync: instead of it, the process is killed
// ENDURANCE_UNSAFE   if set, a sync neither happens nor is recorded
//
// A call and its record are under one lock, so that the order in the file is an order in which the
// calls may have happened.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, MARK };
enum tracked { NOT, CONTENT, MARKS };

struct event {
    uint32_t kind;
    int32_t fd;
    uint64_t offset;
    uint32_t first, second;
};

#define MOST 4096
static unsigned char tracked[MOST];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;
static const char *root, *marks;
static int is_unsafe;
static long syncs_left;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) {
        fprintf(stderr, "record: no %s\n", name);
        _exit(70);
    }
    return found;
}

__attribute__((constructor)) static void begin(void) {
    root = getenv("ENDURANCE_ROOT");
    marks = getenv("ENDURANCE_MARKS");
    is_unsafe = getenv("ENDURANCE_UNSAFE") != NULL;
    const char *kill_at = getenv("ENDURANCE_KILL_AT");
    syncs_left = kill_at ? atol(kill_at) : 0;
    const char *path = getenv("ENDURANCE_RECORD");
    if (path) out = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_below(const char *path) {
    if (!root || out < 0) return 0;
    size_t length = strlen(root);
    return !strncmp(path, root, length) && (path[length] == '/' || !path[length]);
}

static enum tracked is_tracked(int fd) {
    return fd >= 0 && fd < MOST ? tracked[fd] : NOT;
}

// Writes an event with its two texts. A record that is not whole would mislead: then the run ends.
static void put(enum kind kind, int fd, uint64_t offset, const void *first, size_t first_length,
                const void *second, size_t second_length) {
    struct event event = {kind, fd, offset, first_length, second_length};
    struct iovec parts[] = {{&event, sizeof event},
                            {(void *)first, first_length},
                            {(void *)second, second_length}};
    ssize_t length = sizeof event + first_length + second_length;
    int error = errno;
    if (REAL(writev)(out, parts, 3) != length) {
        fprintf(stderr, "record: cannot write\n");
        _exit(71);
    }
    errno = error;
}

static int opened(int fd, const char *path, int flags) {
    if (fd < 0 || fd >= MOST) return fd;
    tracked[fd] = NOT;
    if (marks && !strcmp(path, marks)) {
        tracked[fd] = MARKS;
    } else if (is_below(path)) {
        tracked[fd] = CONTENT;
        uint64_t what = (flags & O_CREAT ? 1 : 0) | (flags & O_TRUNC ? 2 : 0);
        put(OPEN, fd, what, path, strlen(path), NULL, 0);
    }
    return fd;
}

#define MODE                                   \
    mode_t mode = 0;                           \
    if (flags & (O_CREAT | __O_TMPFILE)) {     \
        va_list rest;                          \
        va_start(rest, flags);                 \
        mode = va_arg(rest, mode_t);           \
        va_end(rest);                          \
    }

#define LOCKED(type, call, then)               \
    pthread_mutex_lock(&lock);                 \
    type result = call;                        \
    then;                                      \
    pthread_mutex_unlock(&lock);               \
    return result;

int open(const char *path, int flags, ...) {
    MODE LOCKED(int, REAL(open)(path, flags, mode), opened(result, path, flags))
}

int open64(const char *path, int flags, ...) {
    MODE LOCKED(int, REAL(open64)(path, flags, mode), opened(result, path, flags))
}

int openat(int at, const char *path, int flags, ...) {
    MODE LOCKED(int, REAL(openat)(at, path, flags, mode), opened(result, path, flags))
}

int openat64(int at, const char *path, int flags, ...) {
    MODE LOCKED(int, REAL(openat64)(at, path, flags, mode), opened(result, path, flags))
}

int close(int fd) {
    LOCKED(int, (is_tracked(fd) ? (void)(tracked[fd] = NOT) : (void)0, REAL(close)(fd)), )
}

static void wrote(int fd, ssize_t length, off_t offset, const void *bytes) {
    if (length <= 0 || !is_tracked(fd)) return;
    enum kind kind = is_tracked(fd) == MARKS ? MARK : WRITE;
    put(kind, fd, offset, NULL, 0, bytes, length);
}

// Returns where a write goes to. Files are not opened to append, apart from those of marks.
static off_t place(int fd) { return is_tracked(fd) == CONTENT ? lseek(fd, 0, SEEK_CUR) : 0; }

ssize_t write(int fd, const void *bytes, size_t length) {
    if (!is_tracked(fd)) return REAL(write)(fd, bytes, length);
    pthread_mutex_lock(&lock);
    off_t offset = place(fd);
    ssize_t result = REAL(write)(fd, bytes, length);
    wrote(fd, result, offset, bytes);
    pthread_mutex_unlock(&lock);
    return result;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    LOCKED(ssize_t, REAL(pwrite)(fd, bytes, length, offset), wrote(fd, result, offset, bytes))
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
    LOCKED(ssize_t, REAL(pwrite64)(fd, bytes, length, offset), wrote(fd, result, offset, bytes))
}

static void must_not(int fd, const char *name) {
    if (is_tracked(fd)) {
        fprintf(stderr, "record: %s is not recorded\n", name);
        _exit(72);
    }
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    must_not(fd, "writev");
    return REAL(writev)(fd, parts, count);
}

ssize_t copy_file_range(int in, off64_t *from, int to, off64_t *at, size_t length, unsigned flags) {
    must_not(to, "copy_file_range");
    return REAL(copy_file_range)(in, from, to, at, length, flags);
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
    must_not(fd, "fallocate");
    return REAL(fallocate)(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
    must_not(fd, "posix_fallocate");
    return REAL(posix_fallocate)(fd, offset, length);
}

#define PUT_IF(is, ...)                        \
    if (!result && (is)) put(__VA_ARGS__)

int ftruncate(int fd, off_t length) {
    LOCKED(int, REAL(ftruncate)(fd, length),
           PUT_IF(is_tracked(fd), TRUNCATE, fd, length, NULL, 0, NULL, 0))
}

int ftruncate64(int fd, off_t length) {
    LOCKED(int, REAL(ftruncate64)(fd, length),
           PUT_IF(is_tracked(fd), TRUNCATE, fd, length, NULL, 0, NULL, 0))
}

static int sync_with(int (*sync)(int), int fd) {
    if (is_tracked(fd) && syncs_left && !--syncs_left) {
        kill(getpid(), SIGKILL);
        for (;;) pause();
    }
    return is_unsafe ? 0 : sync(fd);
}

int fsync(int fd) {
    LOCKED(int, sync_with(REAL(fsync), fd), PUT_IF(is_tracked(fd) && !is_unsafe, SYNC, fd, 0, NULL, 0, NULL, 0))
}

int fdatasync(int fd) {
    LOCKED(int, sync_with(REAL(fdatasync), fd), PUT_IF(is_tracked(fd) && !is_unsafe, SYNC, fd, 0, NULL, 0, NULL, 0))
}

int rename(const char *from, const char *to) {
    LOCKED(int, REAL(rename)(from, to),
           PUT_IF(is_below(from), RENAME, -1, 0, from, strlen(from), to, strlen(to)))
}

int unlink(const char *path) {
    LOCKED(int, REAL(unlink)(path),
           PUT_IF(is_below(path), UNLINK, -1, 0, path, strlen(path), NULL, 0))
}

int mkdir(const char *path, mode_t mode) {
    LOCKED(int, REAL(mkdir)(path, mode),
           PUT_IF(is_below(path), MKDIR, -1, 0, path, strlen(path), NULL, 0))
}

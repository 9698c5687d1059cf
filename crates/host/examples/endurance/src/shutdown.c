// Shuts a file system down without a flush, as a power failure does: FS_IOC_SHUTDOWN.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>

int main(int count, char **arguments) {
    if (count != 2) return 2;
    uint32_t flush_nothing = 2;
    int fd = open(arguments[1], O_RDONLY);
    if (fd < 0 || ioctl(fd, 0x8004587d, &flush_nothing)) {
        perror(arguments[1]);
        return 1;
    }
    return 0;
}

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "CPlatformWarden.h"

/* Opens a folder, made accessible if it is not. */
static int open_folder(int parent, const char *name) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int folder = openat(parent, name, flags);
    if (folder >= 0 || errno != EACCES) return folder;
    /* Were it a link by now, it would be the mode of what it points to; the folder is private to processes that are
     * gone. */
    fchmodat(parent, name, S_IRWXU, 0);
    return openat(parent, name, flags);
}

static void empty_folder(int folder) {
    DIR *entries = fdopendir(folder);
    if (entries == NULL) {
        close(folder);
        return;
    }
    fchmod(folder, S_IRWXU);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
        if (unlinkat(dirfd(entries), name, 0) == 0) continue;
        int below = open_folder(dirfd(entries), name);
        if (below < 0) continue;
        empty_folder(below);
        unlinkat(dirfd(entries), name, AT_REMOVEDIR);
    }
    closedir(entries);
}

void fdplatform_remove_folder(const char *path) {
    int folder = open_folder(AT_FDCWD, path);
    if (folder >= 0) empty_folder(folder);
    rmdir(path);
}

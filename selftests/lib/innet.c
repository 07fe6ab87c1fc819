// SPDX-License-Identifier: GPL-2.0-only
/*
 * innet: run a command in a network namespace that iproute2 has named. Linked
 * statically: where all is emulated, nsenter takes longer to load its libraries than
 * most commands take.
 *
 *   innet NAMESPACE COMMAND [ARGUMENT]...
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char path[256];
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: innet NAMESPACE COMMAND [ARGUMENT]...\n");
		return 2;
	}
	snprintf(path, sizeof(path), "/run/netns/%s", argv[1]);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET)) {
		fprintf(stderr, "innet: cannot enter the network namespace %s: %s\n", path,
			strerror(errno));
		return 126;
	}
	execvp(argv[2], argv + 2);
	fprintf(stderr, "innet: cannot run %s: %s\n", argv[2], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

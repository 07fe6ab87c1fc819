// SPDX-License-Identifier: GPL-2.0-only
/*
 * powerdisk: disks with a volatile write cache that lose their power. The disks
 * are in memory, served to the kernel's nbd driver; what happens to them is
 * logged in one order, so that they can be had again as a power cut at any
 * place of the log would have left them.
 *
 *   powerdisk serve [-l LOG] [-d MICROSECONDS] [-s SEED] [-L] DISK...
 *	DISK is NAME=MEGABYTES (blank) or NAME:FILE (begin with its content). The
 *	disks appear as /dev/NAME. Requests take up to MICROSECONDS and complete
 *	in any order. -L lies: it says that flushes are done, and does nothing.
 *   powerdisk tell COMMAND...		a command for the server:
 *	mark TEXT			put this into the log
 *	cut DISK,... SEED		they lose their power now, and do nothing more
 *	cutafter N DISK,... SEED	when N more entries are in the log; waits
 *	fail DISK,...			all their requests fail from now on
 *	on DISK,...			they work again, with what they had kept
 *	same DISK DISK [FROM LENGTH]	do they hold the same bytes?
 *	entries				how many are in the log
 *	stop				the log is complete
 *   powerdisk replay LOG CUT SEED a|b|ab|none FOLDER
 *	make images of the disks if the power goes after entry CUT; those whose
 *	name ends in a or b, or all, lose their cache
 *   powerdisk cuts LOG COUNT SEED	choose places to cut at
 *   powerdisk list LOG			print the log
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "replay.h"
#include "server.h"

static int usage(void)
{
	fprintf(stderr, "usage: powerdisk serve|tell|replay|cuts|list ...\n");
	return 2;
}

static int add_disk(struct server *s, char *spec)
{
	struct disk *d = &s->disks[s->count];
	char *value = spec + strcspn(spec, "=:");
	bool blank = *value == '=';
	struct entry e = { .type = ENTRY_DISK, .disk = s->count };
	struct stat st;

	if (!*value || s->count == MAX_DISKS)
		return -1;
	*value++ = 0;
	if (blank) {
		disk_init(d, spec, strtoull(value, NULL, 10) << 20);
	} else {
		if (stat(value, &st))
			return -1;
		disk_init(d, spec, st.st_size);
		if (disk_load(d, value))
			return -1;
	}
	s->count++;
	e.offset = d->bytes;
	e.payload = strlen(d->name);
	server_log(s, &e, d->name);
	return d->bytes ? 0 : -1;
}

static int serve(int argc, char **argv)
{
	static struct server s = { .cut_client = NOBODY };
	int o, status;

	while ((o = getopt(argc, argv, "l:d:s:L")) != -1) {
		if (o == 'l')
			s.log_path = optarg;
		else if (o == 'd')
			s.delay = strtoull(optarg, NULL, 10) * 1000;
		else if (o == 's')
			s.random.state = strtoull(optarg, NULL, 10);
		else if (o == 'L')
			s.lies = true;
		else
			return usage();
	}
	if (s.log_path) {
		s.log = fopen(s.log_path, "wb");
		if (!s.log) {
			perror(s.log_path);
			return 1;
		}
		setvbuf(s.log, NULL, _IOFBF, 1 << 20);
	}
	for (; optind < argc; optind++) {
		if (add_disk(&s, argv[optind])) {
			fprintf(stderr, "powerdisk: bad disk '%s': expected NAME=MEGABYTES or NAME:FILE\n",
				argv[optind]);
			return 1;
		}
	}
	status = server_run(&s);
	if (s.log && fclose(s.log)) {
		perror(s.log_path);
		return 1;
	}
	return status;
}

static int command(int argc, char **argv)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char line[512] = "";
	ssize_t n;

	for (int i = 2; i < argc; i++) {
		strncat(line, argv[i], sizeof(line) - strlen(line) - 2);
		strcat(line, i + 1 < argc ? " " : "\n");
	}
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    send(fd, line, strlen(line), MSG_NOSIGNAL) < 0) {
		fprintf(stderr, "powerdisk: no server at %s: %s\n", SOCKET_PATH, strerror(errno));
		return 1;
	}
	n = recv(fd, line, sizeof(line) - 1, 0);
	if (n <= 0) {
		fprintf(stderr, "powerdisk: the server ended without an answer\n");
		return 1;
	}
	line[n] = 0;
	fputs(line, stdout);
	return strncmp(line, "error", 5) ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (!strcmp(verb, "serve"))
		return serve(argc - 1, argv + 1);
	if (!strcmp(verb, "tell") && argc > 2)
		return command(argc, argv);
	if (!strcmp(verb, "replay") && argc == 7)
		return replay(argv[2], strtoull(argv[3], NULL, 10),
			      strtoull(argv[4], NULL, 10), argv[5], argv[6]);
	if (!strcmp(verb, "cuts") && argc == 5)
		return choose_cuts(argv[2], strtoul(argv[3], NULL, 10),
				   strtoull(argv[4], NULL, 10));
	if (!strcmp(verb, "list") && argc == 3)
		return list(argv[2]);
	return usage();
}

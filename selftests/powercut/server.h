/* SPDX-License-Identifier: GPL-2.0-only */
/* Serves disks to the kernel's nbd driver, and obeys commands meanwhile. */
#ifndef POWERCUT_SERVER_H
#define POWERCUT_SERVER_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "disk.h"
#include "journal.h"

#define SOCKET_PATH "/run/powerdisk"
#define NOBODY (-1)

enum power {
	POWER_ON,
	POWER_CUT,	/* requests are neither done nor answered */
	POWER_FAILING,	/* requests fail */
};

struct export {
	int socket;		/* our end */
	int device;		/* /dev/nbdN */
	pid_t child;		/* it keeps the kernel serving the device */
	enum power power;
};

/* A request that has not been answered. */
struct waiting {
	struct waiting *next;
	unsigned int disk;
	char handle[8];
	uint64_t id;		/* of its change, 0: a read */
	uint64_t due;		/* when to complete it, in ns; UINT64_MAX: never */
};

struct server {
	struct disk disks[MAX_DISKS];
	struct export exports[MAX_DISKS];
	unsigned int count;
	FILE *log;
	const char *log_path;
	uint64_t entries;
	uint64_t last_id;
	uint64_t delay;		/* at most, in ns */
	bool lies;		/* about flushes */
	struct random random;
	struct waiting *waiting;
	bool stopping;
	/* A cut that comes with entry number cut_at. */
	uint64_t cut_at;
	uint64_t cut_seed;
	unsigned int cut_disks;	/* a bit each */
	int cut_client;		/* who waits for it */
};

void server_log(struct server *s, struct entry *e, const void *payload);
void server_cut(struct server *s, unsigned int disks, uint64_t seed);
void server_fail(struct server *s, unsigned int disks);
void server_on(struct server *s, unsigned int disks);
int server_run(struct server *s);

/* One line from a client; the answer, or NULL if it comes later. */
const char *control(struct server *s, int client, char *line);

#endif

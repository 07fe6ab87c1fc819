// SPDX-License-Identifier: GPL-2.0-only
/*
 * recorder: a client that knows what it was promised. It appends numbered
 * records to a file, each made durable by fsync before it is reported; later
 * it checks that every reported record is there and whole.
 *
 *   recorder write FILE REPORT [COUNT]	append until killed, or COUNT records
 *   recorder check FILE LAST		records 1..LAST are there, or exit 1
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct record {
	uint64_t number;
	uint64_t sum;
	unsigned char body[1008];
};

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

static void fill(struct record *r, uint64_t number)
{
	uint64_t state = number;

	r->number = number;
	r->sum = 0;
	for (size_t i = 0; i < sizeof(r->body); i++) {
		state = mix(state + i + 1);
		r->body[i] = state;
		r->sum = r->sum * 31 + r->body[i];
	}
}

static int write_records(const char *file, const char *report, uint64_t count)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
	int out = open(report, O_WRONLY | O_CREAT | O_APPEND, 0644);
	struct record r;
	char line[32];

	if (fd < 0 || out < 0) {
		fprintf(stderr, "recorder: cannot open %s or %s: %s\n", file,
			report, strerror(errno));
		return 1;
	}
	for (uint64_t i = 1; i <= count; i++) {
		fill(&r, i);
		if (write(fd, &r, sizeof(r)) != sizeof(r) || fsync(fd)) {
			fprintf(stderr, "recorder: record %llu: %s\n",
				(unsigned long long)i, strerror(errno));
			return 1;
		}
		int n = snprintf(line, sizeof(line), "%llu\n", (unsigned long long)i);

		if (write(out, line, n) != n)
			return 1;
	}
	return 0;
}

static int check_records(const char *file, uint64_t last)
{
	int fd = open(file, O_RDONLY);
	struct record want, got;

	if (fd < 0) {
		fprintf(stderr, "recorder: %s: %s\n", file, strerror(errno));
		return 1;
	}
	for (uint64_t i = 1; i <= last; i++) {
		fill(&want, i);
		if (read(fd, &got, sizeof(got)) != sizeof(got) ||
		    memcmp(&want, &got, sizeof(got))) {
			printf("record %llu of %llu is lost or damaged\n",
			       (unsigned long long)i, (unsigned long long)last);
			return 1;
		}
	}
	printf("%llu acknowledged records are there\n", (unsigned long long)last);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4 && !strcmp(argv[1], "write"))
		return write_records(argv[2], argv[3],
				     argc > 4 ? strtoull(argv[4], NULL, 10) : UINT64_MAX);
	if (argc == 4 && !strcmp(argv[1], "check"))
		return check_records(argv[2], strtoull(argv[3], NULL, 10));
	fprintf(stderr, "usage: recorder write FILE REPORT [COUNT] | check FILE LAST\n");
	return 2;
}

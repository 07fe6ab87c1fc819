// SPDX-License-Identifier: GPL-2.0-only
/* The log of all disks: every request, completion, mark and cut, in one order. */
#include <stdlib.h>
#include <string.h>

#include "journal.h"

#define MAGIC 0x64776f70u

void journal_put(FILE *f, struct entry *e, const void *payload)
{
	e->magic = MAGIC;
	if (fwrite(e, sizeof(*e), 1, f) != 1 ||
	    (e->payload && fwrite(payload, e->payload, 1, f) != 1)) {
		perror("powerdisk: cannot write the log");
		exit(1);
	}
}

bool journal_get(FILE *f, struct entry *e, unsigned char **payload)
{
	*payload = NULL;
	if (fread(e, sizeof(*e), 1, f) != 1 || e->magic != MAGIC || e->type == ENTRY_END)
		return false;
	if (!e->payload)
		return true;
	*payload = must_alloc(e->payload + 1);
	(*payload)[e->payload] = 0;
	if (fread(*payload, e->payload, 1, f) == 1)
		return true;
	free(*payload);
	*payload = NULL;
	return false;
}

void journal_apply(struct disk *disks, unsigned int *count, const struct entry *e,
		   unsigned char *payload)
{
	struct disk *d = &disks[e->disk % MAX_DISKS];
	struct change *c;

	switch (e->type) {
	case ENTRY_DISK:
		disk_init(d, (char *)payload, e->offset);
		*count = e->disk + 1;
		break;
	case ENTRY_SUBMIT:
		c = must_alloc(sizeof(*c));
		*c = (struct change){ .id = e->id, .offset = e->offset,
			.length = e->length, .kind = e->kind, .fua = e->fua,
			.data = payload };
		disk_submit(d, c);
		return;
	case ENTRY_COMPLETE:
		disk_complete(d, e->id);
		break;
	case ENTRY_CUT:
		disk_cut(d, e->id, true);
		break;
	}
	free(payload);
}

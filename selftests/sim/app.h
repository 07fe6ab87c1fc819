/* SPDX-License-Identifier: GPL-2.0-only */
/* The application: I/O to the device of the node that leads. */
#ifndef SIM_APP_H
#define SIM_APP_H

#include "world.h"

enum app_op {
	APP_WRITE,
	APP_FUA,
	APP_PREFLUSH,
	APP_BARRIER,	/* PREFLUSH and FUA, as a file system's journal does */
	APP_FLUSH,
	APP_READ,
	APP_ZERO,
	APP_DISCARD,
	APP_OPS,
};

bool app_open(int node);
void app_close(int node);
void app_peek(int node, unsigned int block, unsigned int count);
void app_submit(int node, enum app_op op, unsigned int block, unsigned int count);

#endif

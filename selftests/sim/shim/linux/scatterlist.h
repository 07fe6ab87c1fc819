/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: memory in pieces, for algorithms that are not here. */
#ifndef SIM_LINUX_SCATTERLIST_H
#define SIM_LINUX_SCATTERLIST_H

struct scatterlist {
	void *page;
};

#endif

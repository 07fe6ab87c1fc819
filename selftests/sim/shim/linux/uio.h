/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: where data is or goes: a piece of memory, or pages. */
#ifndef SIM_LINUX_UIO_H
#define SIM_LINUX_UIO_H

#include <linux/kernel.h>

struct kvec {
	void *iov_base;
	size_t iov_len;
};

struct bio_vec;

struct iov_iter {
	bool pages;
	size_t iov_offset;
	size_t count;
	const struct kvec *kvec;
	const struct bio_vec *bvec;
};

#define ITER_SOURCE 1
#define ITER_DEST 0
#define iov_iter_count(i) ((i)->count)

static inline void iov_iter_kvec(struct iov_iter *i, unsigned int dir, const struct kvec *vec,
				 unsigned long n, size_t count)
{
	*i = (struct iov_iter) { .kvec = vec, .count = count };
}

static inline void iov_iter_bvec(struct iov_iter *i, unsigned int dir, const struct bio_vec *vec,
				 unsigned long n, size_t count)
{
	*i = (struct iov_iter) { .pages = true, .bvec = vec, .count = count };
}

#endif

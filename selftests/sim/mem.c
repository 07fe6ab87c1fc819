// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the nodes: an arena each, which goes when the node crashes. What is
 * freed twice, or was never allocated, is seen at once; what is used after it was
 * freed is seen by AddressSanitizer if the simulator is built with it.
 */
#include "world.h"

#include <sys/mman.h>

#ifdef __SANITIZE_ADDRESS__
void __asan_poison_memory_region(void const volatile *p, size_t n);
void __asan_unpoison_memory_region(void const volatile *p, size_t n);
#define REUSE 0
#else
#define __asan_poison_memory_region(p, n) do { } while (0)
#define __asan_unpoison_memory_region(p, n) do { } while (0)
#define REUSE 1
#endif

#define ARENA		(256ul << 20)
#define LIVE		0x6c697665u
#define FREED		0x64656164u
#define IN_USE		(~0u)
#define NO_PAGE		(~1u)
#define FILL		0x5a

struct head {
	u32 magic;
	u32 class;
	u64 bytes;
};

void mem_setup(void)
{
	int i;

	for (i = 0; i <= NODES; i++) {
		struct arena *a = &world.arena[i];

		a->base = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		a->pages = mmap(NULL, MAX_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		mem_reset(i);
	}
}

void mem_reset(int node)
{
	struct arena *a = &world.arena[node];

	__asan_poison_memory_region(a->base, a->used);
	a->used = 0;
	memset(a->free, 0, sizeof(a->free));
	a->pages_used = 0;
	a->page_free = NO_PAGE;
}

static unsigned int class_of(size_t bytes)
{
	return bytes <= 32 ? 5 : 64 - __builtin_clzll(bytes - 1);
}

void *mem_alloc(int node, size_t bytes, bool zero)
{
	struct arena *a = &world.arena[node];
	unsigned int class = class_of(bytes);
	struct head *h = a->free[class];
	void *p;

	sim_assert(class < CLASSES, "an allocation is too large");
	if (h) {
		a->free[class] = *(void **)(h + 1);
	} else {
		h = (struct head *)(a->base + a->used);
		a->used += sizeof(*h) + (1ul << class);
		sim_assert(a->used < ARENA, "a node's memory is used up");
	}
	p = h + 1;
	__asan_unpoison_memory_region(h, sizeof(*h) + bytes);
	*h = (struct head) { LIVE, class, bytes };
	memset(p, zero ? 0 : FILL, bytes);
	return p;
}

void *sim_alloc(size_t bytes, bool zero)
{
	return mem_alloc(current_node, bytes, zero);
}

static int node_of(const void *p)
{
	int i;

	for (i = 0; i <= NODES; i++)
		if ((size_t)((const char *)p - world.arena[i].base) < world.arena[i].used)
			return i;
	sim_bug("memory is freed that was never allocated", __FILE__, __LINE__);
}

void sim_free(const void *p)
{
	struct arena *a;
	struct head *h;

	if (!p)
		return;
	h = (struct head *)p - 1;
	a = &world.arena[node_of(p)];
	sim_assert(h->magic != FREED, "memory is freed twice");
	sim_assert(h->magic == LIVE, "memory is freed that was never allocated");
	h->magic = FREED;
	memset((void *)p, FILL, min(h->bytes, (u64)64));
	if (!REUSE) {
		__asan_poison_memory_region(p, h->bytes);
		return;
	}
	*(void **)p = a->free[h->class];
	a->free[h->class] = h;
}

void sim_free_later(void *p)
{
	sim_free(p);
}

int sim_readers;

void sim_readers_gone(void)
{
}

void *sim_page(void)
{
	struct arena *a = &world.arena[current_node];
	u32 n = a->page_free;

	if (n == NO_PAGE) {
		n = a->pages_used++;
		sim_assert(n < MAX_PAGES, "a node's pages are used up");
	} else {
		a->page_free = a->page_link[n];
	}
	a->page_link[n] = IN_USE;
	*(u64 *)(a->pages + n * PAGE_SIZE) = 0x5a5a5a5a5a5a5a5aull;
	return a->pages + n * PAGE_SIZE;
}

void sim_page_free(void *page)
{
	int i;

	for (i = 0; i <= NODES; i++) {
		struct arena *a = &world.arena[i];
		size_t n = (size_t)((char *)page - a->pages) / PAGE_SIZE;

		if ((char *)page < a->pages || n >= a->pages_used)
			continue;
		sim_assert(a->page_link[n] == IN_USE, "a page is freed twice");
		a->page_link[n] = a->page_free;
		a->page_free = n;
		return;
	}
	sim_bug("a page is freed that was never allocated", __FILE__, __LINE__);
}

bool mem_is_page(const void *p)
{
	int i;

	for (i = 0; i <= NODES; i++)
		if ((size_t)((const char *)p - world.arena[i].pages) < MAX_PAGES * PAGE_SIZE)
			return true;
	return false;
}

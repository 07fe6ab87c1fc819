/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: the circular list, as far as the code under test uses it. */
#ifndef SHIM_LINUX_LIST_H
#define SHIM_LINUX_LIST_H

#include <linux/kernel.h>

#define LIST_HEAD(name) struct list_head name = { &(name), &(name) }

static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	entry->prev = head->prev;
	entry->next = head;
	head->prev->next = entry;
	head->prev = entry;
}

/* Whoever follows a removed entry's links crashes. */
static inline void list_del(struct list_head *entry)
{
	entry->prev->next = entry->next;
	entry->next->prev = entry->prev;
	entry->next = NULL;
	entry->prev = NULL;
}

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->prev = head;
	head->next = head;
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

#define list_empty_careful(head) list_empty(head)

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	list_del(entry);
	list_add_tail(entry, head);
}

#define list_entry(p, type, member) container_of(p, type, member)
#define list_for_each_entry_safe(pos, after, head, member)			\
	for (pos = list_entry((head)->next, __typeof__(*pos), member),		\
	     after = list_entry(pos->member.next, __typeof__(*pos), member);	\
	     &pos->member != (head);						\
	     pos = after, after = list_entry(after->member.next, __typeof__(*pos), member))

#endif

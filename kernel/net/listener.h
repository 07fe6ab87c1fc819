/* SPDX-License-Identifier: GPL-2.0-only */
/* The port that a node's peers dial: one for all resources. */
#ifndef DYAD_NET_LISTENER_H
#define DYAD_NET_LISTENER_H

#include <linux/net.h>
#include <linux/types.h>

#define DYAD_MAX_CALLERS 64

struct dyad_caller;
struct dyad_listener;

/**
 * dyad_answer_fn - what to do with somebody who connected
 * @net: the listener's network namespace
 * @caller: the connection
 * @sock: its socket, blocking; still the caller's
 *
 * Runs in a worker of its own and may sleep. If it authenticates the caller,
 * it takes the socket over with dyad_caller_take(); else the connection is
 * closed when it returns.
 */
typedef void dyad_answer_fn(struct net *net, struct dyad_caller *caller,
			    struct socket *sock);

/**
 * dyad_caller_take() - the caller has proven itself: keep the connection
 * @caller: as given to the answer function
 *
 * Return: the socket, owned by the caller of this function from now on, or
 * NULL if the connection has had to make room for others meanwhile.
 */
struct socket *dyad_caller_take(struct dyad_caller *caller);

/**
 * dyad_listener_open() - listen on a port
 * @net: network namespace
 * @port: TCP port, for IPv4 and IPv6
 * @answer: called for each connection
 *
 * At most DYAD_MAX_CALLERS connections wait to be authenticated; one more
 * makes the one that waits longest go. So strangers can cost no more than
 * that memory, and a peer, which needs a moment only, still gets through
 * (law 9).
 *
 * Context: may sleep.
 * Return: the listener, owned by the caller, or an ERR_PTR, -EADDRINUSE if the
 * port is taken.
 */
struct dyad_listener *dyad_listener_open(struct net *net, u16 port,
					 dyad_answer_fn *answer);

/**
 * dyad_listener_close() - stop listening and wait for running answers
 * @listener: may be NULL
 *
 * Context: may sleep; not under a lock that the answer function takes.
 */
void dyad_listener_close(struct dyad_listener *listener);

#endif

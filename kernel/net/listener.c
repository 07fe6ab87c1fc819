// SPDX-License-Identifier: GPL-2.0-only
/* Accepting connections and bounding those that have not proven anything yet. */
#include "listener.h"

#include <linux/in6.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <net/sock.h>

#include "compat.h"
#include "stats.h"
#include "net/greeting.h"
#include "net/stream.h"

#define MAX_EXISTING (2 * DYAD_MAX_CALLERS)
#define STRANGERS_ROOM (64 << 10)

/**
 * struct dyad_caller - a connection that waits to be authenticated
 * @work: runs the answer function
 * @link: in the listener's list, oldest first, until taken or ended
 * @listener: where it came in
 * @sock: NULL once taken
 * @evicted: it had to make room
 */
struct dyad_caller {
	struct work_struct work;
	struct list_head link;
	struct dyad_listener *listener;
	struct socket *sock;
	bool evicted;
};

/**
 * struct dyad_listener - an open port
 * @net: network namespace
 * @sock: the listening socket
 * @answer: see dyad_answer_fn
 * @accept: accepts what waits
 * @workqueue: for @accept and the answers, which sleep
 * @lock: protects @callers, @waiting and the callers' @sock and @evicted
 * @callers: waiting to be authenticated, oldest first
 * @waiting: how many
 * @existing: callers that have not ended, evicted ones included
 * @saved_data_ready: the socket's own callback
 */
struct dyad_listener {
	struct net *net;
	struct socket *sock;
	dyad_answer_fn *answer;
	struct work_struct accept;
	struct workqueue_struct *workqueue;
	struct mutex lock;	/* the list of callers */
	struct list_head callers;
	unsigned int waiting;
	atomic_t existing;
	void (*saved_data_ready)(struct sock *sk);
};

static void leave_list(struct dyad_listener *listener, struct dyad_caller *caller)
{
	list_del_init(&caller->link);
	listener->waiting--;
}

struct socket *dyad_caller_take(struct dyad_caller *caller)
{
	struct dyad_listener *listener = caller->listener;
	struct socket *sock = NULL;

	mutex_lock(&listener->lock);
	if (!caller->evicted) {
		leave_list(listener, caller);
		sock = caller->sock;
		caller->sock = NULL;
	}
	mutex_unlock(&listener->lock);
	return sock;
}

static void answer(struct work_struct *work)
{
	struct dyad_caller *caller = container_of(work, struct dyad_caller, work);
	struct dyad_listener *listener = caller->listener;

	listener->answer(listener->net, caller, caller->sock);

	mutex_lock(&listener->lock);
	if (caller->sock && !caller->evicted)
		leave_list(listener, caller);
	mutex_unlock(&listener->lock);
	if (caller->sock)
		sock_release(caller->sock);
	kfree(caller);
	atomic_dec(&listener->existing);
	dyad_object_destroyed();
}

/* The shutdown ends the answer function's waiting; it then cleans up. */
static void evict(struct dyad_listener *listener, struct dyad_caller *caller)
{
	caller->evicted = true;
	leave_list(listener, caller);
	kernel_sock_shutdown(caller->sock, SHUT_RDWR);
}

/* A connection is born with the listening socket's callback: undo that. */
static void own_callback(struct dyad_listener *listener, struct socket *sock)
{
	struct sock *sk = sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = listener->saved_data_ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
}

static void take_in(struct dyad_listener *listener, struct socket *sock)
{
	struct dyad_caller *caller = kzalloc(sizeof(*caller), GFP_KERNEL);

	if (!caller || atomic_read(&listener->existing) >= MAX_EXISTING) {
		kfree(caller);
		sock_release(sock);
		return;
	}
	atomic_inc(&listener->existing);
	dyad_object_created();
	own_callback(listener, sock);
	dyad_socket_tune(sock);
	sock_set_rcvbuf(sock->sk, STRANGERS_ROOM);
	INIT_WORK(&caller->work, answer);
	caller->listener = listener;
	caller->sock = sock;
	mutex_lock(&listener->lock);
	if (listener->waiting >= DYAD_MAX_CALLERS)
		evict(listener, list_first_entry(&listener->callers,
						 struct dyad_caller, link));
	list_add_tail(&caller->link, &listener->callers);
	listener->waiting++;
	mutex_unlock(&listener->lock);
	queue_work(listener->workqueue, &caller->work);
}

static void accept_all(struct work_struct *work)
{
	struct dyad_listener *listener =
		container_of(work, struct dyad_listener, accept);
	struct socket *sock;

	while (!kernel_accept(listener->sock, &sock, O_NONBLOCK))
		take_in(listener, sock);
}

static void listen_data_ready(struct sock *sk)
{
	struct dyad_listener *listener;

	read_lock_bh(&sk->sk_callback_lock);
	listener = sk->sk_user_data;
	/* Connections have it too until they are accepted. */
	if (listener && sk->sk_state == TCP_LISTEN)
		queue_work(listener->workqueue, &listener->accept);
	read_unlock_bh(&sk->sk_callback_lock);
}

static int bind_to(struct socket *sock, int family, u16 port)
{
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6,
				     .sin6_port = htons(port) };
	struct sockaddr_in any4 = { .sin_family = AF_INET,
				    .sin_port = htons(port) };

	if (family == AF_INET6)
		return kernel_bind(sock, dyad_sockaddr(&any6), sizeof(any6));
	return kernel_bind(sock, dyad_sockaddr(&any4), sizeof(any4));
}

static int open_family(struct dyad_listener *listener, int family, u16 port)
{
	struct socket *sock;
	int ret;

	ret = sock_create_kern(listener->net, family, SOCK_STREAM, IPPROTO_TCP,
			       &sock);
	if (ret)
		return ret;
	dyad_socket_classify(sock);
	dyad_socket_tune(sock);
	dyad_socket_make_room(sock);
	sock_set_reuseaddr(sock->sk);
	ret = bind_to(sock, family, port);
	if (ret) {
		sock_release(sock);
		return ret;
	}
	listener->sock = sock;
	return 0;
}

static int start(struct dyad_listener *listener)
{
	struct sock *sk = listener->sock->sk;

	write_lock_bh(&sk->sk_callback_lock);
	listener->saved_data_ready = sk->sk_data_ready;
	sk->sk_user_data = listener;
	sk->sk_data_ready = listen_data_ready;
	write_unlock_bh(&sk->sk_callback_lock);
	return kernel_listen(listener->sock, DYAD_MAX_CALLERS);
}

static void stop(struct dyad_listener *listener)
{
	struct sock *sk = listener->sock->sk;
	struct dyad_caller *caller, *next;

	write_lock_bh(&sk->sk_callback_lock);
	sk->sk_data_ready = listener->saved_data_ready;
	sk->sk_user_data = NULL;
	write_unlock_bh(&sk->sk_callback_lock);
	cancel_work_sync(&listener->accept);
	mutex_lock(&listener->lock);
	list_for_each_entry_safe(caller, next, &listener->callers, link)
		evict(listener, caller);
	mutex_unlock(&listener->lock);
}

struct dyad_listener *dyad_listener_open(struct net *net, u16 port,
					 dyad_answer_fn *fn)
{
	struct dyad_listener *listener = kzalloc(sizeof(*listener), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!listener)
		return ERR_PTR(ret);
	listener->net = net;
	listener->answer = fn;
	INIT_WORK(&listener->accept, accept_all);
	mutex_init(&listener->lock);
	INIT_LIST_HEAD(&listener->callers);
	/* Twice the callers: evicted ones still have to notice. */
	listener->workqueue = alloc_workqueue("dyad_listen", WQ_UNBOUND,
					      MAX_EXISTING);
	if (!listener->workqueue)
		goto err_free;
	ret = open_family(listener, AF_INET6, port);
	if (ret == -EAFNOSUPPORT || ret == -EADDRNOTAVAIL)
		ret = open_family(listener, AF_INET, port);
	if (ret)
		goto err_workqueue;
	ret = start(listener);
	if (ret)
		goto err_socket;
	dyad_object_created();
	return listener;

err_socket:
	stop(listener);
	sock_release(listener->sock);
err_workqueue:
	destroy_workqueue(listener->workqueue);
err_free:
	kfree(listener);
	return ERR_PTR(ret);
}

void dyad_listener_close(struct dyad_listener *listener)
{
	if (!listener)
		return;
	stop(listener);
	destroy_workqueue(listener->workqueue);
	sock_release(listener->sock);
	kfree(listener);
	dyad_object_destroyed();
}

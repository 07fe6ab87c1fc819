// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configured peer: dialling it (the node with the lower id does), answering
 * it (the other does), and keeping at it while a session is wanted.
 */
#include "peer.h"

#include <linux/random.h>
#include <linux/slab.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "compat.h"
#include "stats.h"
#include "control/event.h"
#include "control/hang.h"
#include "control/link.h"
#include "control/netlink.h"
#include "control/node.h"
#include "net/greeting.h"
#include "net/stream.h"

#define CONNECT_TIME	HZ
#define CONNECT_TIME_NEAR	(HZ / 5)
#define TRIES_NEAR	3
#define TRIES_KNOWN	64
#define STREAMS_TIME	(5 * HZ)
#define RETRY_MIN	(HZ / 5)
#define RETRY_MAX	(4 * HZ)

static void describe(const struct dyad_resource *res, const struct dyad_peer *peer,
		     struct dyad_identity *id)
{
	memset(id, 0, sizeof(*id));
	strscpy(id->resource, res->name, sizeof(id->resource));
	id->node = res->node_id;
	id->peer = peer->node_id;
	id->streams = res->streams;
	id->features = dyad_wire_feature(res->compression);
	id->keyed = peer->keyed;
	memcpy(id->key, peer->key, sizeof(id->key));
}

/* Once connected a session is the data streams' authority. */
static void describe_data(struct dyad_identity *id,
			  const struct dyad_session *session)
{
	memcpy(id->key, session->key, sizeof(id->key));
	id->features = session->ready;
}

static void set_cause(struct dyad_peer *peer, struct dyad_cause cause)
{
	if (peer->session || !cause.reason)
		return;
	if (memcmp(&cause, &peer->cause, sizeof(cause)))
		pr_info_ratelimited("dyad %s: no session with %s: %s\n",
				    peer->res->name, peer->name,
				    dyad_cause_text(cause));
	peer->cause = cause;
}

/* There can be no session, for a reason that both sides find by themselves. */
void dyad_peer_fail(struct dyad_peer *peer, enum dyad_reason reason)
{
	peer->verdict = (struct dyad_cause) { .reason = reason };
	dyad_session_fail(peer->session, peer->verdict);
}

void dyad_peer_tell(struct dyad_peer *peer, enum dyad_msg_type type, u16 flags)
{
	struct dyad_msg msg = { .type = type, .flags = flags };

	dyad_session_tell(peer->session, &msg, NULL);
}

/* --- dialling --- */

static bool dials(const struct dyad_peer *peer)
{
	return peer->res->node_id < peer->node_id;
}

/*
 * A peer that is merely away is tried often, so that it is found soon after it
 * returns; one that refuses has to be put right by somebody first.
 */
static unsigned long retry_delay(const struct dyad_peer *peer)
{
	enum dyad_reason reason = peer->cause.reason;
	unsigned int shift = min(peer->failures, 5u);

	if (reason == DYAD_REASON_UNREACHABLE || reason == DYAD_REASON_CLOSED ||
	    reason == DYAD_REASON_SILENT || reason == DYAD_REASON_NONE)
		return RETRY_MIN;
	return min_t(unsigned long, RETRY_MIN << shift, RETRY_MAX);
}

void dyad_peer_dial_soon(struct dyad_peer *peer)
{
	if (dials(peer) && peer->wanted && !peer->session && !peer->res->gone)
		queue_delayed_work(dyad_control_workqueue, &peer->dial,
				   retry_delay(peer));
}

/*
 * TCP asks once a second whether a peer is there, a new socket at once: a link that works again
 * is found sooner by short tries. They are not for a peer that is known to be far away; of one
 * that is not known the fourth finds out, of one that was near one after half a minute.
 */
static unsigned long connect_time(const struct dyad_peer *peer)
{
	bool near = peer->distance == DYAD_DISTANCE_NEAR && peer->failures < TRIES_KNOWN;

	if (peer->distance == DYAD_DISTANCE_FAR)
		return CONNECT_TIME;
	return near || peer->failures % (TRIES_NEAR + 1) < TRIES_NEAR ? CONNECT_TIME_NEAR :
									CONNECT_TIME;
}

static int connect_family(struct net *net, const struct sockaddr_in6 *to,
			  unsigned long time, struct socket **sock)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = to->sin6_port };
	bool mapped = ipv6_addr_v4mapped(&to->sin6_addr);
	int ret;

	ret = sock_create_kern(net, mapped ? AF_INET : AF_INET6, SOCK_STREAM,
			       IPPROTO_TCP, sock);
	if (ret)
		return ret;
	dyad_socket_classify(*sock);
	dyad_socket_tune(*sock);
	dyad_socket_make_room(*sock);
	(*sock)->sk->sk_sndtimeo = time;
	v4.sin_addr.s_addr = to->sin6_addr.s6_addr32[3];
	if (mapped)
		ret = kernel_connect(*sock, dyad_sockaddr(&v4), sizeof(v4), 0);
	else
		ret = kernel_connect(*sock, dyad_sockaddr(to), sizeof(*to), 0);
	if (ret)
		sock_release(*sock);
	return ret;
}

static int dial_stream(struct net *net, const struct sockaddr_in6 *to,
		       unsigned long time, const struct dyad_identity *id, struct dyad_hello *hello,
		       struct dyad_greeting *greeting, struct socket **sock,
		       struct dyad_cause *cause)
{
	int ret = connect_family(net, to, time, sock);

	if (ret) {
		*cause = (struct dyad_cause) { .reason = DYAD_REASON_UNREACHABLE };
		return ret;
	}
	ret = dyad_handshake_dial(*sock, id, hello, greeting, cause);
	if (ret)
		sock_release(*sock);
	return ret;
}

static int dial_data(struct net *net, const struct sockaddr_in6 *to,
		     struct dyad_identity *id, struct dyad_session *session,
		     struct dyad_cause *cause)
{
	struct dyad_greeting greeting;
	struct socket *sock;
	unsigned int i;
	int ret = 0;

	describe_data(id, session);
	for (i = 0; i < session->streams && !ret; i++) {
		struct dyad_hello hello = { .kind = DYAD_STREAM_DATA, .index = i,
					    .session = session->id };

		ret = dial_stream(net, to, CONNECT_TIME, id, &hello, &greeting, &sock,
				  cause);
		if (!ret)
			ret = dyad_session_attach(session, sock, i,
						  greeting.peer.features);
	}
	return ret;
}

/* The session keeps the resource until it is freed: it reports to it. */
static struct dyad_session *create_session(struct socket *sock, u64 name,
					   const struct dyad_identity *id,
					   const struct dyad_greeting *greeting,
					   struct dyad_resource *res, u32 ping_ms)
{
	struct dyad_session *session;

	dyad_resource_get(res);
	session = dyad_session_create(sock, name, id, greeting, &dyad_link_ops,
				      res, ping_ms);
	if (IS_ERR(session))
		dyad_resource_put(res);
	return session;
}

static void drop_session(struct dyad_session *session)
{
	dyad_session_stop(session);
	dyad_session_drain(session);
	dyad_session_put(session);
}

/* @time is how long connecting may take, and then what it took. */
static struct dyad_session *dial_session(struct net *net,
					 const struct sockaddr_in6 *to,
					 unsigned long *time, struct dyad_identity *id,
					 struct dyad_resource *res, u32 ping_ms,
					 struct dyad_cause *cause)
{
	struct dyad_hello hello = { .kind = DYAD_STREAM_CONTROL };
	struct dyad_greeting greeting;
	struct dyad_session *session;
	unsigned long begin = jiffies;
	struct socket *sock;
	int ret;

	ret = dial_stream(net, to, *time, id, &hello, &greeting, &sock, cause);
	*time = jiffies - begin;
	if (ret)
		return NULL;
	session = create_session(sock, greeting.peer.session, id, &greeting, res,
				 ping_ms);
	if (IS_ERR(session)) {
		*cause = (struct dyad_cause) { .reason = DYAD_REASON_MEMORY };
		return NULL;
	}
	if (dial_data(net, to, id, session, cause)) {
		drop_session(session);
		return NULL;
	}
	return session;
}

static void dial(struct work_struct *work)
{
	struct dyad_peer *peer =
		container_of(to_delayed_work(work), struct dyad_peer, dial);
	struct dyad_resource *res = peer->res;
	struct dyad_session *session;
	struct sockaddr_in6 address;
	struct dyad_cause cause = { };
	struct dyad_identity id;
	unsigned long time;
	u32 ping_ms;

	dyad_resource_lock(res);
	if (!peer->wanted || peer->session || res->gone ||
	    dyad_hang_keeps_apart(res))
		goto out_unlock;
	describe(res, peer, &id);
	address = peer->address;
	ping_ms = peer->ping_ms;
	time = connect_time(peer);
	dyad_resource_unlock(res);

	session = dial_session(res->node->net, &address, &time, &id, res, ping_ms, &cause);
	memzero_explicit(&id, sizeof(id));

	dyad_resource_lock(res);
	/* It was connected to, and has answered twice. */
	if (cause.reason != DYAD_REASON_UNREACHABLE)
		peer->distance = time > 3 * CONNECT_TIME_NEAR ? DYAD_DISTANCE_FAR :
								DYAD_DISTANCE_NEAR;
	if (!session) {
		set_cause(peer, cause);
		peer->failures++;
		dyad_peer_dial_soon(peer);
	} else if (peer->wanted && !peer->session && !res->gone &&
		   !dyad_hang_keeps_apart(res)) {
		dyad_link_establish(res, session);
		session = NULL;
	}
	dyad_resource_unlock(res);
	if (session)
		drop_session(session);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return;

out_unlock:
	dyad_resource_unlock(res);
}

/* --- answering --- */

/* What the resource thinks of a caller, before any proof. */
static enum dyad_reason consider(struct dyad_resource *res,
				 const struct dyad_hello *hello,
				 struct dyad_identity *id, u64 *session)
{
	struct dyad_peer *peer = res->peer;

	if (res->gone || !peer || hello->from != peer->node_id ||
	    hello->to != res->node_id || dials(peer))
		return DYAD_REASON_NO_PEER;
	if (!peer->wanted)
		return DYAD_REASON_NOT_WANTED;
	/* What a disk still has of the last session comes first (rule H3). */
	if (dyad_hang_keeps_apart(res))
		return DYAD_REASON_NO_DISK;
	describe(res, peer, id);
	if (hello->kind == DYAD_STREAM_CONTROL)
		return DYAD_REASON_NONE;
	if (!peer->pending || peer->pending->id != hello->session)
		return DYAD_REASON_STREAM;
	*session = hello->session;
	describe_data(id, peer->pending);
	return DYAD_REASON_NONE;
}

static void note_cause(struct dyad_resource *res, struct dyad_cause cause)
{
	dyad_resource_lock(res);
	if (res->peer && res->peer->wanted)
		set_cause(res->peer, cause);
	dyad_resource_unlock(res);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
}

/* Whose key was proven; the peer may have been named anew since, with another. */
static bool is_still(const struct dyad_resource *res, const struct dyad_identity *id)
{
	struct dyad_identity now;
	bool same;

	describe(res, res->peer, &now);
	same = now.peer == id->peer && now.keyed == id->keyed &&
	       !memcmp(now.key, id->key, sizeof(now.key));
	memzero_explicit(&now, sizeof(now));
	return same;
}

/* The peer has opened a new session: it knows that the old one is over. */
static int make_way(struct dyad_resource *res, const struct dyad_identity *id,
		    struct dyad_session *pending)
{
	int ret = 0;

	dyad_resource_lock(res);
	if (res->gone || !res->peer || !res->peer->wanted || !is_still(res, id)) {
		ret = -ECONNREFUSED;
	} else {
		/* One that still waits for its streams waits in vain, and ends by itself. */
		dyad_link_replaced(res);
		res->peer->pending = pending;
	}
	dyad_resource_unlock(res);
	return ret;
}

static void finish(struct dyad_resource *res, struct dyad_session *session,
		   bool complete)
{
	dyad_resource_lock(res);
	if (res->peer && res->peer->pending == session)
		res->peer->pending = NULL;
	else
		complete = false;
	if (complete && res->peer->wanted && !res->peer->session && !res->gone &&
	    !dyad_hang_keeps_apart(res)) {
		dyad_link_establish(res, session);
		session = NULL;
	}
	dyad_resource_unlock(res);
	if (session)
		drop_session(session);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
}

/* The caller has proven itself on a control stream. */
static void open_session(struct dyad_resource *res, struct socket *sock,
			 const struct dyad_identity *id, u64 name,
			 struct dyad_greeting *greeting)
{
	struct dyad_session *session;
	u32 ping_ms = 0;

	dyad_resource_lock(res);
	if (res->peer)
		ping_ms = res->peer->ping_ms;
	dyad_resource_unlock(res);
	session = create_session(sock, name, id, greeting, res, ping_ms);
	if (IS_ERR(session))
		return;
	if (make_way(res, id, session)) {
		drop_session(session);
		return;
	}
	if (dyad_handshake_admit(sock, id, greeting))
		finish(res, session, false);
	else
		finish(res, session, dyad_session_wait(session, STREAMS_TIME));
}

static void join_session(struct dyad_resource *res, struct socket *sock,
			 const struct dyad_identity *id, u64 name,
			 const struct dyad_greeting *greeting)
{
	struct dyad_session *session = NULL;

	if (dyad_handshake_admit(sock, id, greeting)) {
		sock_release(sock);
		return;
	}
	dyad_resource_lock(res);
	if (res->peer && res->peer->pending && res->peer->pending->id == name)
		session = dyad_session_get(res->peer->pending);
	dyad_resource_unlock(res);
	if (!session) {
		sock_release(sock);
		return;
	}
	dyad_session_attach(session, sock, greeting->peer.index,
			    greeting->peer.features);
	dyad_session_put(session);
}

static void answer(struct dyad_resource *res, struct dyad_caller *caller,
		   struct socket *sock, struct dyad_greeting *greeting)
{
	struct dyad_cause cause = { };
	struct dyad_identity id = { };
	u64 session = 0;
	int ret;

	dyad_resource_lock(res);
	cause.reason = consider(res, &greeting->peer, &id, &session);
	dyad_resource_unlock(res);
	if (cause.reason) {
		dyad_handshake_refuse(sock, cause.reason);
		note_cause(res, cause);
		goto out;
	}
	while (!session)
		session = get_random_u64();
	ret = dyad_handshake_answer(sock, &id, session, greeting, &cause);
	if (ret) {
		if (!cause.told)
			dyad_handshake_refuse(sock, cause.reason);
		note_cause(res, cause);
		goto out;
	}
	sock = dyad_caller_take(caller);
	if (!sock)
		goto out;
	if (greeting->peer.kind == DYAD_STREAM_CONTROL)
		open_session(res, sock, &id, session, greeting);
	else
		join_session(res, sock, &id, session, greeting);
out:
	memzero_explicit(&id, sizeof(id));
}

void dyad_peer_answer(struct net *net, struct dyad_caller *caller,
		      struct socket *sock)
{
	struct dyad_greeting greeting;
	struct dyad_resource *res;
	struct dyad_cause cause;

	if (dyad_handshake_hear(sock, &greeting, &cause)) {
		pr_info_ratelimited("dyad: refused a connection: %s\n",
				    dyad_cause_text(cause));
		return;
	}
	res = dyad_node_find(dyad_node_of(net), greeting.peer.resource);
	if (!res) {
		pr_info_ratelimited("dyad: refused a connection: %s\n",
				    dyad_reason_here(DYAD_REASON_NO_RESOURCE));
		dyad_handshake_refuse(sock, DYAD_REASON_NO_RESOURCE);
		return;
	}
	/* Whoever holds the lock may be waiting for the disk: callers would pile up (law 9). */
	if (dyad_hang_blocks(res))
		dyad_handshake_refuse(sock, DYAD_REASON_NO_DISK);
	else
		answer(res, caller, sock, &greeting);
	dyad_resource_put(res);
}

/* --- configuration --- */

static struct dyad_peer *find(struct dyad_resource *res, const char *name,
			      struct netlink_ext_ack *extack)
{
	if (!res->gone && res->peer && (!name || !strcmp(res->peer->name, name)))
		return res->peer;
	NL_SET_ERR_MSG(extack, "there is no such peer; add it with 'dyad peer add'");
	return NULL;
}

/* To end the session with: what is in flight would be waited for. */
static struct dyad_peer *find_idle(struct dyad_resource *res, const char *name,
				   int *ret, struct netlink_ext_ack *extack)
{
	const char *why = dyad_hang_blocks(res);

	*ret = why ? -EBUSY : -ENOENT;
	if (!why)
		return find(res, name, extack);
	if (extack)
		extack->_msg = why;
	return NULL;
}

static int check(struct dyad_resource *res, u32 node_id,
		 const struct sockaddr_in6 *address, struct netlink_ext_ack *extack)
{
	if (res->gone) {
		NL_SET_ERR_MSG(extack, "the resource is being deleted");
		return -ENOENT;
	}
	if (res->peer) {
		NL_SET_ERR_MSG(extack, "the resource has a peer already; delete it first");
		return -EEXIST;
	}
	if (node_id == res->node_id) {
		NL_SET_ERR_MSG(extack, "the peer's node id is this node's own; the two must differ");
		return -EINVAL;
	}
	if (address->sin6_family != AF_INET6 || !address->sin6_port ||
	    ipv6_addr_any(&address->sin6_addr) ||
	    ipv6_addr_is_multicast(&address->sin6_addr)) {
		NL_SET_ERR_MSG(extack, "the peer's address is not one that can be dialled; give a host address and port");
		return -EINVAL;
	}
	return 0;
}

int dyad_peer_create(struct dyad_resource *res, const char *name, u32 node_id,
		     const struct sockaddr_in6 *address, const u8 *key,
		     u32 ping_ms, struct netlink_ext_ack *extack)
{
	struct dyad_peer *peer = kzalloc(sizeof(*peer), GFP_KERNEL);
	int ret;

	if (!peer)
		return -ENOMEM;
	peer->res = res;
	strscpy(peer->name, name, sizeof(peer->name));
	peer->node_id = node_id;
	peer->address = *address;
	peer->keyed = key;
	if (key)
		memcpy(peer->key, key, sizeof(peer->key));
	peer->ping_ms = ping_ms;
	INIT_DELAYED_WORK(&peer->dial, dial);

	dyad_resource_lock(res);
	ret = check(res, node_id, address, extack);
	if (!ret) {
		dyad_resource_set_peer(res, peer);
		dyad_object_created();
	}
	dyad_resource_unlock(res);
	if (ret)
		kfree_sensitive(peer);
	else
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

/* Unpublished under the lock, then waited for without it: the dialler takes it. */
static void destroy(struct dyad_peer *peer)
{
	cancel_delayed_work_sync(&peer->dial);
	kfree_sensitive(peer);
	dyad_object_destroyed();
}

/* End what there is, and let nothing new begin. Called with the lock held. */
static void stop_wanting(struct dyad_peer *peer)
{
	peer->wanted = false;
	dyad_link_close(peer->res, DYAD_REASON_ASKED);
	peer->link = DYAD_LINK_STATE_STANDALONE;
}

void dyad_peer_remove(struct dyad_resource *res)
{
	struct dyad_peer *peer;

	dyad_resource_lock(res);
	peer = res->peer;
	if (peer)
		stop_wanting(peer);
	dyad_resource_set_peer(res, NULL);
	dyad_resource_unlock(res);
	if (peer)
		destroy(peer);
}

int dyad_peer_delete(struct dyad_resource *res, const char *name,
		     struct netlink_ext_ack *extack)
{
	struct dyad_peer *peer;
	int ret;

	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	peer = find_idle(res, name, &ret, extack);
	if (peer) {
		stop_wanting(peer);
		dyad_resource_set_peer(res, NULL);
	}
	dyad_resource_unlock(res);
	if (!peer)
		return ret;
	destroy(peer);
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return 0;
}

int dyad_peer_connect(struct dyad_resource *res, const char *name, bool discard,
		      struct netlink_ext_ack *extack)
{
	struct dyad_peer *peer;
	int ret = 0;

	dyad_resource_lock(res);
	peer = find(res, name, extack);
	if (!peer) {
		ret = -ENOENT;
	} else if (discard && res->role == DYAD_ROLE_PRIMARY) {
		NL_SET_ERR_MSG(extack, "this node is primary, its changes cannot be given up; demote it first");
		ret = -EBUSY;
	} else {
		peer->wanted = true;
		peer->discard = discard;
		peer->failures = 0;
		/* Taken back before anything was overwritten: the peer has to know. */
		if (!discard && dyad_link_is_up(res) && peer->mine.discard &&
		    peer->phase == DYAD_PHASE_NONE)
			dyad_link_close(res, DYAD_REASON_REPLACED);
		if (!peer->session)
			peer->link = DYAD_LINK_STATE_CONNECTING;
		if (dials(peer) && !peer->session)
			mod_delayed_work(dyad_control_workqueue, &peer->dial, 0);
	}
	dyad_resource_unlock(res);
	if (!ret)
		dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return ret;
}

int dyad_peer_disconnect(struct dyad_resource *res, const char *name,
			 struct netlink_ext_ack *extack)
{
	struct dyad_peer *peer;
	int ret;

	ret = dyad_backlog_catch_up(&res->path.backlog);
	if (ret)
		return ret;
	dyad_resource_lock(res);
	peer = find_idle(res, name, &ret, extack);
	if (peer) {
		stop_wanting(peer);
		peer->cause = (struct dyad_cause) { .reason = DYAD_REASON_ASKED };
	}
	dyad_resource_unlock(res);
	if (!peer)
		return ret;
	dyad_netlink_notify(res, DYAD_CMD_RESOURCE_CHANGE_NTF);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model: resources, volumes and peers as plain structs, filled from what the
 * kernel tells of them. Members are named after the spec's attributes.
 */
#ifndef DYAD_TOOL_MODEL_H
#define DYAD_TOOL_MODEL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/dyad.h>

struct kernel;
struct nl_msg;

/* A range of a volume, in bytes. */
struct model_extent {
	uint64_t start;
	uint64_t length;
};

struct model_volume {
	uint32_t index;
	uint32_t device;
	char *disk;		/* NULL without one */
	char *meta;		/* NULL if the metadata are on the disk itself */
	uint64_t size;
	uint32_t data_state;
	uint32_t peer_data_state;
	bool peer_known;	/* peer_data_state was told */
	uint32_t openers;
	uint64_t dirty;
	uint32_t sync_role;
	uint64_t sync_total;
	uint64_t sync_done;
	uint64_t sync_copied;
	uint64_t sync_ms;
	uint64_t reads;
	uint64_t writes;
	uint64_t flushes;
	uint64_t discards;
	uint64_t read_bytes;
	uint64_t write_bytes;
	uint64_t peer_writes;
	uint64_t peer_reads;	/* that the disk failed and the peer served */
	uint64_t repaired;	/* bytes written back after those */
	uint32_t pending;
	uint32_t waiting;
	uint32_t waiting_region;
	uint64_t hot;
	uint64_t suspect;
	uint64_t meta_writes;
	uint64_t sync_differ;
	struct model_extent *extents;	/* that a verify found different, the first ones */
	size_t n_extents;
};

struct model_peer {
	char *name;
	uint32_t node_id;
	struct sockaddr_in6 address;
	bool insecure;
	uint32_t ping_timeout;
	uint32_t link_state;
	char *reason;		/* NULL if there is none */
	bool has_role;
	uint32_t role;
	bool has_streams;
	uint32_t streams;
	uint64_t sent;
	uint64_t received;
	bool diverged;
	uint64_t changed;
	uint64_t alone_since;	/* 0 if it did not go on alone */
	uint64_t sessions;
	uint64_t lost_at;	/* 0 if no session was lost */
	char *lost_reason;	/* NULL likewise */
	uint32_t compression;	/* what is used */
	uint32_t compression_lack;
	uint64_t packed_from;
	uint64_t packed_to;
};

struct model_resource {
	char *name;
	uint32_t node_id;
	uint32_t port;
	uint32_t streams;
	uint32_t mode;
	uint32_t role;
	uint64_t generation;
	uint32_t recovery;	/* seconds */
	uint64_t resync_rate;
	uint32_t split_policy;
	uint32_t split_policy_primary;
	uint64_t backlog;	/* 0 if the kernel has no such setting */
	uint32_t on_full;
	uint64_t backlog_overruns;
	bool behind;		/* the peer, since the backlog was full */
	bool has_lag;		/* a primary in async */
	uint64_t lag;
	uint64_t lag_ms;
	uint32_t throttled;
	uint64_t alone_since;	/* 0 if it did not go on alone */
	uint32_t held;		/* why I/O waits, DYAD_HOLD_* bits */
	uint32_t fencing;
	uint32_t fence_timeout;	/* seconds, 0 for ever */
	uint32_t fence_timeout_action;
	uint32_t fence_state;
	uint32_t fence_id;
	uint32_t on_io_error;
	uint32_t on_no_data;
	uint32_t io_timeout;	/* seconds, 0 for never */
	uint32_t compression;	/* what is wished */
	struct model_volume *volumes;
	size_t n_volumes;
	struct model_peer *peers;
	size_t n_peers;
};

/* In the order of their names; volumes in the order of their numbers. */
struct model {
	struct model_resource *resources;
	size_t n_resources;
};

/* Fills @r from a reply or a notification. False if the kernel's words make no sense. */
bool model_take(struct model_resource *r, struct nl_msg *msg);

/* All resources. Returns 0 or a negative errno; kernel_ack() has the reason. */
int model_load(struct model *m, struct kernel *kernel);

/* One resource. Returns 0 or a negative errno, -ENOENT if there is none of that name. */
int model_load_one(struct model_resource *r, struct kernel *kernel, const char *name);

/* NULL if there is none. */
struct model_resource *model_find(struct model *m, const char *name);
const struct model_peer *model_find_peer(const struct model_resource *r, const char *name);
const struct model_volume *model_find_volume(const struct model_resource *r, uint32_t index);

/* Puts @r, which then belongs to the model, in the place of one of its name. */
void model_put(struct model *m, struct model_resource *r);
void model_drop(struct model *m, const char *name);

void model_free_resource(struct model_resource *r);
void model_free(struct model *m);

/* The spec's names of the values. */
const char *model_role(uint32_t role);
const char *model_mode(uint32_t mode);
const char *model_data_state(uint32_t state);
const char *model_link_state(uint32_t state);
const char *model_sync_role(uint32_t role);
const char *model_split_policy(uint32_t policy);
const char *model_primary_policy(uint32_t policy);

/* All of them, in their order; ends with NULL. */
extern const char *const model_split_policies[];
extern const char *const model_primary_policies[];

/* The names of the modes, by their number, with NULL at the end. */
extern const char *const model_modes[];
extern const char *const model_fencings[];
extern const char *const model_fence_actions[];
extern const char *const model_fence_answers[];
extern const char *const model_on_io_errors[];
extern const char *const model_on_no_datas[];
extern const char *const model_on_fulls[];
extern const char *const model_compressions[];

/* The place of a name, which is there, in such a list: its value. */
uint32_t model_value(const char *const *names, const char *name);

const char *model_fencing(uint32_t fencing);
const char *model_fence_state(uint32_t state);
const char *model_fence_action(uint32_t action);
const char *model_on_io_error(uint32_t action);
const char *model_compression(uint32_t compression);
const char *model_compression_lack(uint32_t lack);
const char *model_on_no_data(uint32_t action);
const char *model_on_full(uint32_t action);

/* The name of a bit of model_resource.held, NULL behind the last one. */
const char *model_hold(unsigned int bit);

/* How far a resync or verify is. */
struct model_sync {
	bool running;
	bool verify;
	unsigned int percent;	/* 100 only if all is done */
	uint64_t rate;		/* bytes per second, 0 if not known */
	bool has_remaining;
	uint64_t remaining;	/* seconds */
};

/* Of one volume, or of all volumes of @r that are being synced or verified. */
struct model_sync model_volume_sync(const struct model_volume *v);
struct model_sync model_resource_sync(const struct model_resource *r);

#endif

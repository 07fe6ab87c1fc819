// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd-table: what commands there are and what each one takes.
 */
#include "cmd.h"
#include "condition.h"
#include "model.h"

#include <linux/dyad.h>


#define RESOURCE \
	{ .value = "RES", .type = CMD_TYPE_RESOURCE, .help = "name of the resource" }

#define VOLUME								\
	{ .word = "volume", .value = "N", .place = CMD_KEYWORD,		\
	  .type = CMD_TYPE_NUMBER, .max = DYAD_MAX_VOLUMES - 1,		\
	  .optional = true, .help = "number of the volume within the resource, 0 if not given" }

#define META_DEVICE							\
	{ .value = "DEV", .type = CMD_TYPE_FILE,				\
	  .help = "the disk, or the device with its metadata" }

const struct cmd cmd_table[] = {
	{
		.name = "status",
		.summary = "show roles, data states and links",
		.detail = "The same without a verb. A bar shows how far a resync is.",
		.run = cmd_status,
		.args = {
			{ .value = "RES", .type = CMD_TYPE_RESOURCE, .optional = true,
			  .help = "name of the resource, all if not given" },
		},
	}, {
		.name = "list",
		.summary = "print the names of the resources",
		.run = cmd_list,
	}, {
		.name = "create",
		.summary = "create a resource on this node",
		.detail = "It is secondary and has neither disks nor a peer yet.",
		.run = cmd_create,
		.args = {
			{ .value = "RES", .type = CMD_TYPE_NAME,
			  .help = "its name, the same on both nodes" },
			{ .word = "node", .value = "ID", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = DYAD_MAX_NODE_ID,
			  .help = "number of this node; the peer needs another one" },
			{ .word = "port", .value = "PORT", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .min = 1, .max = 65535, .optional = true,
			  .help = "TCP port to listen on, 8459 if not given" },
			{ .word = "streams", .value = "N", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .min = 1, .max = DYAD_MAX_STREAMS,
			  .optional = true, .help = "data connections to offer to the peer; 4, or as many as "
				  "processors if these are fewer, if not given" },
			{ .word = "mode", .value = "MODE", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_modes, .optional = true,
			  .help = "when a write completes; sync: when both disks have it, memsync: when "
				  "this one has it and the peer has received it, async: when this one "
				  "has it" },
		},
	}, {
		.name = "delete",
		.summary = "disconnect, detach and forget a resource that is not in use",
		.detail = "The data on the backing disks stays as it is.",
		.run = cmd_delete,
		.args = { RESOURCE },
	}, {
		.name = "attach",
		.summary = "put a disk below a resource; /dev/dyadN appears",
		.detail = "The disk needs metadata, which 'dyad meta create' makes. On a primary whose disk\n"
			  "has failed, and which goes on by the peer's, the disk takes the place of that one\n"
			  "while the device is in use, and what it lacks is copied from the peer.",
		.run = cmd_attach,
		.args = {
			RESOURCE,
			{ .word = "disk", .value = "DEV", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_FILE,
			  .help = "the backing disk, a block device with metadata on it" },
			{ .word = "meta", .value = "DEV", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_FILE, .optional = true,
			  .help = "the device with its metadata, if they are not on the disk" },
			VOLUME,
			{ .word = "device", .value = "N", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = 65535, .optional = true,
			  .help = "N of /dev/dyadN, the lowest free one if not given" },
		},
	}, {
		.name = "detach",
		.summary = "take a disk and its /dev/dyadN away",
		.detail = "On a primary whose disk has failed, and which goes on by the peer's, only the disk:\n"
			  "the device stays in use, and another disk can be attached.",
		.run = cmd_detach,
		.args = { RESOURCE, VOLUME },
	}, {
		.name = "meta create",
		.summary = "make a disk fit to be attached: write fresh metadata",
		.detail = "Without 'meta' they go on the disk itself, whose data then begin 1 MiB into it:\n"
			  "what it held is lost. With 'meta' the disk is adopted in place, and not a byte\n"
			  "of it changes. A disk that is in use, or that holds something, is refused.",
		.run = cmd_meta_create,
		.args = {
			{ .value = "DISK", .type = CMD_TYPE_FILE, .help = "the disk for the data" },
			{ .word = "meta", .value = "DEV", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_FILE, .optional = true,
			  .help = "another device for the metadata" },
			{ .word = "--force", .place = CMD_OPTION, .optional = true,
			  .help = "overwrite what is found where the metadata go" },
		},
	}, {
		.name = "meta show",
		.summary = "show what a disk's metadata say",
		.run = cmd_meta_show,
		.args = { META_DEVICE },
	}, {
		.name = "meta check",
		.summary = "check a disk's metadata",
		.detail = "Exit status 1: damaged. What is damaged, and how it will be read, is printed.",
		.run = cmd_meta_check,
		.args = {
			META_DEVICE,
			{ .word = "meta", .value = "DEV", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_FILE, .optional = true,
			  .help = "device with the metadata of the disk named first" },
		},
	}, {
		.name = "meta dump",
		.summary = "show all of a disk's metadata, with each range that is hot or dirty",
		.run = cmd_meta_dump,
		.args = { META_DEVICE },
	}, {
		.name = "meta wipe",
		.summary = "take the metadata away",
		.detail = "The data stay. Those of a disk with internal metadata begin where\n"
			  "'dyad -j meta show' tells in \"data-start\".",
		.run = cmd_meta_wipe,
		.args = {
			META_DEVICE,
			{ .word = "--force", .place = CMD_OPTION, .optional = true,
			  .help = "also if they are in use by a resource, or damaged" },
		},
	}, {
		.name = "peer add",
		.summary = "name the other node of a resource",
		.run = cmd_peer_add,
		.args = {
			RESOURCE,
			{ .value = "NAME", .type = CMD_TYPE_NAME, .help = "what to call the peer" },
			{ .word = "node", .value = "ID", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = DYAD_MAX_NODE_ID,
			  .help = "the number the peer has given itself" },
			{ .word = "address", .value = "ADDR[:PORT]", .place = CMD_KEYWORD,
			  .help = "where it listens: 10.0.0.2, 10.0.0.2:8459, [fd00::2]:8459" },
			{ .word = "key-file", .value = "FILE", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_FILE, .or_next = true,
			  .help = "file with the key both nodes share, see 'dyad genkey'" },
			{ .word = "--insecure", .place = CMD_OPTION,
			  .help = "use no key; whoever reaches the port owns the data" },
			{ .word = "ping-timeout", .value = "MS", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .min = 200, .max = 60000, .optional = true,
			  .help = "milliseconds of silence after which the peer counts as lost, 2000 if not given" },
		},
	}, {
		.name = "peer delete",
		.summary = "disconnect and forget a peer",
		.run = cmd_peer_delete,
		.args = {
			RESOURCE,
			{ .value = "NAME", .type = CMD_TYPE_PEER, .help = "name of the peer" },
		},
	}, {
		.name = "connect",
		.summary = "keep a session with the peer from now on",
		.detail = "Returns before the session stands: see 'dyad wait RES connected'.",
		.run = cmd_connect,
		.args = {
			RESOURCE,
			{ .word = "--discard-local-changes", .place = CMD_OPTION,
			  .optional = true,
			  .help = "if both sides were written apart, give up what was written here" },
		},
	}, {
		.name = "disconnect",
		.summary = "end the session with the peer and start no other",
		.run = cmd_disconnect,
		.args = { RESOURCE },
	}, {
		.name = "promote",
		.summary = "become primary: /dev/dyadN may be written here",
		.run = cmd_promote,
		.args = {
			RESOURCE,
			{ .word = "--force", .place = CMD_OPTION, .optional = true,
			  .or_next = true,
			  .help = "although the peer may have newer data, which is then lost; "
				  "also makes new disks the first copy" },
			{ .word = "--fenced", .place = CMD_OPTION, .optional = true,
			  .help = "on your word that the peer is off, if it cannot have newer data; "
				  "if it is on after all, both are written and one side's writes are lost" },
			{ .word = "--assume-equal", .place = CMD_OPTION, .optional = true,
			  .help = "with --force, for new disks of connected nodes, on your word that both "
				  "hold the same: nothing is copied, and where they do differ each side "
				  "keeps its own" },
		},
	}, {
		.name = "demote",
		.summary = "become secondary, once nothing writes to /dev/dyadN",
		.run = cmd_demote,
		.args = { RESOURCE },
	}, {
		.name = "suspend",
		.summary = "hold I/O back, with all that was acknowledged on the disks",
		.detail = "For snapshots of the disks below: when it returns, nothing is in flight, and both\n"
			  "sides' disks hold the same and have flushed. On the primary. What reads or writes\n"
			  "/dev/dyadN then waits, and cannot be killed, until 'dyad resume'.",
		.run = cmd_suspend,
		.args = {
			RESOURCE,
			{ .word = "--force", .place = CMD_OPTION, .optional = true,
			  .help = "also while the peer is not up to date; its disk is not held still then" },
		},
	}, {
		.name = "resume",
		.summary = "let I/O go on",
		.run = cmd_resume,
		.args = {
			RESOURCE,
			{ .word = "--force", .place = CMD_OPTION, .optional = true,
			  .help = "also if I/O waits for the peer to be fenced: on your word that it will "
				  "not lead; if it does, both are written and one side's writes are lost" },
		},
	}, {
		.name = "fence",
		.summary = "answer that the lost peer is fenced, or is not",
		.detail = "With 'dyad set RES fencing required', I/O waits after the loss of an up-to-date peer\n"
			  "until this is answered. 'dyad monitor fence-handler COMMAND' does it by itself.",
		.run = cmd_fence,
		.args = {
			RESOURCE,
			{ .value = "ANSWER", .type = CMD_TYPE_CHOICE, .choices = model_fence_answers,
			  .help = "done if the peer is off or outdated" },
			{ .word = "id", .value = "ID", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = UINT32_MAX, .optional = true,
			  .help = "the question that is answered, 'fence-id' in the status" },
		},
	}, {
		.name = "outdate",
		.summary = "record that the peer may go on alone",
		.detail = "On the secondary, without a session: from then on it does not lead unless by force,\n"
			  "also after a restart. So the peer, which has lost it, may go on.",
		.run = cmd_outdate,
		.args = { RESOURCE },
	}, {
		.name = "resolve",
		.summary = "lead out of a split, after both sides were written alone",
		.detail = "Alone it changes nothing: it shows since when each side went on alone, how much it\n"
			  "changed, and what to type to keep the one or the other.",
		.run = cmd_resolve,
		.args = {
			RESOURCE,
			{ .word = "--keep-peer", .place = CMD_OPTION, .optional = true,
			  .or_next = true,
			  .help = "give up what was written here: it is overwritten with what the peer has" },
			{ .word = "--keep-local", .place = CMD_OPTION, .optional = true,
			  .help = "keep what was written here: connect, and let the peer give up its writes" },
			{ .word = "--yes", .place = CMD_OPTION, .optional = true,
			  .help = "do not ask before what was written here is given up" },
		},
	}, {
		.name = "set",
		.summary = "change settings of a resource",
		.run = cmd_set,
		.args = {
			RESOURCE,
			{ .word = "recovery", .value = "SEC", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .min = 0, .max = 86400, .optional = true,
			  .help = "seconds of comparing to accept after a crash, 60 from the start; more "
				  "means fewer writes of metadata, 0 the most" },
			{ .word = "resync-rate", .value = "RATE", .place = CMD_KEYWORD,
			  .optional = true,
			  .help = "most bytes a second that a resync or verify takes, as 50M; 0 for no "
				  "limit, as from the start" },
			{ .word = "mode", .value = "MODE", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_modes, .optional = true,
			  .help = "when a write completes, as with create; at the primary, while "
				  "connected" },
			{ .word = "backlog", .value = "SIZE", .place = CMD_KEYWORD,
			  .optional = true,
			  .help = "most that the peer may be behind in async before writes wait for it, "
				  "64M from the start" },
			{ .word = "on-full", .value = "ACTION", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_on_fulls,
			  .optional = true,
			  .help = "what a full backlog leads to: writes wait (throttle), as from the start, "
				  "or go on without the peer, which catches up by a resync (track)" },
			{ .word = "fencing", .value = "FENCING", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_fencings,
			  .optional = true,
			  .help = "required: after the loss of an up-to-date peer I/O waits until that is "
				  "fenced; the same on both sides" },
			{ .word = "fence-timeout", .value = "SEC", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = 86400, .optional = true,
			  .help = "seconds to wait for that, 0 for ever, as from the start" },
			{ .word = "fence-timeout-action", .value = "ACTION", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_fence_actions,
			  .optional = true,
			  .help = "what happens then: go on waiting, or go on as if it was fenced" },
			{ .word = "on-io-error", .value = "ACTION", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_on_io_errors,
			  .optional = true,
			  .help = "detach, as from the start: if a disk of the primary fails, I/O goes on by "
				  "the peer's; pass-on: the application gets the error" },
			{ .word = "on-no-data", .value = "ACTION", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_on_no_datas,
			  .optional = true,
			  .help = "what happens when the peer is lost then: I/O fails, as from the start, or "
				  "it waits" },
			{ .word = "io-timeout", .value = "SEC", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_NUMBER, .max = 86400, .optional = true,
			  .help = "seconds that a disk here may take before it counts as failed, 30 from "
				  "the start, 0 for any time" },
			{ .word = "compression", .value = "KIND", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_compressions,
			  .optional = true,
			  .help = "how data is packed that goes to the peer, from the next session on: none, "
				  "as from the start, lz4, or zstd, for a slow link" },
			{ .word = "split-policy", .value = "POLICY", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_split_policies,
			  .optional = true,
			  .help = "which side gives up its writes if both were written alone and neither "
				  "is primary" },
			{ .word = "split-policy-primary", .value = "POLICY", .place = CMD_KEYWORD,
			  .type = CMD_TYPE_CHOICE, .choices = model_primary_policies,
			  .optional = true,
			  .help = "which side does if one of them is primary; the same on both sides" },
		},
	}, {
		.name = "resize",
		.summary = "let a volume use all of its disks after both have grown",
		.detail = "First make the disks below larger, on both sides. Then type it on the primary (on\n"
			  "either side if there is none), while both are connected and in sync.",
		.run = cmd_resize,
		.args = { RESOURCE, VOLUME },
	}, {
		.name = "verify start",
		.summary = "compare both sides' data in the background",
		.detail = "'dyad wait RES verified' waits for its end; 'dyad status' shows what differs.",
		.run = cmd_verify_start,
		.args = {
			RESOURCE,
			{ .word = "--repair", .place = CMD_OPTION, .optional = true,
			  .help = "copy what differs to the peer, whose blocks are lost" },
		},
	}, {
		.name = "verify stop",
		.summary = "stop a running verify",
		.run = cmd_verify_stop,
		.args = { RESOURCE },
	}, {
		.name = "latency show",
		.summary = "show how long the stages of I/O take",
		.detail = "p50: half of all took at most that long; p90 and p99 likewise, at most twice too high.\n"
			  "The man page tells what the stages are.",
		.run = cmd_latency_show,
		.args = { RESOURCE },
	}, {
		.name = "latency reset",
		.summary = "forget what was measured so far",
		.run = cmd_latency_reset,
		.args = { RESOURCE },
	}, {
		.name = "wait",
		.summary = "wait until a condition holds",
		.detail = "uptodate: all disks here; synced: connected, all disks on both sides "
			  "up to date;\nverified: no verify is running.\n"
			  "On a terminal a bar shows how far a resync or verify is. Exit status 3: not in time.",
		.run = cmd_wait,
		.args = {
			RESOURCE,
			{ .value = "CONDITION", .type = CMD_TYPE_CHOICE,
			  .choices = condition_names, .help = "what to wait for" },
			{ .word = "timeout", .value = "SEC", .place = CMD_KEYWORD,
			  .optional = true,
			  .help = "give up after that many seconds (or 500ms, 5m, 1h); "
				  "0 only looks" },
		},
	}, {
		.name = "monitor",
		.summary = "print a line per change, until interrupted",
		.detail = "With a fence-handler it runs COMMAND by the shell for each peer that is to be fenced,\n"
			  "with DYAD_RESOURCE, DYAD_PEER and DYAD_PEER_ADDRESS in the environment, and answers\n"
			  "as 'dyad fence' does: done if it ends with exit status 0.",
		.run = cmd_monitor,
		.args = {
			{ .value = "RES", .type = CMD_TYPE_RESOURCE, .optional = true,
			  .help = "name of the resource, all if not given" },
			{ .word = "fence-handler", .value = "COMMAND", .place = CMD_KEYWORD,
			  .optional = true, .help = "what fences the peer" },
		},
	}, {
		.name = "genkey",
		.summary = "print a fresh key for a key file",
		.detail = "(umask 077; dyad genkey > /etc/dyad/r0.key), then copy it to the peer.",
		.run = cmd_genkey,
	}, {
		.name = "help",
		.summary = "explain a verb, or list all",
		.run = cmd_help,
		.args = {
			{ .value = "VERB", .type = CMD_TYPE_VERB, .optional = true,
			  .help = "the verb" },
		},
	},
	{ .name = NULL },
};

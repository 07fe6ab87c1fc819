// SPDX-License-Identifier: GPL-2.0-only
/* Fuzzes the payloads from the wire: believed only within limits, read as written (law 9). */
#include "core/wire.h"
#include "fuzz.h"
#include "uapi/linux/dyad.h"

static struct input in;

/* A copy on the heap, of the very size. */
static u8 *changed(const u8 *good, size_t n)
{
	u8 *bytes = new_bytes(n);

	memcpy(bytes, good, n);
	patch_all(&in, bytes, n);
	return bytes;
}

/*
 * What is believed is written and read again without a change; @legal looks at
 * it in between.
 */
#define TRY(kind, size, good, legal) do {					\
	u8 first[size], second[size], *bytes;					\
	__typeof__(good) got;							\
	int ret;								\
										\
	dyad_wire_put_##kind(first, &(good));					\
	bytes = changed(first, size);						\
	memset(&got, 0x5a, sizeof(got));					\
	ret = dyad_wire_get_##kind(&got, bytes);				\
	CLAIM(!ret || ret == -EPROTO);						\
	if (!ret) {								\
		legal(&got);							\
		dyad_wire_put_##kind(first, &got);				\
		memset(&got, 0xa5, sizeof(got));				\
		CLAIM(!dyad_wire_get_##kind(&got, first));			\
		dyad_wire_put_##kind(second, &got);				\
		CLAIM(!memcmp(first, second, size));				\
	}									\
	free(bytes);								\
} while (0)

static void legal_hello(const struct dyad_hello *h)
{
	CLAIM(h->kind == DYAD_STREAM_CONTROL || h->kind == DYAD_STREAM_DATA);
	CLAIM(h->streams && h->streams <= DYAD_WIRE_STREAMS && h->index < DYAD_WIRE_STREAMS);
	CLAIM(h->version_min <= h->version_max && h->version_max);
	CLAIM(h->resource[0] && memchr(h->resource, 0, sizeof(h->resource)));
}

static void legal_state(const struct dyad_state_msg *s)
{
	CLAIM(s->mode <= DYAD_MODE_ASYNC);
	for (int i = 0; i < DYAD_WIRE_VOLUMES; i++) {
		const struct dyad_volume_state *v = &s->volumes[i];

		CLAIM(v->data_state <= DYAD_DATA_STATE_UPTODATE);
		CLAIM((unsigned __int128)v->sectors * 512 <= ~0ull);
		CLAIM(!v->present || v->block_size == 512 || v->block_size == 1024 ||
		      v->block_size == 2048 || v->block_size == 4096);
	}
}

static void legal_sync(const struct dyad_sync_msg *s)
{
	CLAIM(s->lineage.now);
}

static void legal_ack(const struct dyad_ack *a)
{
	CLAIM(a->status <= DYAD_ACK_RECEIVED);
}

/* A version that both know, whichever of them asks. */
static void try_choose(void)
{
	struct dyad_hello mine = { 0 }, peer = { 0 };
	u16 chosen;

	take(&in, &mine.version_min, 2);
	take(&in, &mine.version_max, 2);
	take(&in, &peer.version_min, 2);
	take(&in, &peer.version_max, 2);
	chosen = dyad_wire_choose(&mine, &peer);
	CLAIM(chosen == dyad_wire_choose(&peer, &mine));
	CLAIM(!chosen || (chosen >= mine.version_min && chosen <= mine.version_max &&
			  chosen >= peer.version_min && chosen <= peer.version_max));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct dyad_hello hello = {
		.version_min = 1, .version_max = 1, .streams = 1, .resource = "0123456789abcdefghijklmnopqrstu",
	};
	struct dyad_state_msg state = {
		.lineage.now = 1, .volumes[0] = { .sectors = 8, .block_size = 512, .present = true },
	};
	struct dyad_sync_msg sync = { .lineage.now = 1 };
	struct dyad_ack ack = { .tag = 1 };

	in = (struct input) { data, size };
	switch (take_byte(&in) % 5) {
	case 0:
		TRY(hello, DYAD_WIRE_HELLO_BYTES, hello, legal_hello);
		break;
	case 1:
		TRY(state, DYAD_WIRE_STATE_BYTES, state, legal_state);
		break;
	case 2:
		TRY(sync, DYAD_WIRE_SYNC_BYTES, sync, legal_sync);
		break;
	case 3:
		TRY(ack, DYAD_WIRE_ACK_BYTES, ack, legal_ack);
		break;
	default:
		try_choose();
	}
	return 0;
}

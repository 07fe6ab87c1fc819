// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the blocks of a packed payload: each fits the receiver's buffers, and together they
 * are exactly what the message promises (law 9).
 */
#include "core/wire.h"
#include "fuzz.h"

/* The input is the payload's heads; what is between them is not looked at. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input in = { data, size };
	u8 head[DYAD_WIRE_PACK_HEAD], again[DYAD_WIRE_PACK_HEAD];
	u32 left = 512 * (1 + take_byte(&in) * 8 % 2048), said, bytes, plain;
	int ret;

	while (left && in.left) {
		if (take_byte(&in) & 1) {
			take(&in, head, sizeof(head));
		} else {
			/* Near what is right. */
			said = min(left, DYAD_WIRE_PACK_BLOCK) + (int8_t)take_byte(&in);
			dyad_wire_put_block(head, said);
		}
		ret = dyad_wire_get_block(&bytes, &plain, head, left);
		CLAIM(!ret || ret == -EPROTO);
		if (ret)
			return 0;
		CLAIM(bytes && bytes <= 32768 && plain <= 32768);
		CLAIM(bytes <= plain && plain <= left);
		CLAIM(plain == 32768 || plain == left);
		dyad_wire_put_block(again, bytes);
		CLAIM(!memcmp(head, again, sizeof(head)));
		left -= plain;
	}
	return 0;
}

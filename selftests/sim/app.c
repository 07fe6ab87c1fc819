// SPDX-License-Identifier: GPL-2.0-only
/* The application's I/O, and what it is told of it. */
#include "app.h"

#include "disk.h"
#include "model.h"
#include "node.h"

/* Blocks that are a row: a request stays in one. */
static const unsigned int rows[][2] = {
	{ 0, 5 }, { 5, 6 }, { 11, 3 }, { 14, 5 }, { 19, 4 }, { 23, 3 }, { 26, 2 },
	{ 28, 3 }, { 31, 3 },
};

struct io {
	int node;
	enum app_op op;
	unsigned int block;
	unsigned int count;
	unsigned int write;
	u64 begun;
	bool peek;		/* opened for it alone */
	unsigned int life;	/* of the other node, when it was begun */
	struct bio *bio;
};

bool app_open(int node)
{
	struct dyad_volume *volume;
	int v;

	if (nodes[node].open)
		return true;
	for (v = 0; v < node_volumes; v++) {
		volume = node_volume(node, v);
		if (!volume || dyad_disk_ops.open(volume->disk, true))
			break;
	}
	nodes[node].open = v == node_volumes;
	while (v-- && !nodes[node].open)
		dyad_disk_ops.release(node_volume(node, v)->disk);
	return nodes[node].open;
}

/* Closed once its I/O has ended. */
void app_close(int node)
{
	struct node *n = &nodes[node];
	int v;

	while (n->ios)
		sim_wait(&n->idle);
	for (v = 0; v < node_volumes && n->open; v++)
		if (node_volume(node, v))
			dyad_disk_ops.release(node_volume(node, v)->disk);
	n->open = false;
}

static bool has_data(enum app_op op)
{
	return op <= APP_BARRIER || op == APP_READ;
}

static void tell_model(struct io *io, bool ok)
{
	struct bio *bio = io->bio;
	unsigned int i;

	switch (io->op) {
	case APP_FLUSH:
		model_flush_end(io->node, model_volume(io->block), io->begun, io->life, ok);
		break;
	case APP_READ:
		for (i = 0; ok && i < io->count; i++)
			model_read_end(io->node, io->block + i, io->begun,
				       *(u64 *)bio->bi_io_vec[i].bv_page->data);
		break;
	default:
		model_write_end(io->write, ok);
		break;
	}
}

static void ended(struct bio *bio)
{
	struct io *io = bio->bi_private;
	int node = io->node;
	struct dyad_volume *volume = node_volume(node, model_volume(io->block));
	unsigned int i;

	if (verbose)
		trace("%c io %llu ends%s", 'A' + node, io->begun,
		      bio->bi_status ? " WITH AN ERROR" : "");
	tell_model(io, !bio->bi_status);
	for (i = 0; i < bio->bi_vcnt; i++)
		sim_page_free(bio->bi_io_vec[i].bv_page);
	bio_put(bio);
	if (io->peek && volume)
		dyad_disk_ops.release(volume->disk);
	sim_free(io);
	if (!--nodes[node].ios)
		sim_wake_all(&nodes[node].idle);
}

static blk_opf_t opf_of(enum app_op op)
{
	static const blk_opf_t opf[APP_OPS] = {
		[APP_WRITE] = REQ_OP_WRITE,
		[APP_FUA] = REQ_OP_WRITE | REQ_FUA,
		[APP_PREFLUSH] = REQ_OP_WRITE | REQ_PREFLUSH,
		[APP_BARRIER] = REQ_OP_WRITE | REQ_PREFLUSH | REQ_FUA,
		[APP_FLUSH] = REQ_OP_WRITE | REQ_PREFLUSH,
		[APP_READ] = REQ_OP_READ,
		[APP_ZERO] = REQ_OP_WRITE_ZEROES,
		[APP_DISCARD] = REQ_OP_DISCARD,
	};

	return opf[op];
}

static void fill(struct io *io)
{
	struct bio *bio = io->bio;
	unsigned int i;

	bio->bi_iter.bi_sector = model_block[io->block] * 8ull;
	bio->bi_iter.bi_size = io->count * 4096;
	for (i = 0; has_data(io->op) && i < io->count; i++) {
		struct page *page = sim_page();

		*(u64 *)page->data = io->op == APP_READ ? 0 : model_content(io->write);
		bio->bi_io_vec[bio->bi_vcnt++] = (struct bio_vec) { page, 4096, 0 };
	}
}

static void run(void *arg)
{
	struct io *io = arg;
	struct dyad_volume *volume = node_volume(io->node, model_volume(io->block));
	enum app_op op = io->op;

	io->bio = bio_alloc_bioset(volume->disk->part0, io->count, opf_of(op), GFP_KERNEL, NULL);
	io->bio->bi_private = io;
	io->bio->bi_end_io = ended;
	if (op == APP_FLUSH || op == APP_READ)
		io->begun = model_clock();
	io->life = model_life(io->node);
	if (op != APP_FLUSH && op != APP_READ) {
		io->write = model_write_begin(io->node, io->block, io->count,
					      op == APP_ZERO || op == APP_DISCARD,
					      op == APP_FUA || op == APP_BARRIER,
					      op == APP_PREFLUSH || op == APP_BARRIER);
		io->begun = model_clock();
	}
	if (op != APP_FLUSH)
		fill(io);
	if (verbose)
		trace("%c io %llu %s block %u+%u content %llu", 'A' + io->node, io->begun,
		      op == APP_FLUSH ? "flush" : op == APP_READ ? "read" :
		      op == APP_ZERO ? "zero" : op == APP_DISCARD ? "discard" :
		      op == APP_FUA ? "write fua" : op == APP_PREFLUSH ? "write preflush" :
		      op == APP_BARRIER ? "write barrier" : "write", model_block[io->block],
		      io->count, op == APP_FLUSH || op == APP_READ ? 0 :
		      model_content(io->write));
	sim_bio_submit(io->bio);
}

static u32 size_of(int node, unsigned int block)
{
	struct dyad_volume *volume = node_volume(node, model_volume(block));

	return volume ? volume->disk->sectors / 8 : 0;
}

static void submit(int node, enum app_op op, unsigned int block, unsigned int count, bool peek)
{
	unsigned int i;
	struct io *io;
	u32 size;

	/* What is not there yet is written once it is. */
	if (model_block[block] >= size_of(node, block))
		block %= MODEL_FIRST;
	size = size_of(node, block);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (block - rows[i][0] < rows[i][1])
			count = min(count, rows[i][0] + rows[i][1] - block);
	while (model_block[block + count - 1] >= size)
		count--;
	current_node = node;
	io = sim_alloc(sizeof(*io), true);
	*io = (struct io) { .node = node, .op = op, .block = block,
			    .count = op == APP_FLUSH ? 0 : count, .peek = peek };
	nodes[node].ios++;
	sched_spawn(node, run, io, NULL);
	current_node = NOBODY;
}

void app_submit(int node, enum app_op op, unsigned int block, unsigned int count)
{
	if (nodes[node].open && nodes[node].ios <= 24)
		submit(node, op, block, count, false);
}

/* Somebody reads on a node that does not lead. */
void app_peek(int node, unsigned int block, unsigned int count)
{
	struct dyad_volume *volume;

	/* As it will be submitted. */
	if (model_block[block] >= size_of(node, block))
		block %= MODEL_FIRST;
	volume = node_volume(node, model_volume(block));
	if (volume && !dyad_disk_ops.open(volume->disk, false))
		submit(node, APP_READ, block, count, true);
}

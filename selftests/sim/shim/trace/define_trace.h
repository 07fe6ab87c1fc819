/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: nothing more is made of tracepoints; see linux/tracepoint.h. */

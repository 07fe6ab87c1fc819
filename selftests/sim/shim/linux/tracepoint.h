/* SPDX-License-Identifier: GPL-2.0-only */
/* Shim: tracepoints that nobody listens to. */
#ifndef SIM_LINUX_TRACEPOINT_H
#define SIM_LINUX_TRACEPOINT_H

#define TP_PROTO(...) __VA_ARGS__
#define TP_ARGS(...) __VA_ARGS__
#define TRACE_DEFINE_ENUM(value)
#define DECLARE_EVENT_CLASS(name, ...)
#define DEFINE_EVENT(class, name, proto, args) static inline void trace_##name(proto) { }
#define TRACE_EVENT(name, proto, args, ...) static inline void trace_##name(proto) { }

#endif

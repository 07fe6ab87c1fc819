# SPDX-License-Identifier: GPL-2.0-only
#
# dyad: build, install and test. 'make help' lists the targets.

KVER ?= $(shell uname -r)
PREFIX ?= /usr/local
DESTDIR ?=

# The kernel to build for: KDIR if given, the running one if its headers are
# there, else the newest installed.
ifndef KDIR
ifneq ($(wildcard /lib/modules/$(KVER)/build/Makefile),)
KDIR := /lib/modules/$(KVER)/build
else
KDIR := $(lastword $(shell ls -d /lib/modules/*/build 2>/dev/null | sort -V))
KNOTE := the running kernel $(KVER) has no headers here; building for
endif
endif
KREL = $(shell sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h 2>/dev/null)
RUN := selftests/lib/run

all: module tool	## build the module and the tool (default)

module:			## build the kernel module; KDIR= names another kernel
	@selftests/lib/deps build
ifeq ($(KDIR),)
	@$(MAKE) --no-print-directory module-after-deps
else
	@$(if $(KNOTE),echo "dyad: $(KNOTE) $(KREL)")
	+$(MAKE) -C $(KDIR) M=$(CURDIR) modules
endif

# Headers were installed a moment ago: look for them again.
module-after-deps:
	@test -n "$(KDIR)" || { echo "dyad: no kernel headers found: install linux-headers-amd64 or give KDIR=" >&2; exit 1; }
	@$(if $(KNOTE),echo "dyad: $(KNOTE) $(KREL)")
	+$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tool:			## build the command-line tool
	@selftests/lib/deps build
	+$(MAKE) -C userspace-tools

install: install-module install-tool	## install both, under DESTDIR

install-module: module
	+$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) \
		$(if $(DESTDIR),DEPMOD=true) CONFIG_MODULE_SIG_ALL= modules_install
	$(if $(DESTDIR),,depmod -a $(KREL))

install-tool: tool
	+$(MAKE) -C userspace-tools install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

clean:			## remove what was built here
	-$(if $(wildcard $(KDIR)/Makefile),$(MAKE) -C $(KDIR) M=$(CURDIR) clean)
	-$(MAKE) -C userspace-tools clean
	rm -rf selftests/results

demo:			## two machines, one disk: one dies, nothing is lost
	@$(RUN) demo

check:			## all tests: unit, one kernel, debug kernel, two machines
	@$(RUN) check

unit:			## the pure parts, as a program with sanitizers
	@$(RUN) unit tool

sim:			## random crashes and cuts, the laws judged; SCHEDULES= SEED= TIME=
	@$(RUN) sim

mutants:		## break the code in many places: the unit tests or sim must notice
	@$(RUN) mutants

netns:			## two nodes in one stock kernel; TESTS= names some
	@$(RUN) netns

debug:			## the same under KASAN and lockdep, and KUnit
	@$(RUN) kunit netns-debug

pair:			## two machines that crash, freeze and lose power
	@$(RUN) pair

failures:		## break each part in each activity, by a table; FAILURES=short CELLS= MODES=
	@$(RUN) failures

stalls:			## how long an application waits when the peer goes and comes; TRIALS= (50)
	@$(RUN) stalls

powercut:		## cut the power at POWERCUTS= places of a pair's life (300)
	@$(RUN) powercut

bench:			## what a replicated disk costs, beside DRBD and md, and the goals
	@$(RUN) bench

bench-full:		## the same with what takes longer: more shapes, far peers, a database
	@$(RUN) bench-full

bench-short:		## bare disk and dyad, two minutes
	@$(RUN) bench-short

bench-plots:		## pictures for the documentation, of what bench has left
	@selftests/bench/plot $(CURDIR)/selftests/results/bench/bench.json Documentation/performance

bench-meta:		## what keeping track costs: metadata, memory, blocks copied
	@$(RUN) bench-meta

docs:			## type every command of the documentation, on two plain Debian 12
	@$(RUN) docs

kernels:		## build for and boot on every supported kernel
	@$(RUN) kernels

fuzz:			## random pages and messages; FUZZ_SECONDS= for each kind (60)
	@$(RUN) fuzz

lint:			## style and static checks
	@$(RUN) lint

help:			## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { sub(/^[ \t]+/, "", $$2); printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: all module module-after-deps tool install install-module install-tool \
	clean demo check unit sim mutants netns debug pair failures stalls \
	powercut bench bench-full bench-short bench-plots bench-meta docs kernels fuzz lint help

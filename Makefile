# make demo    installs what is missing, builds, runs the demo graph offline, prints where to look
# make test    installs what is missing, builds, runs all tests
# make loop    makes a student of a real, small teacher and decides whether it may be used (Examples/loop)
# make reference  writes the reference pages
# make install PREFIX=DIR    builds, and installs to DIR what runs without this checkout (/usr/local by default)
# make uninstall PREFIX=DIR  takes an installation away
# The other targets are parts of these two.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

RUNS ?= runs
GRAPH := configs/text2sql.yaml
RELEASE := .build/release
PREFIX ?= /usr/local
DESTDIR ?=

# The plugin in C++ has a Makefile of its own; its library goes where those of swift build lie, so that the host finds it.
# clang++ comes with Swift.
MATHWORD := --silent --no-print-directory -C Plugins/MathWord CXX=clang++
INSTALL_MATHWORD := install -m 755 Plugins/MathWord/.build/libfastdistill-plugin-mathword.so

.PHONY: benchmark-boundary benchmark-gateway benchmark-verdicts simulate-gates help setup build demo demo-data loop loop-short test test-build reference install uninstall lint clean

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

setup:
	@scripts/setup.sh

build: setup
	@$(MAKE) $(MATHWORD)
	@swift build -c release
	@$(INSTALL_MATHWORD) $(RELEASE)

demo-data: setup
	@.deps/python/bin/python Examples/demo/make_database.py

demo: build demo-data
	@$(RELEASE)/fastdistill run $(GRAPH) --runs $(RUNS)

# Not part of make test: both need wheels and weights, which they install into .deps/loop. CI runs the short form as a stage
# of its own.
loop: build demo-data
	@RUNS=$(RUNS) scripts/loop.sh

loop-short: build demo-data
	@RUNS=$(RUNS) scripts/loop.sh --short

test-build: setup
	@$(MAKE) $(MATHWORD)
	@swift build --build-tests
	@$(INSTALL_MATHWORD) .build/debug

test: test-build demo-data
	@$(MAKE) $(MATHWORD) check
	@swift test --skip-build

# Writes the reference pages and the graph schema from the plugins' specs; a test says when they are stale.
reference: test-build
	@for plugin in canonical rules text2sql judge prompt mathword; do \
		.build/debug/fastdistill plugins show $$plugin > Docs/reference/plugins/$$plugin.md; done
	@.build/debug/fastdistill schema > Docs/reference/graph.schema.json

# Compares the gateway with a script that asks with aiohttp; not part of the tests.
benchmark-gateway: build
	@.deps/python/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
	@.deps/python/bin/python Benchmarks/Gateway/gateway.py

# Measures the boundary to plugins against JSON lines over a pipe; not part of the tests.
# ARGUMENTS: --rows N, --repetitions N, --only TEXT (such as 'C inline 1').
benchmark-boundary: setup
	@FASTDISTILL_BENCHMARKS=1 swift build -c release
	@$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared -Wl,-Bsymbolic -Wl,-z,now \
		-ISources/PluginABI/include Benchmarks/Boundary/CPlugin/copy_columns.c -o $(RELEASE)/libboundary-plugin-c.so
	@$(RELEASE)/boundary-benchmark $(ARGUMENTS)

# Writes how often each rule lets students of known quality pass; Docs/specs/gates.md shows the table.
simulate-gates: setup
	@FASTDISTILL_BENCHMARKS=1 swift build -c release --product simulate-gates
	@$(RELEASE)/simulate-gates > Benchmarks/Gates/table.md
	@$(RELEASE)/simulate-gates --short > Benchmarks/Gates/short.md

# Measures verdicts on SQL against a C loop and a Python pool; not part of the tests.
# ARGUMENTS: --repeat N, --no-python.
benchmark-verdicts: setup
	@FASTDISTILL_BENCHMARKS=1 swift build -c release
	@$(CC) -std=gnu11 -O2 -Wall -Wextra -Werror Benchmarks/Verdicts/CLoop/c_loop.c -lsqlite3 -o $(RELEASE)/verdicts-c-loop
	@.deps/python/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
	@.deps/python/bin/python Benchmarks/Verdicts/verdicts.py $(RELEASE) $(ARGUMENTS)

install: build
	@scripts/install.sh $(RELEASE) "$(PREFIX)" "$(DESTDIR)"

uninstall:
	@scripts/install.sh --uninstall "$(PREFIX)" "$(DESTDIR)"

lint:
	@swift format lint --strict --recursive --parallel Sources Plugins Tests Examples Benchmarks Package.swift
	@shellcheck scripts/*.sh .ci/run

clean:
	@rm -rf .build Plugins/MathWord/.build

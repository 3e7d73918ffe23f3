# make demo    installs what is missing, builds, runs the demo graph offline, prints where to look
# make test    installs what is missing, builds, runs all tests
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

.PHONY: benchmark-gateway help setup build demo demo-data test test-build reference install uninstall lint clean

help:
	@sed -n 's/^# \(make.*\)/\1/p' Makefile

setup:
	@scripts/setup.sh

build: setup
	@swift build -c release

demo-data: setup
	@.deps/python/bin/python Examples/demo/make_database.py

demo: build demo-data
	@$(RELEASE)/fastdistill run $(GRAPH) --runs $(RUNS)

test-build: setup
	@swift build --build-tests

test: test-build demo-data
	@swift test --skip-build

# Writes the reference pages and the graph schema from the plugins' specs; a test says when they are stale.
reference: test-build
	@for plugin in canonical rules text2sql judge; do \
		.build/debug/fastdistill plugins show $$plugin > Docs/reference/plugins/$$plugin.md; done
	@.build/debug/fastdistill schema > Docs/reference/graph.schema.json

# Compares the gateway with a script that asks with aiohttp; not part of the tests.
benchmark-gateway: build
	@.deps/python/bin/pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt
	@.deps/python/bin/python Benchmarks/Gateway/gateway.py

install: build
	@scripts/install.sh $(RELEASE) "$(PREFIX)" "$(DESTDIR)"

uninstall:
	@scripts/install.sh --uninstall "$(PREFIX)" "$(DESTDIR)"

lint:
	@swift format lint --strict --recursive --parallel Sources Plugins Tests Examples Package.swift
	@shellcheck scripts/*.sh .ci/run

clean:
	@rm -rf .build

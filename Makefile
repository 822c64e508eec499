# `make` sets up and serves; `make test` sets up and passes all tests. Needs Python 3.11 and make, nothing else.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: serve setup page test lint types page-unit unit bench bench-endpoint lock clean

serve: page
	$(BIN)/zonegraph serve

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

# Builds the explorer page anew where its sources have changed.
page: setup
	$(BIN)/python graph_service/explorer/build.py

test: lint types page-unit unit

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

page-unit: page
	$(BIN)/python graph_service/explorer/build.py check

unit: page
	$(BIN)/pytest

# Quality of reading, what the rules owe to single texts, and speed on this machine.
# `make bench OUTPUT=page.md` writes the page on quality to a file.
bench: setup
	$(BIN)/python -m tests.benchmarks.quality $(if $(OUTPUT),--output $(OUTPUT))
	$(BIN)/python -m tests.benchmarks.fitting
	$(BIN)/python -m tests.benchmarks.left_out
	$(BIN)/python -m tests.benchmarks.reading

# Speed of the service and of commits, beside the engine in process and a plain endpoint.
bench-endpoint: setup
	$(BIN)/python -m tests.benchmarks.endpoint

# Pins every dependency of every extra, with hashes, for all platforms.
lock:
	$(BIN)/python -m pip install --quiet 'uv>=0.9,<1'
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --no-header \
	  --no-emit-index-url --no-annotate pyproject.toml --group build -o requirements.lock

clean:
	rm -rf $(VENV) zonegraph-store dist build

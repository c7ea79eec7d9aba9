# `make` runs every check; `make help` lists the rest.

# The newest Python that really runs: a pyenv shim may stand there and fail. Say PYTHON=… to choose another.
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
RUNS    := import sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON   = $(shell for p in $(PYTHONS); do $$p -c '$(RUNS)' >/dev/null 2>&1 && { echo $$p; break; }; done)

VENV    := .venv
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
SOURCES := codemods tests $(wildcard benchmarks)

.DEFAULT_GOAL := check
.PHONY: help check test slow format accept demo bench real self clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 10

check: $(READY) ## format, lint, types, import layers and tests: what CI asks for
	$(BIN)/black --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto -m "not slow"

test: $(READY) ## the tests alone, on all cores
	$(BIN)/pytest -n auto -m "not slow"

slow: $(READY) ## the tests that take long: kills at random points, many random programs
	$(BIN)/pytest -n auto -m slow

format: $(READY) ## put the source into shape
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/black $(SOURCES)

accept: $(READY) ## write the present outcome to fixtures/*/*/after; read `git diff` before keeping it
	$(BIN)/python -m tests.accept

demo: $(READY) ## migrate a FastAPI application, and measure it before and after
	$(BIN)/python benchmarks/demo.py

bench: $(READY) ## speed, beside other tools
	$(BIN)/python benchmarks/bench.py

real: $(READY) ## run over real programs
	$(BIN)/python benchmarks/real.py

self: $(READY) ## run the tool over its own source
	$(BIN)/awaitify migrate codemods -t awaitify.source.read:read_file

clean: ## remove the environment and the caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(READY): pyproject.toml constraints-dev.txt
	@$(BIN)/python -c '$(RUNS)' 2>/dev/null || $(MAKE) --no-print-directory $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints-dev.txt --editable '.[dev]'
	@touch $@

.PHONY: $(VENV)
$(VENV):
	@test -n "$(PYTHON)" || { echo "awaitify needs Python 3.11 or newer, and none of $(PYTHONS) is one that runs" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)

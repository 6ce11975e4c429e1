# Every target sets itself up: Python (3.11 or newer), make and git are all that a machine needs.
PYTHON ?= python3
BIN := .venv/bin
SERVICES := plans-api sle-broker kpi-service
SOURCES := shared services deploy tests
# Three services have a `migrations` folder each, so mypy reads them one service at a time.
TYPED := shared $(foreach service,$(SERVICES),services/$(service)/$(subst -,_,$(service))) deploy tests
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint format bench openapi lock clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile

setup: ## make .venv from the hashed lock (every other target does this first)
	@$(PYTHON) deploy/local/bootstrap.py

run: setup ## start everything, run the main job, and stay up until Ctrl-C
	@$(BIN)/tsa up --demo

demo: setup ## start everything, run the main job, stop; exits 0 when the job went through
	@$(BIN)/tsa demo

test: setup ## run every test
	@$(BIN)/pytest --numprocesses 2 --dist loadfile

lint: setup ## check style, formatting and types
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy $(TYPED)
	@for migrations in $(wildcard services/*/migrations); do $(BIN)/mypy $$(find $$migrations -name '*.py') || exit 1; done

format: setup ## rewrite the code in the house's format
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

bench: setup ## measure against bare baselines in the same run; ONLY="name …" runs some
	@$(BIN)/python -m tests.bench $(ONLY)

openapi: setup ## write the published contracts in docs/openapi/ anew
	@$(BIN)/python -m tests.contracts.write_openapi

# uv does not read pip's settings: where the index is a mirror, name it with UV_DEFAULT_INDEX, UV_INDEX or UV_FIND_LINKS.
lock: export UV_PYTHON_DOWNLOADS := never
lock: setup ## resolve requirements/*.in into hashed locks; UPGRADE=1 takes newer versions
	@cd requirements && ../$(LOCK) $(if $(UPGRADE),--upgrade) --output-file runtime.txt runtime.in
	@cd requirements && ../$(LOCK) $(if $(UPGRADE),--upgrade) --output-file dev.txt dev.in

clean: ## remove the environment, the local data and every cache
	@rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .schemathesis
	@find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# Everything that people and CI run. `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
# Settable: make demo PORT=9000 EMULATOR_PORT=9001 PYTHON=/usr/bin/python3.12
PORT ?=
EMULATOR_PORT ?=
PYTHON ?=
SEEDS ?= 1-1000
export PYTHON
DEMO := $(BIN)/lockstep demo $(if $(PORT),--port $(PORT)) $(if $(EMULATOR_PORT),--emulator-port $(EMULATOR_PORT))

.DEFAULT_GOAL := help
.PHONY: translations help demo demo-reset runtime dev chromium test test-fast lint soak mutants sync-tables bench lock clean screenshots

help: ## list what can be made
	@echo "Lockstep. Run one of these:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

demo: runtime ## a whole company to try, with an emulated Google Workspace (PORT=, EMULATOR_PORT=, PYTHON=)
	@exec $(DEMO)

demo-reset: runtime ## the same after removing the demo's data
	@exec $(DEMO) --reset

runtime: # what Lockstep needs to run
	@sh scripts/environment.sh runtime

dev: # what its tests need too
	@sh scripts/environment.sh dev

chromium:
	@sh scripts/chromium.sh

lint: dev ## style, types and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: dev chromium lint ## everything: lint, all tests, the story in a real browser
	$(BIN)/pytest -n auto

test-fast: dev ## the tests that need no browser and no patience (under a minute)
	$(BIN)/pytest -n auto -m "not browser and not slow"

soak: dev ## play histories of both sides against each other (SEEDS=1-1000), print what does not converge
	@$(BIN)/python -W ignore -m tests.convergence.soak $(SEEDS)

mutants: dev ## put bugs into the engine, see how soon histories find them, and write the table in docs/sync.md
	@$(BIN)/python -W ignore -m tests.convergence.mutating

sync-tables: dev ## write the tables of docs/sync.md from the code
	@$(BIN)/python -m tests.sync.document

bench: dev ## the benchmarks: prints a table, writes build/bench.json
	@mkdir -p build
	$(BIN)/python -m bench

translations: dev ## bring the texts that clients read up to date in every language
	$(BIN)/python scripts/translations.py

screenshots: dev chromium ## take the documentation's pictures of the real demo, into docs/pictures
	$(BIN)/python -m tests.screenshots

lock: ## compile requirements/*.txt anew from pyproject.toml
	sh scripts/lock.sh

clean: ## remove what was built and cached; the demo's data and .venv stay
	rm -rf build dist test-results staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	rm -rf src/*.egg-info

# Needs Python >= 3.11 with pip, make, git and gcc; everything else is fetched by name, version and hash into .venv.
PYTHON ?= python3
CONFIG ?= config/botkyrka
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
export PIP_ROOT_USER_ACTION := ignore
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-browser check format lock prove-main prove-collect prove-understand prove-signals prove-forward prove-dashboards prove-duties pictures page-pictures words teach teach-crime bench clean

help:            ## this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 16

setup: .venv/.ready  ## the locked environment in .venv

.venv/.ready: requirements.lock bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11. Say which to use: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 3; }
	@rm -f $@
	@test -x $(UV) && $(UV) --version | grep -qF "$$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' bootstrap.lock)" || \
	  { rm -rf .tools; $(PYTHON) -m pip install --quiet --require-hashes --target .tools -r bootstrap.lock; }
	@test -x $(BIN)/python && $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  $(UV) venv --quiet --clear --python $(PYTHON) .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: setup       ## the main job on the sample world; ONCE=1 for one pass
	@$(BIN)/mediebevakning run --sample $(if $(ONCE),--once)

test: setup      ## all tests that need nothing beyond setup
	@$(BIN)/python -m pytest -m "not browser and not live" -n 2 --dist loadfile --no-loadscope-reorder

test-browser: setup  ## the tests in a real Chromium
	@command -v chromium >/dev/null || { apt-get update -q && apt-get install -qy chromium; } >&2 || \
	  { echo "chromium is missing. Install Debian's package: apt-get install chromium" >&2; exit 3; }
	@$(BIN)/python -m pytest -m browser

check: setup     ## format, lint, types, architecture: fast
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m pytest tests/test_architecture.py

format: setup    ## rewrite the sources as `check` wants them
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

lock:            ## requirements.lock anew from pyproject.toml: names, versions, hashes
	@test -x $(UV) || $(PYTHON) -m pip install --quiet --require-hashes --target .tools -r bootstrap.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --all-extras --no-header --no-emit-index-url \
	  --python-version 3.11 --upgrade -o requirements.lock pyproject.toml

prove-main: setup  ## the promises of the main job, shown
	@$(BIN)/python -m tests.prove.main

prove-collect: setup  ## the promises of collecting, shown; FULL=1 the long form
	@$(BIN)/python -m tests.prove.collect

prove-understand: setup  ## how well texts are understood, shown
	@$(BIN)/python -m tests.prove.understand

prove-signals: setup  ## what is suspected of a text, and how often in vain, shown
	@$(BIN)/python -m tests.prove.signals

prove-forward: setup  ## the right person, once, nothing lost, shown; FULL=1 the long form
	@$(BIN)/python -m tests.prove.forward

prove-dashboards: setup  ## who may see what, how long searches take and people wait; FULL=1 among a million entries, KEEP=folder keeps them
	@$(BIN)/python -m tests.prove.dashboards

prove-duties: setup  ## what is kept and for how long, and the policy's own duties, shown; FULL=1 the long form
	@$(BIN)/python -m tests.prove.duties

pictures: setup  ## the mails as Chromium draws them, into docs/img/mejl
	@$(BIN)/python -m tests.prove.pictures

words: setup      ## dashboards/texts/en.po anew from what the pages say; lists what waits for its translation
	@$(BIN)/python -m dashboards.translate

page-pictures: setup  ## the pages as Chromium draws them, into docs/img/sidor, and as a screen reader reads them
	@$(BIN)/python -m tests.prove.page_pictures

teach: setup      ## the judge's weights anew from our own posts, with what it is worth on posts it was not taught by
	@$(BIN)/python -m pipelines.teach $(CONFIG) --write

teach-crime: setup  ## the types of crime anew from the police's notices in MEDIEBEVAKNING_LABELLED
	@$(BIN)/python -m pipelines.teach_crime $(CONFIG) --write

bench: setup     ## the benchmarks, as JSON and a table
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench_tone
	@$(BIN)/python -m tests.bench_collect

clean:           ## forget the environment and all state
	rm -rf .venv .tools var .mypy_cache .pytest_cache .ruff_cache .hypothesis

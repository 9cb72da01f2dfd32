# One command each: every target does all the set-up it needs. Python 3.11+ and make are enough.
V := .venv
PYTHON ?= python3
RUN := $(V)/bin
EXTRAS := dev,postgres,fast,github

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser pictures bench fuzz format migration constraints clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(V)/.ok ## The whole product in a sandbox: no account, no token, no network (ARGS="--help")
	$(RUN)/emdia demo $(ARGS)

test: $(V)/.ok ## Everything CI checks: format, lint, types, arrows, tests, coverage
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy bot tests benchmarks
	$(RUN)/lint-imports
	$(RUN)/python -m pytest --cov -n logical --maxprocesses 4 --dist worksteal $(ARGS)

test-browser: $(V)/.ok ## The tests that drive a real Chromium
	$(RUN)/python -m pytest -m browser $(ARGS)

pictures: $(V)/.ok ## Take the pictures of docs/pictures anew, from the running demo
	$(RUN)/python -m tests.browser.pictures

bench: $(V)/.ok ## What the product costs, beside the least it could (ARGS="--small dispatch")
	$(RUN)/python -m benchmarks $(ARGS)

fuzz: $(V)/.ok ## Ask the API whatever its description allows, for a minute (ARGS="300 postgres")
	$(RUN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS),fuzz]'
	$(RUN)/python -m tests.support.fuzz $(or $(ARGS),60)

format: $(V)/.ok ## Put the code into the house's form
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

migration: $(V)/.ok ## Write the next migration from the tables (NAME="clients have tags")
	$(RUN)/python -m bot.storage.migrate "$(NAME)"
	$(RUN)/ruff format bot/storage/migrations

constraints: $(V)/.ok ## Pin every library anew, for every Python and system
	UV_PYTHON_DOWNLOADS=never $(RUN)/python -m uv pip compile --quiet --upgrade --universal \
	  --python-version 3.11 --all-extras --no-emit-index-url --no-header \
	  pyproject.toml -o constraints.txt

clean: ## Forget the set-up and every cache; your data stays
	rm -rf $(V) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage

# uv is a speed-up, not a requirement: where it cannot be had, pip does the same, more slowly.
$(V)/.ok: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("EmDia needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another with: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	test -x $(RUN)/python || $(PYTHON) -m venv $(V)
	$(RUN)/python -m uv --version >/dev/null 2>&1 \
	  || $(RUN)/python -m pip install -q --disable-pip-version-check uv || true
	if $(RUN)/python -m uv --version >/dev/null 2>&1; then \
	  UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV=$(V) \
	    $(RUN)/python -m uv pip install -q -c constraints.txt -e '.[$(EXTRAS)]'; \
	else \
	  $(RUN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[$(EXTRAS)]'; \
	fi
	touch $@

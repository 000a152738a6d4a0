# Two commands matter: `make demo` runs the main job, `make test` checks everything.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --constraint constraints.txt

.PHONY: demo test format lint types unit coverage bench clean help

help:  ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: $(VENV)/.package  ## Summarise and translate the example article
	$(BIN)/summarize digest examples/harbour-barrier.en.txt

test: format lint types unit  ## Format, lint, types and tests

format: $(VENV)/.tools  ## Check the formatting
	$(BIN)/ruff format --check .

lint: $(VENV)/.tools  ## Check the style
	$(BIN)/ruff check .

types: $(VENV)/.tools  ## Check the types
	$(BIN)/mypy

unit: $(VENV)/.tools  ## Run the tests
	$(BIN)/pytest

coverage: $(VENV)/.tools  ## Run the tests and report what they cover
	$(BIN)/pytest --cov=summarize --cov-report=term-missing:skip-covered

bench: $(VENV)/.bench  ## Measure quality on ../shared/data
	$(BIN)/python benchmarks/quality.py summaries
	$(BIN)/python benchmarks/quality.py translation --limit 50

clean:  ## Remove what was built
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.package: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable '.[embedded]'
	@touch $@

$(VENV)/.tools: $(VENV)/.package
	$(PIP) --editable '.[embedded,dev]'
	@touch $@

$(VENV)/.bench: $(VENV)/.tools
	$(PIP) --editable '.[embedded,dev,bench]'
	@touch $@

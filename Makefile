# Two commands do everything, set-up included: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# So that `scrapy` says where this folder is when it is called elsewhere.
INSTALL_PROJECT = $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .

.PHONY: demo test check recipes bench analysis dask lock licences sbom advisories clean

demo: $(VENV)/run
	$(BIN)/scrapy demo

test: $(VENV)/dev
	$(BIN)/python -m pytest -n auto --dist worksteal

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# After a change of the feeds' keys: the columns of DuckDB's views.
recipes: $(VENV)/dev
	$(BIN)/python -m tests.support.recipes

# Our reader beside others: what they get right, and what they cost.
bench: $(VENV)/bench
	$(BIN)/python -m bench.reading
	$(BIN)/python -m bench.reading --cost

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.exit(0 if sys.version_info >= (3, 11) else "expected Python 3.11 or newer, found " + v + ": try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements.lock $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(INSTALL_PROJECT)
	@touch $@

$(VENV)/dev: requirements-dev.lock $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(INSTALL_PROJECT)
	@touch $@ $(VENV)/run

$(VENV)/bench: requirements-bench.lock $(VENV)/dev
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-bench.lock
	@touch $@

# What `scrapy export`, `overview` and `browse` need beside the crawler itself.
analysis: $(VENV)/analysis

$(VENV)/analysis: requirements-analysis.lock $(VENV)/run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-analysis.lock
	@touch $@

# What `scrapy crawl reparse` needs to give work to a cluster of Dask, and a cluster's workers.
dask: $(VENV)/dask

$(VENV)/dask: requirements-dask.lock $(VENV)/run
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dask.lock
	@touch $@

# After a change of the dependencies in pyproject.toml; needs uv on the path.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --extra postgresql --extra notify --group build -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --extra postgresql --extra notify --extra analysis \
		--group dev -o requirements-dev.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --extra analysis -c requirements-dev.lock \
		-o requirements-analysis.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --extra dask -c requirements-dev.lock \
		-o requirements-dask.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --group bench -c requirements-dev.lock \
		-o requirements-bench.lock pyproject.toml

# docs/licences.md, of the packages that a crawl and analysts need.
licences: $(VENV)/dev
	$(BIN)/python -m tests.support.licences > docs/licences.md

# A bill of materials of the same packages, as CycloneDX.
sbom: $(VENV)/dev
	$(BIN)/cyclonedx-py requirements --of JSON -o sbom.cdx.json requirements.lock

# Asks the public database of advisories; a machine that cannot reach it is told so, and no more.
advisories: $(VENV)/dev
	$(BIN)/python -m tests.support.advisories

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis var

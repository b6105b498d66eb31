# `make` alone shows what there is. Each target sets up all it needs by itself; a second run skips what is done.

PYTHON ?= python3
VENV := .venv
IN_VENV := $(VENV)/bin

# maturin finds the environment by this, pyo3's build script the interpreter.
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# maturin calls pip too, and pip tells of everything that is there already.
export PIP_QUIET := 1
# rustup puts cargo here; a shell started before that does not know it yet.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
# A kernel costs lavapipe 50 ms to compile and 0.5 ms to find again.
export MESA_SHADER_CACHE_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/farshore/mesa

# The Python module is linked by maturin, as an extension of an interpreter that cargo alone would look for.
RUST_TESTS := --workspace --exclude farshore-python
PYTEST_ARGS ?= -q -n auto --maxprocesses 4
BENCH_ARGS ?=
ACCURACY_ARGS ?=

EXTENSION := python/farshore/_core.abi3.so
RUST_SOURCES := $(shell find Cargo.toml Cargo.lock crates shaders -name '*.rs' -o -name '*.wgsl' -o -name 'Cargo.*')

# cargo and pytest use every core themselves.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup system build demo examples test test-rust test-python test-staged test-oldest test-interop bench accuracy lint \
    lint-tools format stubs docs wheel

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: build $(VENV)/.demo ## Process a real photograph on the GPU
	@$(IN_VENV)/python examples/photograph.py

examples: build $(VENV)/.demo ## Run every example; examples/README.md says what they show
	@for name in photograph kernel reaction; do $(IN_VENV)/python examples/$$name.py || exit 1; done
	@for name in texture reaction video; do cargo run --quiet --release --example $$name || exit 1; done

test: setup lint-tools build test-rust test-python test-staged test-oldest lint ## Run every test and the linters

test-rust: setup ## Run the Rust tests, with cargo-nextest where it is installed
	@if cargo nextest --version >/dev/null 2>&1; then \
	    cargo nextest run $(RUST_TESTS) && cargo test --doc $(RUST_TESTS); \
	else \
	    cargo test $(RUST_TESTS); \
	fi

test-python: build ## Run the Python tests, and the examples in docstrings and README
	@$(IN_VENV)/python -m pytest $(PYTEST_ARGS) --doctest-modules --doctest-glob='*.md' \
	    tests/python python/farshore README.md $(wildcard docs/*.md)

# The tests of the door: these run again where something else stands behind it.
DOOR := tests/python/door $(addprefix tests/python/test_, to_numpy.py roundtrip.py async.py dlpack.py files.py map_host.py \
    leaks.py interrupts.py)

test-staged: build ## Run the tests of transfers as on a GPU with memory of its own
	@FARSHORE_SHARED_MEMORY=0 $(IN_VENV)/python -m pytest $(PYTEST_ARGS) $(DOOR)

test-oldest: build $(VENV)/.oldest ## Run the tests of transfers with the oldest NumPy that farshore supports
	@if [ -d $(VENV)/oldest/numpy ]; then \
	    PYTHONPATH=$(VENV)/oldest $(IN_VENV)/python -m pytest $(PYTEST_ARGS) $(DOOR); \
	else \
	    echo "NumPy 2.1 has no wheel for this Python: not tested"; \
	fi

test-interop: build $(VENV)/.interop ## Run the tests with other libraries (1 GB of them)
	@PYTHONPATH=python $(VENV)/interop/bin/python -m pytest -q -p no:napari -p no:npe2 tests/interop

bench: build $(VENV)/.bench ## Time Farshore beside NumPy and other libraries
	cargo bench -p farshore-benches
	@$(IN_VENV)/python benches/python/run.py $(BENCH_ARGS)

accuracy: build $(VENV)/.accuracy ## Measure the worst error of every function
	@PYTHONPATH=docs $(IN_VENV)/python -m accuracy $(ACCURACY_ARGS)

lint: setup lint-tools ## Check the form and the types of all code
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	$(IN_VENV)/ruff check
	$(IN_VENV)/ruff format --check
	$(IN_VENV)/mypy

format: setup ## Put all code into its standard form
	cargo fmt --all
	$(IN_VENV)/ruff check --fix
	$(IN_VENV)/ruff format

build: $(EXTENSION) ## Build the Python module into .venv

docs: build ## Write docs/functions.md, docs/coverage.md and the tables of docs/transfers.md anew
	$(IN_VENV)/python docs/calls.py
	$(IN_VENV)/python docs/functions.py
	$(IN_VENV)/python docs/coverage.py

stubs: build ## Write _core.pyi and __init__.pyi anew from the modules
	$(IN_VENV)/python -m farshore._stubs

wheel: setup ## Build a wheel into dist/ and print its size
	@rm -f dist/*.whl
	$(IN_VENV)/maturin build --release --out dist
	@ls -lh dist/*.whl | awk '{ print $$NF ": " $$5 }'

setup: system $(VENV)/.dev ## Install what is missing (the other targets do that themselves)

system:
	@PYTHON=$(PYTHON) sh scripts/setup.sh
	@mkdir -p "$$MESA_SHADER_CACHE_DIR"  # Mesa makes no parents

# Stamp files: older than pyproject.toml means that its list may have changed.
$(VENV)/.dev: pyproject.toml | system
	@$(IN_VENV)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing Python packages into $(VENV) ..."
	@$(IN_VENV)/python -m pip install --quiet --upgrade 'pip>=25.1'  # the first to know groups
	@$(IN_VENV)/python -m pip install --quiet --group dev
	@touch $@

$(VENV)/.demo $(VENV)/.bench $(VENV)/.accuracy: $(VENV)/.%: pyproject.toml $(VENV)/.dev
	@echo "Installing what $* needs into $(VENV) ..."
	@$(IN_VENV)/python -m pip install --quiet --group $*
	@touch $@

$(VENV)/.oldest: pyproject.toml $(VENV)/.dev
	@$(IN_VENV)/python -m pip install --quiet --upgrade --only-binary :all: --target $(VENV)/oldest 'numpy==2.1.0' || true
	@touch $@

# Some of these libraries bring plug-ins for pytest, which other tests should not meet.
$(VENV)/.interop: pyproject.toml $(VENV)/.dev
	@echo "Installing other libraries into $(VENV)/interop ..."
	@$(PYTHON) -m venv $(VENV)/interop
	@$(VENV)/interop/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(VENV)/interop/bin/python -m pip install --quiet --group interop
	@touch $@

$(EXTENSION): $(RUST_SOURCES) pyproject.toml $(VENV)/.dev
	$(IN_VENV)/maturin develop --release
	@touch $@

lint-tools:
	@cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || \
	    { echo "rustfmt and clippy are not installed; to get them: rustup component add rustfmt clippy" >&2; exit 1; }

# `make demo`, `make test` and `make docs` do everything from a fresh clone; the second
# time the set-up takes no time.
PYTHON ?= python3
# The newest Python that torch's CPU build need not be there for.
NEWEST ?= $(firstword $(wildcard $(HOME)/.pyenv/versions/3.13.*/bin/python3.13) python3.13)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What depends on other libraries most, and trains least.
CORE_TESTS := tests/_base tests/_sessions tests/_spectral tests/_titles tests/_utils \
	tests/test_common.py tests/test_pipelines.py tests/test_spectral_embedder.py \
	tests/test_text_cnn_embedder.py
TORCH_FREE_TESTS := tests/_sessions tests/_titles tests/_utils/test_ragged.py \
	tests/_utils/test_validation.py tests/_spectral/test_encoder.py tests/datasets \
	tests/test_spectral_embedder.py

# A process a core and one thread in each; a file's tests share what they fit.
PYTEST := -m pytest -q -n auto --maxprocesses 4 --dist loadfile

.PHONY: demo test lint types pytest oldest newest docs clean

demo: $(READY)
	$(BIN)/python examples/demo.py

test: lint types pytest

pytest oldest newest docs: export OMP_NUM_THREADS = 1

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(READY)
	$(BIN)/mypy

pytest: $(READY)
	$(BIN)/python $(PYTEST)

# The site, with the examples run, in docs/_build/html. It takes no network. A process a
# core and one thread in each, as for the tests.
docs: $(READY)
	$(BIN)/python -m sphinx --builder html --jobs auto --fail-on-warning --keep-going --quiet \
		--doctree-dir docs/_build/doctrees docs docs/_build/html
	@echo "The site is in docs/_build/html/index.html."

# The oldest versions that pyproject.toml allows. They warn of much that is not ours.
oldest:
	$(PYTHON) -m venv $(VENV)-oldest
	$(VENV)-oldest/bin/python -m pip install --quiet --requirement constraints-oldest.txt
	$(VENV)-oldest/bin/python -m pip install --quiet --no-deps --editable .
	$(VENV)-oldest/bin/python $(PYTEST) -o filterwarnings=default $(CORE_TESTS)

# The newest Python, if there is one, without torch.
newest:
	@if $(NEWEST) --version; then \
		set -e; \
		$(NEWEST) -m venv $(VENV)-newest; \
		$(VENV)-newest/bin/python -m pip install --quiet --constraint constraints.txt \
			filelock joblib narwhals numpy pandas polars pyarrow pytest \
			pytest-xdist rich scikit-learn scipy sentencepiece skops; \
		$(VENV)-newest/bin/python -m pip install --quiet --no-deps --editable .; \
		$(VENV)-newest/bin/python $(PYTEST) $(TORCH_FREE_TESTS); \
	else \
		echo "Python 3.13 is not on this machine: its tests are skipped."; \
	fi

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

clean:
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-newest build *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache \
		docs/_build docs/api docs/auto_examples

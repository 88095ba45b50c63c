# Qiao: the commands of the house. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
# more for pytest, e.g. make test ARGS="tests/sales -x"
ARGS ?=
VENV = .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run test bench lint check-migrations translations screenshots setup lock clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-18s %s\n' "$$name" "$$text"; done

run: ## set up, load the demonstration institution the first time, serve http://127.0.0.1:8000 (PORT=)
	@$(PYTHON) scripts/bootstrap.py
	@exec $(VENV) scripts/serve.py --with-parent --port $(PORT)

test: setup ## set up and run the whole test suite (ARGS= for pytest)
	@exec $(VENV) -m pytest -n auto --dist loadgroup $(ARGS)

bench: setup ## run the benchmarks and print their table
	@exec $(VENV) -m benchmarks $(ARGS)

lint: setup ## check style, types, room directions, templates, dead code, unsafe code
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) -m mypy
	.venv/bin/lint-imports --no-cache
	.venv/bin/djlint templates --lint --quiet --ignore H006,H015,H020,H021,H025,H030,H031,H037
	$(VENV) -m vulture app scripts --min-confidence 80
	$(VENV) -m bandit --quiet --recursive app scripts --ini setup.cfg --severity-level medium

check-migrations: setup ## prove the migrations: one head, up-down-up, equal to the models, on SQLite and PostgreSQL
	@exec $(VENV) -m pytest tests/architecture/test_migrations.py $(ARGS)

translations: setup ## bring the rooms' Chinese catalogues in line with what the pages say
	@$(VENV) scripts/catalogues.py update
	@$(VENV) scripts/catalogues.py compile

screenshots: setup ## make the pictures of README and docs from the demonstration institution
	@exec $(VENV) -m scripts.screenshots $(ARGS)

setup: ## only set up, for development: virtual environment, packages, front-end files
	@$(PYTHON) scripts/bootstrap.py --dev

lock: ## write the locks of Python and front-end packages anew (UPGRADE=1 takes newer versions)
	@scripts/lock.sh

clean: ## remove what set-up and tests made; data in instance/ stays
	rm -rf .venv node_modules static/vendor tests/vendor qiao.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	find app -name '*.mo' -delete
	find static -name '*.gz' -delete -o -name '*.br' -delete

# Two commands are enough: `make demo` and `make test`. What they need, tools/environment.sh makes first.

.DEFAULT_GOAL := help
.PHONY: help demo test check bench soak clean lock
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name what; do printf '  make %-6s %s\n' "$$name" "$$what"; done

demo: ## a workspace in demo/ from the embedded registers, run to a report in Korean and English
	@sh tools/environment.sh base
	@echo "demo: running the embedded registers to a report in demo/"
	@.venv/bin/dynapolis demo demo

test: check ## check, then every test
	@sh tools/environment.sh browser
	@echo "test: every test, on two processes"
	@.venv/bin/python -m pytest -n 2

check: ## lint, format and types
	@sh tools/environment.sh test
	@echo "check: lint (ruff), format (ruff), types (mypy)"
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

bench: ## every benchmark, one after the other
	@sh tools/environment.sh test
	@for file in benchmarks/[a-z]*.py; do \
		[ -e "$$file" ] || { echo "bench: there is no benchmark yet" >&2; exit 1; }; \
		echo "bench: $$file"; .venv/bin/python "$$file" || exit 1; done

soak: ## the laws with ROUNDS seeds of chance, 20 if not given, and as many thousand faulty requests to the pages
	@sh tools/environment.sh test
	@for seed in $$(seq 1 $${ROUNDS:-20}); do \
		echo "soak: laws, seed $$seed"; .venv/bin/python -m pytest -q -n 2 tests/laws --hypothesis-seed=$$seed || exit 1; done
	@echo "soak: faulty requests"; .venv/bin/python benchmarks/fuzz.py --n $${ROUNDS:-20}000 --seed $${ROUNDS:-20}

clean: ## remove .venv, the workspace demo/ and everything else that was made here
	@rm -rf .venv demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name .git -prune -o -type d -name __pycache__ -exec rm -rf {} +

lock: ## new requirements/*.lock from pyproject.toml; UPGRADE=1 takes the newest versions
	@sh tools/environment.sh lock

.PHONY: run test lint environments test-environments

run: environments
	@.venv/bin/python -m ops.launch

test: test-environments
	@.venv/bin/python -m ops.bot_model
	@.venv/bin/python -m pytest

lint: test-environments
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

environments:
	@python3 -m ops.environments

test-environments:
	@python3 -m ops.environments --test

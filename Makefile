# Two commands matter: `make lab` and `make test`. Windows without make: README.md.
PYTHON ?= python3
ARGS ?=

.PHONY: lab setup test test-all notebooks bench clean help

help:
	@$(PYTHON) -m helpers.bootstrap help

lab setup test test-all notebooks bench clean:
	@$(PYTHON) -m helpers.bootstrap $@ $(ARGS)

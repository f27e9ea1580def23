# `make demo` and `make test` do all set-up on a fresh Debian machine with Python 3.11 or newer.
# Everything installed goes into .venv, save the text layout libraries that the PDF needs.

PYTHON ?= python3
OUT    ?= demo-report
VENV   := .venv
BIN    := $(VENV)/bin
PANGO  := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0

.DEFAULT_GOAL := help
.PHONY: help demo test lint format study bench fixtures docs licences lock sbom clean distclean

help:             ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(VENV)/.pango      ## audit the bundled example and write the report to demo-report/
	@$(BIN)/synthgate demo --out "$(OUT)"
	@echo "Open $(OUT)/report.pdf or $(OUT)/report.html"

test: $(VENV)/.pango      ## run the tests (make test ARGS="-k wire" for some of them)
	$(BIN)/python -m pytest -m "not study" -n auto --dist loadfile $(ARGS)

lint: $(VENV)/.installed  ## style, types and the rules about who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/supply_chain.py advisories

format: $(VENV)/.installed ## rewrite the sources in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

study: $(VENV)/.installed ## the calibration studies; they take minutes
	$(BIN)/python -m pytest -m study --timeout 3600 $(ARGS)

bench: $(VENV)/.installed ## speed, side by side with peers
	$(BIN)/python benchmarks/run.py $(ARGS)

fixtures: $(VENV)/.installed ## make the fixtures anew
	$(BIN)/python fixtures/make.py $(ARGS)

docs: $(VENV)/.installed ## write the generated parts of the documentation anew
	$(BIN)/python docs/make.py

licences: $(VENV)/.installed ## list the licences of everything that comes with it anew
	$(BIN)/python .ci/supply_chain.py licences

lock: $(VENV)/.installed ## write down the versions that are installed, for the next set-up
	$(BIN)/python .ci/supply_chain.py lock

sbom: $(VENV)/.installed ## write a CycloneDX bill of materials to dist/
	@mkdir -p dist
	$(BIN)/python .ci/supply_chain.py sbom dist/synthgate.cdx.json

clean:            ## remove what builds and tests leave
	rm -rf build dist *.egg-info audit/space/neighbours/_kernel*.so .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache demo-report demo-report.previous
	find audit tests fixtures benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

distclean: clean  ## remove the virtual environment as well
	rm -rf $(VENV)

# --- set-up, repeated only when its inputs change -------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; name it with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y --no-install-recommends python3-venv; \
	  else \
	    echo "Python's venv module is missing; run: sudo apt-get install python3-venv" >&2; exit 1; \
	  fi; }
	$(PYTHON) -m venv $(VENV)

# The versions that the tests were run with last, where they were written down for this Python.
# UNLOCKED=1 takes the newest ones instead, to see whether they still fit.
$(VENV)/.installed: pyproject.toml setup.py audit/version.py $(wildcard audit/space/neighbours/*.?pp .ci/constraints-*.txt) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --upgrade pip 'setuptools>=77'
	@lock=.ci/constraints-$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])').txt; \
	if [ -f "$$lock" ] && [ -z "$(UNLOCKED)" ]; then set -- --constraint "$$lock"; else set --; fi; \
	$(BIN)/python -m pip install --quiet --editable '.[dev]' "$$@"
	@touch $@

# The report is set by WeasyPrint, which needs Pango. Without it everything but the PDF works,
# so a machine where nobody may install packages is told what is missing and goes on.
$(VENV)/.pango: $(VENV)/.installed
	@if $(BIN)/python -W error -c 'import weasyprint; weasyprint.HTML(string="<p>x</p>").write_pdf()' \
	    >/dev/null 2>&1; then touch $@; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  { apt-get install -y --no-install-recommends $(PANGO) >/dev/null 2>&1 \
	    || { apt-get update -qq && apt-get install -y --no-install-recommends $(PANGO); }; } && touch $@ \
	  || echo "The PDF cannot be made here: $(PANGO) could not be installed" >&2; \
	else \
	  echo "The PDF cannot be made here; run: sudo apt-get install --no-install-recommends $(PANGO)" >&2; \
	fi

# One command each; `make` alone checks and tests. Needs make and Python 3.11 to 3.13, nothing else.
# Written for GNU make 3.81 and a plain sh.

VENV := .venv
BIN := $(VENV)/bin
STORY := north-korean-troops
STAMP := $(VENV)/.installed
STRIP := $(BIN)/nbstripout
KEEP := --keep-id

# Variables that would let another environment's packages into ours. pip's own settings
# (mirrors, certificates, time-outs) are left as the user has them.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV PIP_REQUIRE_VIRTUALENV PIP_TARGET PIP_PREFIX PIP_USER
unexport MAKEFLAGS MFLAGS MAKEOVERRIDES
# Where it is set, each of the many processes compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: all help setup report report-all test check score bench lab format lock clean environment
.SUFFIXES:

all: check test

help:
	@echo "make            check and test"
	@echo "make report     read the documents, run the notebooks, publish the pages"
	@echo "make report-all the same for every story, and for the story of the tutorial"
	@echo "make test       all tests"
	@echo "make check      style, types, and notebooks free of output"
	@echo "make score      precision and recall of the extraction on hand-checked sentences"
	@echo "make bench      time and memory of the slow parts"
	@echo "make lab        open the notebooks in JupyterLab (installed on first use)"
	@echo "make format     let ruff format and mend what it can"
	@echo "make lock       resolve requirements.lock anew"
	@echo "make clean      remove the environment and caches; ledger, charts and pages stay"

# The stamp is written last and holds the folder's path, so neither half an installation nor a
# folder that was moved (an environment holds absolute paths) counts as installed.
setup:
	@if [ -f $(STAMP) ] && [ "`cat $(STAMP)`" = "$(CURDIR)" ] \
	    && [ ! requirements.lock -nt $(STAMP) ] && [ ! pyproject.toml -nt $(STAMP) ] \
	    && $(BIN)/python -c '' 2>/dev/null; then :; \
	else $(MAKE) --no-print-directory environment; fi

environment:
	@rm -rf $(VENV); found=; \
	for python in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null || continue; \
	    found=$$python; \
	    $$python -m venv $(VENV) >/dev/null 2>&1 && [ -x $(BIN)/pip ] && break; \
	    rm -rf $(VENV); \
	done; \
	if [ ! -x $(BIN)/pip ]; then \
	    if [ -n "$$found" ]; then \
	        echo "Tallybook: $$found cannot make a virtual environment. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2; \
	    else \
	        echo "Tallybook needs Python 3.11, 3.12 or 3.13 and found none. Debian or Ubuntu: sudo apt-get install python3 python3-venv. macOS: brew install python@3.13. Installed elsewhere? make PYTHON=/path/to/python3" >&2; \
	    fi; exit 1; \
	fi; \
	$(BIN)/python -c 'import sys; print("Installing Tallybook for Python %d.%d into $(VENV): once, one to three minutes." % sys.version_info[:2])'
	@total=`grep -c '^[a-z0-9].*==' requirements.lock`; \
	{ $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off \
	      --require-hashes --requirement requirements.lock 2>&1 \
	  && $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off \
	      --no-deps --no-build-isolation --editable . 2>&1 \
	  && echo "Tallybook: installed"; } | tee $(VENV)/install.log | awk -v total=$$total -v tty="`[ -t 1 ] && echo 1`" ' \
	    /^Collecting / { n++; if (tty) { printf "\r  fetched %d of at most %d packages", n, total; fflush() } \
	                     else if (n % 25 == 0) { print "  fetched " n " packages"; fflush() } } \
	    /^Installing collected/ && n { printf "%s  unpacking %d packages ...\n", (tty ? "\n" : ""), n; fflush(); n = 0 }'
	@if [ "`tail -n 1 $(VENV)/install.log`" != "Tallybook: installed" ]; then \
	    grep -i -A 8 -e '^ *error' $(VENV)/install.log >&2 || tail -n 20 $(VENV)/install.log >&2; \
	    echo "Tallybook: the installation failed; the whole log is $(VENV)/install.log. Run the same command again to retry." >&2; exit 1; fi
	@if git rev-parse --git-dir >/dev/null 2>&1; then \
	    git config filter.nbstrip.clean \
	        'if [ -x $(STRIP) ]; then exec $(STRIP) $(KEEP); else cat; fi' \
	    && git config filter.nbstrip.smudge cat && git config filter.nbstrip.required false; fi
	@echo "$(CURDIR)" >$(STAMP).part && mv $(STAMP).part $(STAMP)

report: setup
	@code=0; $(BIN)/tallybook build $(STORY) || code=$$?; \
	page="$(CURDIR)/figures/$(STORY)/pages/index.html"; \
	if [ -f "$$page" ]; then echo "Read the report: file://$$page" | sed 's/ \([^ ]*:\)/ \1/'; fi; \
	exit $$code

# The tutorial's story is made in a folder of its own, by typing what the tutorial says.
report-all: setup
	@worst=0; for file in notebooks/stories/*/story.toml; do \
	    story=`basename $${file%/story.toml}`; \
	    code=0; $(BIN)/tallybook build $$story || code=$$?; \
	    if [ $$code -gt $$worst ]; then worst=$$code; fi; \
	done; \
	$(BIN)/python -m tests.tutorial build/tutorial || worst=1; exit $$worst

test: setup
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@set -- notebooks/*.ipynb; if [ -f "$$1" ]; then \
	    echo "$(STRIP) $(KEEP) --verify notebooks/*.ipynb"; $(STRIP) $(KEEP) --verify "$$@" \
	    || { echo "Notebooks hold output: run $(STRIP) $(KEEP) notebooks/*.ipynb" >&2; exit 1; }; fi

score: setup
	$(BIN)/python -m pytest tests/score --quiet -s

bench: setup
	$(BIN)/python -m pytest tests/benchmarks --quiet -s

# JupyterLab brings some fifty packages that no report needs, so it stays out of the lock; the
# versions that are locked hold all the same.
lab: setup
	@[ -x $(BIN)/jupyter-lab ] || { echo "Installing JupyterLab: once."; \
	    sed -n 's/^\([a-z0-9][^\\]*\) \\$$/\1/p' requirements.lock >$(VENV)/constraints.txt; \
	    $(BIN)/python -m pip install --disable-pip-version-check --quiet --constraint $(VENV)/constraints.txt 'jupyterlab>=4.2'; }
	$(BIN)/jupyter-lab --notebook-dir=. notebooks

format: setup
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

# No index address may land in the lock: whoever installs takes the one that pip is set up with.
lock: setup
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install --disable-pip-version-check --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra browser --extra cluster --extra parquet --extra postgres --extra store \
	    --extra watch --universal \
	    --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	    --upgrade --quiet --custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info
	find analysis tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Windlass: every target sets up what it needs. `make help` lists them.
SIM ?= icarus
FILE ?=
WAVES ?=
PY = .venv/bin/python
PARAMS ?=
ONLY ?=
RUN_ARGS = --sim $(SIM) $(if $(FILE),--file "$(FILE)") $(if $(filter 1,$(WAVES)),--waves) $(addprefix --param ,$(PARAMS))

.PHONY: help run test lint regs synth synth-size bench clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

run: ## drive a file through the RTL and the reference model [FILE=path] [SIM=icarus|verilator] [WAVES=1] [PARAMS="DATA_WIDTH=128"]
	@tools/bootstrap run $(SIM) $(if $(filter 1,$(WAVES)),waves)
	@.venv/bin/windlass firstlight $(RUN_ARGS)

test: ## software tests, unit benches and scenarios, under Icarus and Verilator
	@tools/bootstrap run both waves
	@tools/bootstrap test
	@$(PY) -m pytest -n 2 -q tests

lint: ## verilator -Wall and verible on the Verilog, ruff on the Python
	@tools/bootstrap run verilator
	@tools/bootstrap dev
	@$(PY) tools/lint

regs: ## register headers (Verilog, C, Python, Markdown) from rtl/windlass.rdl
	@tools/bootstrap test
	@$(PY) tools/regs

synth: ## the default configuration to an ECP5-85 bitstream; LUT, FF, block RAM, Fmax; reports in build/synth
	@tools/bootstrap synth
	@$(PY) tools/synth

synth-size: ## cells (xc7, ECP5) and ECP5-6 clock of five configurations, area gates; build/synth/size.json, docs/performance.md [ONLY="gates typical"]
	@tools/bootstrap synth
	@$(PY) tools/synth_size $(if $(ONLY),--only $(ONLY))

bench: ## bus utilisation and launch latency under Verilator; build/bench/results.json, docs/performance.md, docs/plots
	@tools/bootstrap run verilator
	@tools/bootstrap bench
	@$(PY) tools/bench

clean: ## remove everything that was built (keeps .venv)
	@rm -rf build

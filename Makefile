# Windlass: every target sets up what it needs. `make help` lists them.
SIM ?= icarus
FILE ?=
SEEDS ?= 6
WAVES ?=
PY = .venv/bin/python
PARAMS ?=
ONLY ?=
LIMIT ?=
RUN_ARGS = --sim $(SIM) $(if $(FILE),--file "$(FILE)") $(if $(filter 1,$(WAVES)),--waves) $(addprefix --param ,$(PARAMS))

.PHONY: help run test regress regress-sw regress-display lint regs synth synth-size mutate formal bench bench-sw clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 10

run: ## drive a file through the RTL and the reference model [FILE=path] [SIM=icarus|verilator] [WAVES=1] [PARAMS="DATA_WIDTH=128"]
	@tools/bootstrap run $(SIM) $(if $(filter 1,$(WAVES)),waves)
	@.venv/bin/windlass firstlight $(RUN_ARGS)

test: ## software tests, unit benches and scenarios, under Icarus and Verilator
	@tools/bootstrap run both waves
	@tools/bootstrap test
	@tools/bootstrap formal
	@$(PY) -m pytest -n 2 --dist worksteal -q tests

regress: ## all drivers and random programs on a matrix of builds, both simulators, against the model, regress-sw and regress-display [SEEDS=6]
	@tools/bootstrap run both
	@tools/bootstrap test
	@tools/bootstrap formal
	@$(PY) tools/regress --seeds $(SEEDS)
	@$(PY) -m pytest -n 2 --dist worksteal -q --full tests/test_units.py tests/test_bench_top.py tests/test_formal.py tests/test_mapped.py
	@$(PY) tools/regress_sw
	@$(PY) tools/regress_display

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

synth-size: ## cells (xc7, ECP5) and ECP5-6 clock of five configurations, area gates (minutes for the small ones, an hour for all on two cores); build/synth/size.json, docs/performance.md [ONLY="gates typical"] [LIMIT=minutes of a placement]
	@tools/bootstrap synth
	@$(PY) tools/synth_size $(if $(ONLY),--only $(ONLY)) $(if $(LIMIT),--limit $(LIMIT))

mutate: ## small bugs, one at a time, in each RTL module: which does its bench find; build/mutate/results.json [MODULES="cut map"] [EACH=12]
	@tools/bootstrap run icarus
	@$(PY) tools/mutate $(MODULES) $(if $(EACH),--each $(EACH))

formal: ## proofs of the RTL (SymbiYosys, z3), their cover statements and their planted bugs; build/formal/results.json
	@tools/bootstrap formal
	@$(PY) tools/formal --bugs

bench: ## bus utilisation and launch latency under Verilator; build/bench/results.json, docs/performance.md, docs/plots
	@tools/bootstrap run verilator
	@tools/bootstrap bench
	@$(PY) tools/bench

bench-sw: ## what the software costs: pairs/s, MB/s, time beside the simulator's; build/bench/sw.json, docs/performance-sw.md
	@tools/bootstrap run verilator
	@$(PY) tools/bench_sw

regress-sw: ## random driver programs, long, on the reference platform and on the RTL; fixed seeds, counts [SEED=0] [PROGRAMS=2000]
	@tools/bootstrap run both
	@tools/bootstrap test
	@$(PY) tools/regress_sw $(if $(SEED),--from $(SEED)) $(if $(PROGRAMS),--programs $(PROGRAMS))

regress-display: ## malicious command buffers on the display model, reference platform and RTL; fixed seeds, counts [BUFFERS=5000]
	@tools/bootstrap run verilator
	@tools/bootstrap test
	@$(PY) tools/regress_display $(if $(SEED),--from $(SEED)) $(if $(BUFFERS),--buffers $(BUFFERS))

clean: ## remove everything that was built (keeps .venv)
	@rm -rf build

.DEFAULT_GOAL := help
.PHONY: help build test it fmt demo faults bench docs reproducible clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the product into packaging/target/muster, without running tests
	@build/product

test: ## run all tests: the modules', then the product on real hosts (as CI does)
	@build/test

it: ## run the product on real hosts only (root; builds first if needed)
	@[ -z "$$(build/stale)" ] || build/product
	@testbed/testbed packages
	@testbed/testbed run -- testbed/scenarios/rebuild

fmt: ## lay out all Java code as agreed
	@build/maven -q -N -Dformat.mode=write validate

demo: ## tell the whole story on this machine
	@./muster demo

faults: ## kill, cut off and freeze real processes for an hour (root)
	@build/faults

bench: ## measure, next to the raw broker and to yesterday
	@[ -x bench/run ] || { echo "make: there is no bench/run" >&2; exit 1; }
	@bench/run

docs: ## check that every link in the documents leads somewhere
	@build/links

reproducible: ## build twice from nothing and compare every byte
	@build/reproducible

clean: ## remove everything that was built
	@rm -rf target ./*/target

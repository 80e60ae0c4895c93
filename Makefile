# The verbs of the house. `make` alone lists them.

SWIFT_FLAGS := --explicit-target-dependency-import-check error

.DEFAULT_GOAL := help
.PHONY: help demo test rehearse rehearse-long build release bench lint format clean

help: ## List the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Play the whole story: two processes, three merchants, every way a charge can go
	@scripts/install-packages build
	@swift build $(SWIFT_FLAGS)
	@"$$(swift build --show-bin-path)/demo"

test: ## Run every test, the independent judges among them, and say what did not run
	@scripts/test

rehearse: ## Show the promise: seeded years, deaths at every point, faults, hledger (CI's counts)
	@scripts/install-packages test
	@scripts/rehearse

rehearse-long: ## The same with the long counts, and each guard taken away: hours
	@scripts/install-packages test
	@scripts/rehearse long

build: ## Build everything for debugging
	@scripts/install-packages build
	swift build $(SWIFT_FLAGS)

release: ## Build `bursar` and `stripe-sandbox` as they are installed
	@scripts/install-packages build
	swift build $(SWIFT_FLAGS) -c release

bench: ## Measure beside the peer and the limit, several rounds in turn
	@scripts/install-packages test
	@Benchmarks/run

lint: ## Say where the sources leave the style
	swift format lint --strict --parallel --recursive Package.swift Sources Examples Tests Config Webhooks

format: ## Bring the sources into the style
	swift format --in-place --parallel --recursive Package.swift Sources Examples Tests Config Webhooks

clean: ## Remove what was built
	rm -rf .build .venv-judges

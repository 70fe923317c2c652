# SPDX-License-Identifier: GPL-3.0-or-later
#
# Needs Go, and Python 3 with venv and pip for what uses Ansible; what is missing
# is named. `make` alone lists the targets.

VERSION  := $(shell sed -n 's/^version: *//p' collection/galaxy.yml)
COMMIT   := $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown)
MODULE   := github.com/acsmon/acsmon-ansible
GO       ?= go
# The race detector needs a C compiler; scripts/needs says so where there is none.
RACE     := $(if $(filter 1,$(shell $(GO) env CGO_ENABLED 2>/dev/null)),-race)
LDFLAGS  := -s -w -X $(MODULE)/internal/version.stamp=$(VERSION)+$(COMMIT)
# What makes the collection 8 % smaller, and no task or inventory slower: code is inlined only where an inventory and TLS spend their
# time, and HTTP/2 is left out, which brings nothing to a server that allows 60 requests a minute.
INLINED  := runtime/... internal/runtime/... internal/abi internal/bytealg internal/strconv internal/sync reflect encoding/json strconv \
	unicode/... strings bytes bufio io sort slices sync/... \
	$(addprefix crypto/internal/fips140/,bigmod nistec/... edwards25519/... mlkem) \
	$(addprefix $(MODULE)/,acsmon internal/inventory internal/rows internal/untrusted)
GCFLAGS  := -gcflags all=-l $(INLINED:%=-gcflags %=)
GOBUILD  := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -tags nethttpomithttp2 $(GCFLAGS) -ldflags '$(LDFLAGS)'
# Keeps Ansible from taking an executable for a list of hosts.
SEAL     := $(GO) run ./scripts/seal

# The executables for this host, those that a release has beside the collection, and the platforms of both.
COMMANDS  := acsmon inventory acsmon_monitor acsmon_alert acsmon-sandbox
STANDALONE := acsmon inventory acsmon_monitor acsmon_alert
PLATFORMS := linux_amd64 linux_arm64 darwin_amd64 darwin_arm64

# Where scripts/skip notes what make test skips, to list it at the end.
SKIPPED := $(CURDIR)/build/skipped

# How many operations make chaos runs; CHAOS_SEED=N repeats a run of that seed.
OPERATIONS ?= 5000
# How long make fuzz feeds each of its targets.
FUZZTIME ?= 20s
# The oldest and the newest ansible-core: what make test and make lint use. make test-matrix uses all of scripts/cores.
CORES   ?= $(shell sed -n '/pre-release$$/d; s/^\([0-9.]*\) .*/\1/p' scripts/cores | sed -n '1p; $$p')

# Those that make test-matrix uses; empty: all.
MATRIX  ?=

STAGE   := build/ansible_collections/acsmon/monitor
TARBALL := dist/acsmon-monitor-$(VERSION).tar.gz
# The demo needs the executable of this platform alone, and leaves dist/ as it is.
HOST    = $(shell $(GO) env GOOS)_$(shell $(GO) env GOARCH)
DEMO    := build/demo
# Galaxy refuses more than 20 MB.
MAX_TARBALL_MB := 18
# What prints the folder of the virtual environment that builds the collection. A release takes one that is pinned by hash.
GALAXY         := scripts/venvs --first
GALAXY_URL     ?= https://galaxy.ansible.com/

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

.PHONY: build
build: need-go ## Build the executables for this host into bin/
	@mkdir -p bin
	@[ "$$($(GO) env GOHOSTOS)" != darwin ] || rm -f $(COMMANDS:%=bin/%) # go build overwrites no universal file
	@for command in $(COMMANDS); do $(GOBUILD) -o bin/$$command ./cmd/$$command || exit 1; done
	@$(SEAL) $(COMMANDS:%=bin/%)
	@ls -l $(COMMANDS:%=bin/%) | awk '{printf "%-20s %5.1f MB\n", $$NF, $$5 / 1e6}'

.PHONY: collection
collection: stage ## Build the collection, for all platforms, into dist/
	@rm -f $(TARBALL)
	@venv=$$($(GALAXY)) && $$venv/bin/ansible-galaxy collection build --force --output-path $(dir $(TARBALL)) $(STAGE) >/dev/null
	@size=$$(wc -c <$(TARBALL)); echo "$(TARBALL) $$size" | awk '{printf "%s %.1f MB\n", $$1, $$2 / 1e6}'; \
	if [ $$size -gt $(MAX_TARBALL_MB)000000 ]; then echo "$(TARBALL) is over the budget of $(MAX_TARBALL_MB) MB"; exit 1; fi

# Lays out the collection as it is installed.
.PHONY: stage
stage: need-go
	@rm -rf $(STAGE)
	@mkdir -p $(STAGE)/plugins/sub_plugins/binaries dist
	@cp -R collection/. LICENSES LICENSE-THIRD-PARTY.txt $(STAGE)
	@cp LICENSES/GPL-3.0-or-later.txt $(STAGE)/COPYING
	@find $(STAGE) -name __pycache__ -prune -exec rm -rf {} +
	@for platform in $(PLATFORMS); do \
		GOOS=$${platform%_*} GOARCH=$${platform#*_} $(GOBUILD) -o $(STAGE)/plugins/sub_plugins/binaries/acsmon_$$platform ./cmd/acsmon || exit 1; \
	done
	@$(SEAL) $(STAGE)/plugins/sub_plugins/binaries/*

.PHONY: venvs
venvs: ## Make .venv/core-VERSION for each ansible-core that a Python fits
	@scripts/venvs $(CORES)

# The tests of the modules and of what bulk work costs go through thousands of cases, which the race detector makes six times slower;
# what runs at the same time is in the client, and is tested with it in acsmon, internal/inventory, internal/watch and tests/chaos.
# With -short, a fleet is smaller than in make test-matrix.
.PHONY: test
test: export ACSMON_SKIPPED := $(SKIPPED)
test: test-needs build collection ## Run all tests, those with real ansible-core included
	$(GO) vet ./...
	@scripts/laravel
	@venvs=$$(scripts/venvs $(CORES)) && chromium=$$(scripts/chromium) && rulebook=$$(scripts/rulebook) && \
	export ACSMON_TEST_VENVS=$$(printf %s "$$venvs" | tr '\n' :) ACSMON_TEST_COLLECTION=$(CURDIR)/$(TARBALL) \
		ACSMON_TEST_CHROMIUM=$$chromium ACSMON_TEST_RULEBOOK=$$rulebook && \
	$(GO) test $(RACE) $$($(GO) list ./... | grep -v '/tests/integration\|/internal/modules$$\|/bench/bulk$$') && \
	$(GO) test ./internal/modules ./bench/bulk && $(GO) test -run TestMemory ./acsmon && \
	mkdir -p build && GO=$(GO) scripts/fuzz 30x && \
	COMMIT=$(COMMIT) scripts/reproducible $(TARBALL) $(shell $(GO) env GOOS)_$(shell $(GO) env GOARCH) && \
	$(GO) -C tests/integration test -short -count=1 -timeout 30m
	@scripts/skip --list

# Goes on after a failure, so that one run tells all.
.PHONY: test-matrix
test-matrix: build collection ## Run the tests with Ansible and ansible-test sanity under every ansible-core, or those of MATRIX
	@scripts/laravel
	@venvs=$$(scripts/venvs $(MATRIX)) || exit 1; \
	export ACSMON_TEST_VENVS=$$(printf %s "$$venvs" | tr '\n' :) ACSMON_TEST_COLLECTION=$(CURDIR)/$(TARBALL); \
	failed=; \
	scripts/sanity $(CURDIR)/$(STAGE) $$venvs || failed="$$failed, ansible-test sanity"; \
	$(GO) -C tests/integration test -count=1 -timeout 120m || failed="$$failed, integration tests"; \
	[ -z "$$failed" ] || { echo "failed: $${failed#, }"; exit 1; }

.PHONY: rebuild
rebuild: collection ## Build the executables of all platforms again, from nothing, and compare them with the collection's
	COMMIT=$(COMMIT) scripts/reproducible --from-nothing $(TARBALL) $(PLATFORMS)

# As JSON, from which the workflows make their jobs.
.PHONY: cores
cores: ## Print the releases of ansible-core that the collection works with
	@sed -n 's/^\([0-9]*\.[0-9]*\) .*/"\1"/p' scripts/cores | paste -sd , - | sed 's/.*/[&]/'

.PHONY: chaos
chaos: need-go ## Drive thousands of operations against a server that fails in every way
	CHAOS_OPERATIONS=$(OPERATIONS) CHAOS_KILLS=400 $(GO) test -count=1 -v -timeout 30m ./tests/chaos

.PHONY: fuzz
fuzz: need-go ## Feed everything that parses foreign bytes with random ones, FUZZTIME for each
	@mkdir -p build
	@GO=$(GO) scripts/fuzz $(FUZZTIME)

.PHONY: lint
lint: need-go collection ## Run the linters, ansible-test sanity included
	@GO=$(GO) scripts/lint $(STAGE) $(TARBALL) $(CORES)

.PHONY: docs
docs: need-go stage ## Build the HTML documentation into build/docs/html, and check its links
	@GO=$(GO) scripts/docs $(STAGE)

.PHONY: notices
notices: need-go ## Rewrite LICENSE-THIRD-PARTY.txt: the licences of what is linked in
	@mkdir -p build
	@$(GO) run ./scripts/linked notices $(PLATFORMS) >build/notices.txt
	@mv build/notices.txt LICENSE-THIRD-PARTY.txt

.PHONY: bench
bench: build collection venvs ## Measure against what a user would use instead (half an hour); rewrites the results in bench/
	$(GO) run ./bench/task >bench/task/results.md
	$(GO) run ./bench/inventory -sizes 1000,10000,100000 >bench/inventory/results.md
	$(GO) run ./bench/bulk >bench/bulk/results.md
	$(GO) test -count=1 ./bench/bulk -results $(CURDIR)/build/limit.md
	@cat build/limit.md >>bench/bulk/results.md
	$(GO) test -run '^$$' -bench . -benchtime 1x ./acsmon

.PHONY: dist
dist: need-go ## Build all that a release publishes into dist/: the collection, executables, SBOM and checksums
	@rm -rf dist build/standalone
	@$(MAKE) --no-print-directory collection GALAXY='scripts/tools galaxy'
	@for platform in $(PLATFORMS); do for command in $(STANDALONE); do \
		GOOS=$${platform%_*} GOARCH=$${platform#*_} $(GOBUILD) -o build/standalone/acsmon-$(VERSION)-$$platform/$$command ./cmd/$$command || exit 1; \
	done; done
	@$(SEAL) build/standalone/*/*
	@GO=$(GO) scripts/dist $(VERSION) $(PLATFORMS)

# Apart from dist, so that nothing runs where that is built but what builds it.
.PHONY: check-dist
check-dist: ## Hold the bill of materials of dist/ to its schema
	@scripts/check-bill dist/acsmon-$(VERSION).cdx.json

# CHECKS= leaves them out, for who has just run them on this commit.
.PHONY: release
release: need-go ## Release VERSION=x.y.z: changelog, make lint test, make dist, commit and tag; pushes nothing
	@GO=$(GO) scripts/release '$(if $(filter command line,$(origin VERSION)),$(VERSION))'

.PHONY: test-release
test-release: need-go ## Make a release of a copy, and look at what came of it
	$(GO) test -count=1 -tags release ./tests/release

# GALAXY_TOKEN reaches ansible-galaxy by the environment: a command line is for all to see.
.PHONY: publish
publish: ## Publish the collection of dist/ on GALAXY_URL, with the token in GALAXY_TOKEN
	@[ -n "$$GALAXY_TOKEN" ] || { echo "GALAXY_TOKEN is missing: set it to the token of the namespace's owner"; exit 1; }
	@venv=$$(scripts/tools galaxy) && ANSIBLE_GALAXY_SERVER_LIST=galaxy \
	ANSIBLE_GALAXY_SERVER_GALAXY_URL=$(GALAXY_URL) ANSIBLE_GALAXY_SERVER_GALAXY_TOKEN="$$GALAXY_TOKEN" \
	$$venv/bin/ansible-galaxy collection publish $(TARBALL)

.PHONY: version
version:
	@echo $(VERSION)

.PHONY: picture
picture: need-go ## Draw the picture of the READMEs, from what README.md shows of the demo
	@mkdir -p build
	@$(GO) run ./docs/picture README.md >build/demo.svg
	@mv build/demo.svg collection/docs/docsite/rst/images/demo.svg

.PHONY: demo
demo: need-go need-python build ## Show the main job against a sandbox server
	@$(MAKE) --no-print-directory collection PLATFORMS=$(HOST) TARBALL=$(DEMO)/acsmon-monitor-$(VERSION).tar.gz STAGE=$(DEMO)/ansible_collections/acsmon/monitor
	@scripts/demo $(DEMO)/acsmon-monitor-$(VERSION).tar.gz

.PHONY: clean
clean: ## Remove everything that make made
	@rm -rf bin build dist .venv

.PHONY: need-go
need-go:
	@GO=$(GO) scripts/needs go

# Before anything is compiled, so that what is missing is said in the first second.
.PHONY: need-python
need-python:
	@scripts/needs python

.PHONY: test-needs
test-needs: need-go need-python
	@mkdir -p build && rm -f $(SKIPPED)
	@GO=$(GO) scripts/needs tests

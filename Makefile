# Goalpost: one non-recursive makefile for GNU make. `make help` lists the targets.
# B is the build folder; every variant (sanitizers, coverage, another compiler) is the same rules with another B.

B        ?= build
CC       ?= gcc
OPT      ?= -O2
PREFIX   ?= /usr/local
DESTDIR  ?=
LIBDIR   ?= $(PREFIX)/lib
RUNS     ?= 100000
FUZZ_SECONDS ?= 600
SANITIZE ?=

ifeq ($(origin CC),default)
CC := gcc
endif

VERSION := $(or $(shell sed -n 's/^\#define GOALPOST_VERSION "\(.*\)"/\1/p' include/goalpost.h 2>/dev/null),0.1.0)

# ---- libraries ------------------------------------------------------------------------------------------------------
# Required ones stand in LIBS by their pkg-config names. An optional one adds itself under a switch, so that
# `make WITH_SQLITE=0` builds without it and the code asks `#ifdef GP_WITH_SQLITE`:
#   WITH_SQLITE ?= 1
#   ifeq ($(WITH_SQLITE),1)
#   LIBS += sqlite3
#   DEFS += -DGP_WITH_SQLITE
#   endif
PKG_CONFIG ?= pkg-config
LIBS := yaml-0.1 lua5.4 libutf8proc gmp libcrypto
DEFS :=

LIB_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
LIB_LDLIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -lm -pthread
TEST_LDLIBS := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)

# ---- flags ----------------------------------------------------------------------------------------------------------
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wpointer-arith -Wcast-qual \
        -Wwrite-strings -Wconversion -Wno-sign-conversion
ifneq (,$(filter true 1,$(CI) $(WERROR)))
WARN += -Werror
endif
MODE := -g -fPIC -fvisibility=hidden -ffp-contract=off -pthread
ifneq (,$(SANITIZE))
MODE += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
ifeq ($(COVERAGE),1)
MODE += --coverage
endif
# Loops over columns: worth the widest code. Nobody asks which floating-point operations trapped; the results are the same.
KERNEL_CFLAGS := $(OPT:-O2=-O3) -fno-trapping-math
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPT) $(MODE) $(WARN) $(DEFS) -Iengine -Iinclude $(LIB_CFLAGS) $(CFLAGS)
ALL_LDFLAGS := $(filter -fsanitize=% --coverage,$(MODE)) $(LDFLAGS)

# ---- sources --------------------------------------------------------------------------------------------------------
# After adding or removing a file of the engine: scripts/check-sources.sh --write
# sources: begin
SRC_base := $(addprefix engine/base/,buf.c diag.c exact.c excerpt.c memory.c nearest.c number.c period.c pool.c \
    relay.c shared.c text.c unit.c)
SRC_cli := $(addprefix engine/cli/,asked.c cmd_check.c cmd_diff.c cmd_eval.c cmd_explain.c cmd_help.c cmd_whatif.c \
    help.c main.c options.c output.c parts.c progress.c refused.c replay.c say.c workspace.c)
SRC_data := $(addprefix engine/data/,carry.c cases.c cell.c claim.c data_csv.c data_yaml.c entry.c frame.c keys.c \
    ledger.c part.c plain_csv.c quote.c refused.c row.c shape.c table.c vary.c)
SRC_eval := $(addprefix engine/eval/,aggregate.c assemble.c audit.c bounds.c case.c cohort.c compile.c decide.c \
    decision.c explain.c forms.c full.c grade.c hull.c interval.c margin.c method.c open.c pace.c plain.c position.c \
    ranking.c rational.c reading.c reason.c result.c roll.c rollup.c run.c score.c standing.c steps.c turns.c \
    typing.c verdict.c veto.c wording.c)
SRC_expr := $(addprefix engine/expr/,calls.c check.c dims.c fold.c functions.c kinds.c lex.c literal.c print.c tree.c)
SRC_input := $(addprefix engine/input/,csv.c encoding.c file.c glob.c json.c layout.c slip.c tree.c yaml.c)
SRC_lint := $(addprefix engine/lint/,figures.c lint.c names.c scores.c tables.c targets.c)
SRC_plan := $(addprefix engine/plan/,bands.c cite.c cohort.c condition.c criterion.c curve.c derive.c dictionary.c \
    fields.c goals.c id.c knots.c list_csv.c marks.c method.c models.c param.c patch.c plan.c results.c rollup.c \
    score.c table.c table_check.c tiers.c values.c words.c workspace.c)
SRC_report := $(addprefix engine/report/,answer.c below.c cells.c criterion.c csv.c csvout.c decisions.c \
    departments.c difference.c distance.c document.c evidence.c explained.c explainjson.c explaintext.c grid.c hash.c \
    json.c jsonout.c laid.c markdown.c marks.c md.c models.c ndjson.c report.c story.c stream.c summary.c table.c \
    value.c wide.c words.c)
SRC_rule := $(addprefix engine/rule/,bytecode.c declare.c environ.c freeze.c host.c inputs.c meter.c numbers.c \
    pattern.c results.c state.c strings.c tables.c)
SRC_study := $(addprefix engine/study/,aim.c answer.c asked.c attribute.c backtest.c cells.c compare.c crew.c diff.c \
    draws.c indices.c laid.c law.c next.c path.c periods.c picture.c random.c record.c replay.c robust.c scenario.c \
    search.c seek.c sensitivity.c sweep.c table.c trials.c words.c)
# sources: end
KERNELS := eval/plain eval/run data/plain_csv input/encoding
# ROOMS can be cut down to build a part: make ROOMS="base input" unit-tree
ROOMS ?= base input expr plan data rule eval lint study report
SRC := $(foreach r,$(ROOMS),$(SRC_$(r))) $(sort $(wildcard engine/api*.c))
CLI_SRC := $(SRC_cli)
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
PROP_SRC := $(sort $(wildcard tests/unit/prop_*.c))
TOOL_SRC := $(sort $(wildcard tests/unit/tool_*.c))
API_SRC := $(sort $(wildcard tests/api/test_*.c))
FAULT_SRC := $(sort $(wildcard tests/fault/test_*.c))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))

OBJ := $(SRC:%.c=$(B)/obj/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/obj/%.o)
UNITS := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/unit/%)
PROPS := $(PROP_SRC:tests/unit/%.c=$(B)/tests/unit/%)
TOOLS := $(TOOL_SRC:tests/unit/%.c=$(B)/tests/unit/%)
APIS := $(API_SRC:tests/api/%.c=$(B)/tests/api/%)
FAULTS := $(FAULT_SRC:tests/fault/%.c=$(B)/tests/fault/%)
FUZZERS := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/tests/fuzz/fuzz_%)
REPLAYS := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$(B)/tests/fuzz/replay_%)
TEST_OBJ := $(patsubst %.c,$(B)/obj/%.o,$(UNIT_SRC) $(PROP_SRC) $(TOOL_SRC) $(API_SRC) $(FAULT_SRC) $(FUZZ_SRC) \
            tests/fuzz/replay.c)
SO := libgoalpost.so
SONAME := $(SO).0

.DEFAULT_GOAL := all
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all lib tests demo demo-run check check-run check-unit check-api check-golden check-codes check-prop check-readme check-fault \
        check-fuzz-replay replay check-asan check-valgrind check-headers check-symbols check-sources check-rooms \
        check-install check-bytes check-threads check-lost check-clang lint analyze format fuzz fuzz-run cover bench install uninstall setup clean help FORCE

all: $(B)/goalpost lib ## build the program and the library
ifeq ($(B),build)
all: goalpost
goalpost: $(B)/goalpost
	@ln -sfn $(B)/goalpost $@
endif
lib: $(B)/libgoalpost.a $(B)/$(SONAME) ## build libgoalpost.a and libgoalpost.so
tests: $(UNITS) $(PROPS) $(APIS) $(FAULTS) $(TOOLS) $(REPLAYS) ## build all test programs

# ---- rules ----------------------------------------------------------------------------------------------------------
# Objects are made again when the compiler or its flags change, not only when a source does.
$(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(ALL_CFLAGS) $(KERNEL_CFLAGS)' | cmp -s - $@ || echo '$(CC) $(ALL_CFLAGS) $(KERNEL_CFLAGS)' >$@
$(B)/.libs: Makefile
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --exists --print-errors $(LIBS) || { echo 'a library is missing: run scripts/setup.sh' >&2; exit 1; }
	@touch $@
$(B)/obj/engine/%.o: private ALL_CFLAGS += -DGP_BUILDING
$(addprefix $(B)/obj/engine/,$(KERNELS:=.o)): private ALL_CFLAGS += $(KERNEL_CFLAGS)
$(B)/obj/%.o: %.c $(B)/.flags | $(B)/.libs
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/libgoalpost.a: $(OBJ)
	@rm -f $@
	ar rcs $@ $(OBJ)
$(B)/$(SONAME): $(OBJ) $(wildcard engine/goalpost.map)
	$(CC) -shared -Wl,-soname,$(SONAME) $(addprefix -Wl$(comma)--version-script=,$(wildcard engine/goalpost.map)) \
	  $(ALL_LDFLAGS) -o $@ $(OBJ) $(LIB_LDLIBS)
	@ln -sfn $(SONAME) $(B)/$(SO)
$(B)/goalpost: $(CLI_OBJ) $(B)/libgoalpost.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(CLI_OBJ) $(B)/libgoalpost.a $(LIB_LDLIBS)
comma := ,

$(B)/tests/fuzz/replay_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/replay.o $(B)/libgoalpost.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LDLIBS)
$(B)/tests/fuzz/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/libgoalpost.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIB_LDLIBS)
$(B)/tests/%: $(B)/obj/tests/%.o $(B)/libgoalpost.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LDLIBS) $(TEST_LDLIBS)
# Preloaded into the command by tests/fault/test_output.c: built without sanitizers, which do not go with it.
$(B)/tests/fault/files.so: tests/fault/files.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O1 -g -fPIC -shared -Wall -Wextra -Werror -o $@ $< -ldl
$(B)/tests/fault/test_output: | $(B)/tests/fault/files.so $(B)/goalpost
unit-%: $(B)/tests/unit/test_% ## unit-NAME: build and run one unit test
	$<

-include $(OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_OBJ:.o=.d)

# ---- set-up and demo ------------------------------------------------------------------------------------------------
setup: ## install what building and testing need (Debian: apt-get), or name it
	@scripts/setup.sh
# Set-up may bring pkg-config, so what needs it runs in a make of its own.
demo: setup ## set up, build, and print the verdict table of the real report
	@mkdir -p $(B)/log
	@$(MAKE) --no-print-directory all >$(B)/log/build.log
	@$(MAKE) --no-print-directory -s demo-run
demo-run: all
	@$(B)/goalpost eval examples/hangzhou-2020/plan.yaml -d examples/hangzhou-2020/data.yaml

# ---- checks: each prints as its last line `N passed, N failed` ------------------------------------------------------
SUITES := unit api prop golden threads codes readme fault fuzz-replay headers symbols sources rooms install
ifneq (,$(filter true,$(CI)))
SUITES += clang
endif

check: setup ## set up, build, run the tests; ends with `N passed, N failed`
	+@MAKE='$(MAKE)' scripts/check.sh $(B) $(SUITES)
check-unit: $(UNITS) ## unit tests
	@scripts/run-tests.sh $(UNITS)
check-api: $(APIS) ## tests of the public API
	@scripts/run-tests.sh $(APIS)
check-prop: $(PROPS) ## property tests: RUNS=100000, SEED=N repeats a run
	@GP_RUNS=$(RUNS) GP_SEED=$(SEED) scripts/run-tests.sh $(PROPS)
check-golden: all $(TOOLS) ## golden cases: tests/cases/*/*.case (see scripts/golden.sh)
	@PATH="$(abspath $(B)):$(abspath $(B))/tests/unit:$$PATH" scripts/golden.sh $(GOLDEN)
check-codes: ## every diagnostic code has a golden case that shows it
	@scripts/check-codes.sh
check-readme: all ## the commands that README.md and its kin show, with their output
	@PATH="$(abspath $(B)):$$PATH" scripts/readme.sh
check-fault: $(FAULTS) ## run out of memory at every allocation
	@scripts/run-tests.sh $(FAULTS)
check-fuzz-replay: ## the fuzz corpora again, under ASan and UBSan
	@$(MAKE) --no-print-directory B=$(B)/asan OPT=-O1 SANITIZE=address,undefined replay
replay: $(REPLAYS)
	@scripts/replay.sh $(REPLAYS)
check-asan: ## all suites under ASan, UBSan and LSan
	+@$(MAKE) --no-print-directory B=$(B)/asan OPT=-O1 SANITIZE=address,undefined RUNS=10000 \
	  SUITES='unit api prop golden fault' check-run
check-run:
	+@MAKE='$(MAKE)' scripts/check.sh $(B) $(SUITES)
check-valgrind: all $(UNITS) $(APIS) ## unit, API and golden tests under valgrind
	@scripts/valgrind.sh $(B) $(UNITS) $(APIS)
check-headers: ## goalpost.h alone: strict C11 and C++
	@CC='$(CC)' scripts/check-headers.sh
check-symbols: $(B)/$(SONAME) ## exports = header = engine/goalpost.map
	@scripts/check-symbols.sh $(B)/$(SONAME)
check-sources: ## the sources listed here are those of the tree
	@scripts/check-sources.sh $(SRC) $(CLI_SRC)
check-rooms: ## rooms include only rooms below them
	@scripts/check-rooms.sh
check-install: all ## install to a scratch DESTDIR, build examples/embed by pkg-config, uninstall, nothing left
	@MAKE='$(MAKE)' CC='$(CC)' scripts/check-install.sh $(B)
check-clang: ## clang with all warnings as errors
	@$(MAKE) --no-print-directory -s B=$(B)/clang CC=clang WERROR=1 all tests
	@echo '1 passed, 0 failed'
check-lost: all ## nothing is lost among 2,000,000 rows with 1,000 broken ones of every kind
	@PATH="$(abspath $(B)):$$PATH" scripts/check-lost.sh
check-bytes: ## same bytes at -O0 and -O3, under other locales and time zones
	+@MAKE='$(MAKE)' scripts/check-bytes.sh $(B)

check-threads: all ## same bytes, messages and status for -j 1 2 3 8 and read whole; rows in are rows out (THREAD_ROWS=20000)
	@scripts/check-threads.sh $(B)

# ---- looking after the code -----------------------------------------------------------------------------------------
lint: ## own rules (lengths), clang-tidy and cppcheck where they are installed
	@B=$(B) scripts/lint.sh $(SRC) $(CLI_SRC)
analyze: ## the same with clang's analyzer: ten seconds a file
	@ANALYZE=1 B=$(B) scripts/lint.sh $(SRC) $(CLI_SRC)
format: ## clang-format over the C files
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i
fuzz: ## each fuzz target for FUZZ_SECONDS=600 (needs clang)
	@$(MAKE) --no-print-directory B=$(B)/fuzz CC=clang OPT=-O1 SANITIZE=address,undefined,fuzzer-no-link fuzz-run
fuzz-run: $(FUZZERS)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz.sh $(FUZZERS)
cover: ## branch coverage of engine/
	+@$(MAKE) --no-print-directory B=$(B)/cover OPT=-O0 COVERAGE=1 RUNS=2000 SUITES='unit api prop golden fault' check-run; \
	  scripts/cover.sh $(B)/cover
bench: all ## the reference workload against its bound (needs ../shared/bench and node)
	@scripts/bench.sh $(B)

# ---- install --------------------------------------------------------------------------------------------------------
MANS := $(wildcard engine/cli/*.1)
install: all ## install below DESTDIR and PREFIX=/usr/local
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 755 $(B)/goalpost $(DESTDIR)$(PREFIX)/bin/goalpost
	install -m 644 include/goalpost.h $(DESTDIR)$(PREFIX)/include/goalpost.h
	install -m 644 $(B)/libgoalpost.a $(DESTDIR)$(LIBDIR)/libgoalpost.a
	install -m 755 $(B)/$(SONAME) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sfn $(SONAME) $(DESTDIR)$(LIBDIR)/$(SO)
	sed -e 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@LIBS@|$(LIBS)|' scripts/goalpost.pc.in \
	  >$(DESTDIR)$(LIBDIR)/pkgconfig/goalpost.pc
	$(if $(MANS),install -d $(DESTDIR)$(PREFIX)/share/man/man1)
	$(if $(MANS),install -m 644 $(MANS) $(DESTDIR)$(PREFIX)/share/man/man1)
uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/,bin/goalpost include/goalpost.h $(MANS:engine/cli/%=share/man/man1/%)) \
	  $(addprefix $(DESTDIR)$(LIBDIR)/,libgoalpost.a $(SONAME) $(SO) pkgconfig/goalpost.pc)

clean: ## remove the build folder
	rm -rf $(B)
	@if [ -L goalpost ]; then rm -f goalpost; fi
help: ## this list
	@awk '/^[a-z%-]+:.*## / { name = $$1; sub(/:$$/, "", name); sub(/.*## /, ""); printf "  %-18s %s\n", name, $$0 }' Makefile
	@echo '  variables: B=build CC=gcc OPT=-O2 WERROR=1 SANITIZE= PREFIX= DESTDIR= RUNS= SEED= FUZZ_SECONDS= GOLDEN="-k PATTERN"'

# Simplix CRM. Two commands: `make run` and `make test`; each installs what it needs on Debian.
#
#   make            the program, build/simplix      make deps        what is needed to build it
#   make check      the tests, nothing installed    make lint        the rules of the layers
#   make bench soak fuzz [FUZZ_SECONDS=60]          make po          bring the translations up to date
#   make evidence   which test stands for which security requirement
#   make install    PREFIX=/usr/local DESTDIR=      make clean
#
#   BUILD=dir   where objects go      DEBUG=1   no optimisation       SAN=address,undefined | thread   sanitizers
#   CC=clang    another compiler      WERROR=1  warnings are errors   TESTS="word…"  only these unit tests
comma := ,
BUILD ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))$(if $(DEBUG),-debug)
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))

PKGS := ncursesw sqlite3 libpq libcrypto libcurl libcjson libqrencode libmicrohttpd libutf8proc libpng
BUILD_DEBS := gcc libc6-dev make pkg-config libncurses-dev libsqlite3-dev libpq-dev libssl-dev libcurl4-openssl-dev libcjson-dev \
	libqrencode-dev libmicrohttpd-dev libutf8proc-dev libhpdf-dev libpng-dev gettext
TEST_DEBS := postgresql python3 tmux oathtool qpdf poppler-utils zbar-tools
FUZZ_DEBS := clang llvm

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Werror=format-security \
	-Wno-format-nonliteral $(if $(WERROR),-Werror)
HARDEN := -fstack-protector-strong -fstack-clash-protection $(if $(filter x86_64,$(shell uname -m)),-fcf-protection) -fPIE
CHECKED := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
CFLAGS ?= $(if $(DEBUG),-O0,-O2) -g
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -I. $(WARN) $(HARDEN) $(or $(CHECKED),$(if $(DEBUG),,-D_FORTIFY_SOURCE=2)) \
	$(shell pkg-config --cflags $(PKGS) 2>/dev/null) $(CFLAGS)
ALL_LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)
LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lhpdf -lresolv -lm -lpthread

sources = $(sort $(shell find $(1) -name '*.c' 2>/dev/null))
LIB_SRC := $(filter-out tui/main.c,$(call sources,core data tui))
UNIT_SRC := $(call sources,tests/unit)
BENCH_SRC := $(call sources,tests/bench)
FUZZ_SRC := $(call sources,tests/fuzz)
LIB_OBJ := $(LIB_SRC:%.c=$(BUILD)/%.o)
UNIT_OBJ := $(UNIT_SRC:%.c=$(BUILD)/%.o)
DEMO_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(call sources,tests/demo))
MO := $(patsubst assets/po/%.po,$(BUILD)/gen/po/%.mo,$(wildcard assets/po/*.po))
ASSETS := $(sort $(shell find assets/embed -type f 2>/dev/null))
# Referred to weakly here and there, so not for an archive, which is searched for strong references only.
CARRIED := $(BUILD)/gen/assets.o

# One calm line for each step; V=1 shows the commands.
say = $(if $(V),,@echo '  $(1)' && )

all: $(BUILD)/simplix

$(BUILD)/simplix: $(BUILD)/tui/main.o $(BUILD)/libsimplix.a $(CARRIED)
	$(call say,link $@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/unit: $(UNIT_OBJ) $(BUILD)/libsimplix.a $(CARRIED)
	$(call say,link $@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# The program with places to die at: tests/integration/kill_points_test.py. Its kill_point() stands before the archive's empty one.
$(BUILD)/simplix-kill: $(BUILD)/tui/main.o $(BUILD)/tests/kill/kill_point.o $(BUILD)/libsimplix.a $(CARRIED)
	$(call say,link $@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# Drives the terminal toolkit for tests/integration/pty_test.py and for measuring.
$(BUILD)/demo: $(DEMO_OBJ) $(BUILD)/libsimplix.a $(CARRIED)
	$(call say,link $@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/libsimplix.a: $(LIB_OBJ)
	$(call say,archive $@)rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,compile $<)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# What the binary carries inside: assets/embed/ as it is, translations compiled.
$(BUILD)/gen/po/%.mo: assets/po/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

$(BUILD)/gen/assets.c: FORCE $(ASSETS) $(MO)
	@mkdir -p $(@D)
	@sh assets/bundle.sh $(BUILD)/gen >$@.new && { cmp -s $@.new $@ && rm $@.new || mv $@.new $@; }

$(CARRIED): $(BUILD)/gen/assets.c $(ASSETS) $(MO)
	$(call say,compile $<)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Running and testing. The second make sees what deps has just installed.
PARALLEL = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

run: deps
	@$(MAKE) --no-print-directory $(PARALLEL) all
	$(BUILD)/simplix $(ARGS)

test: test-deps
	@$(MAKE) --no-print-directory $(PARALLEL) check

check: lint $(BUILD)/unit $(BUILD)/demo $(if $(wildcard tui/main.c),$(BUILD)/simplix $(BUILD)/simplix-kill)
	@BUILD=$(BUILD) sh tests/with-postgres sh tests/run $(TESTS)

# Requirement -> test -> result, of the security requirements.
evidence: test-deps
	@$(MAKE) --no-print-directory $(PARALLEL) $(BUILD)/unit $(BUILD)/simplix
	@BUILD=$(BUILD) sh tests/with-postgres sh tests/run-evidence >$(BUILD)/evidence.log 2>&1; python3 tests/evidence.py $(BUILD)/evidence.log

check-style: lint
lint:
	@python3 tests/lint.py

# Debian packages that are missing are named and installed; elsewhere the names tell what to look for.
install-debs = @sh .ci/install-debs
deps:
	$(install-debs) $(BUILD_DEBS)
test-deps:
	$(install-debs) $(BUILD_DEBS) $(TEST_DEBS)
fuzz-deps:
	$(install-debs) $(BUILD_DEBS) $(FUZZ_DEBS)

BENCHES := $(BENCH_SRC:%.c=$(BUILD)/%)
$(BENCHES): %: %.o $(BUILD)/libsimplix.a $(CARRIED)
	$(call say,link $@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/bench/deliveries: LIBS += -lssl # its mail server

bench: $(BENCHES) $(if $(wildcard tui/main.c),$(BUILD)/simplix)
	@for b in $(wildcard tests/bench/*.sh); do \
		echo "== $$b"; BUILD=$(BUILD) sh tests/with-postgres ./$$b || exit 1; done

soak: $(BUILD)/unit $(if $(wildcard tui/main.c),$(BUILD)/simplix $(BUILD)/simplix-kill)
	@for s in $(wildcard tests/soak/*.sh tests/soak/*.py); do \
		echo "== $$s"; BUILD=$(BUILD) sh tests/with-postgres ./$$s || exit 1; done

# Each tests/fuzz/NAME.c is one libFuzzer target; tests/fuzz/corpus/NAME/ its first inputs.
FUZZERS := $(FUZZ_SRC:%.c=build-fuzz/%)
fuzz: fuzz-deps
	@$(MAKE) --no-print-directory $(PARALLEL) BUILD=build-fuzz CC=clang SAN=fuzzer-no-link,address,undefined fuzz-build
	@BUILD=build-fuzz sh tests/run-fuzz $(FUZZ_SECONDS) $(FUZZERS)
fuzz-build: $(FUZZERS)
$(FUZZERS): %: %.o build-fuzz/libsimplix.a build-fuzz/gen/assets.o
	$(call say,link $@)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

# Translations: gather the texts of _(), C_() and the like; merge them into every assets/po/*.po.
pot:
	@mkdir -p $(BUILD)
	@xgettext --from-code=UTF-8 --add-location=file --add-comments=TRANSLATORS -k_ -kN_ -kC_:1c,2 -kNC_:1c,2 -ki18n_plural:1,2 \
		--sort-by-file --package-name=simplix -o $(BUILD)/simplix.pot $(LIB_SRC) core/security/events.h $(wildcard tui/main.c)
po: pot
	@for f in $(wildcard assets/po/*.po); do \
		msgmerge --quiet --update --no-wrap --add-location=file --backup=none $$f $(BUILD)/simplix.pot; done

install: all
	install -D -m 755 $(BUILD)/simplix $(DESTDIR)$(PREFIX)/bin/simplix
	@for page in $(wildcard assets/man/*.1); do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man1/$${page##*/}; done

clean:
	rm -rf build build-*

-include $(LIB_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) $(BENCH_SRC:%.c=$(BUILD)/%.d) $(FUZZ_SRC:%.c=$(BUILD)/%.d) $(BUILD)/tui/main.d $(BUILD)/tests/kill/kill_point.d $(DEMO_OBJ:.o=.d)
.PHONY: all run test check evidence check-style lint deps test-deps fuzz-deps bench soak fuzz fuzz-build pot po install clean FORCE
.DELETE_ON_ERROR:

#!/bin/sh
# run-tests.sh PROGRAM...: runs cmocka programs, one line for each, the whole output of those that fail.
# Lines of a program that begin with `seed` are always shown. Closes with `N passed, N failed[, N skipped]`.
# RUNNER, when set, is put before each program (valgrind).
set -u
export CMOCKA_MESSAGE_OUTPUT=TAP
passed=0 failed=0 skipped=0
out=$(mktemp "${TMPDIR:-/tmp}/tests.XXXXXX") || exit 1
trap 'rm -f "$out"' EXIT
trap 'exit 130' INT TERM

# A program that breaks off, or that ran nothing, counts as one failure.
tally() {
    awk -v status="$1" '/ # SKIP/ { s++; next } /^ok [0-9]/ { p++ } /^not ok [0-9]/ { f++ }
        END { if (!f && (status != 0 || p + s == 0)) f = 1; print p + 0, f + 0, s + 0 }' "$out"
}

for program; do
    ${RUNNER:-} "$program" >"$out" 2>&1
    status=$?
    set -- $(tally $status)
    echo "$(basename "$program"): $1 passed, $2 failed${3:+, $3 skipped}" | sed 's/, 0 skipped$//'
    if [ "$2" -gt 0 ]; then
        cat "$out"
        echo "$(basename "$program") ended with status $status"
    else
        grep '^seed' "$out"
    fi
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
done
line="$passed passed, $failed failed"
[ "$skipped" = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$failed" = 0 ]

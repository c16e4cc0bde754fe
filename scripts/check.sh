#!/bin/sh
# check.sh BUILD SUITE...: builds, runs `make check-SUITE` for each suite, and closes with the line
# `N passed, N failed[, N skipped]` over all of them. Ends with 0 only when something ran and all of it passed.
# Each suite closes with such a line itself; its output is kept in BUILD/log/SUITE.log and shown when it fails.
set -u
build=$1
shift
make=${MAKE:-make}
log=$build/log
mkdir -p "$log"
passed=0 failed=0 skipped=0

finish() {
    line="$passed passed, $failed failed"
    [ "$skipped" = 0 ] || line="$line, $skipped skipped"
    echo "$line"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
    exit
}

# tally FILE: the figures of the last line of that form, as three words.
tally() {
    awk '/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p = $1; f = $3; s = $5 + 0; seen = 1 }
        END { if (seen) print p, f, s; else print "0 1 0" }' "$1"
}

show() {
    echo "---- $1: the end of $log/$1.log"
    tail -n 80 "$log/$1.log"
    echo "----"
}

run_suite() {
    start=$(date +%s)
    $make --no-print-directory B="$build" "check-$1" >"$log/$1.log" 2>&1
    status=$?
    set -- "$1" $(tally "$log/$1.log")
    [ $status -eq 0 ] || [ "$3" -gt 0 ] || set -- "$1" "$2" 1 "$4"
    printf '%-12s %6d passed %4d failed' "$1" "$2" "$3"
    [ "$4" = 0 ] || printf ' %4d skipped' "$4"
    echo "  ($(($(date +%s) - start)) s)"
    [ "$3" = 0 ] || show "$1"
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
}

if ! $make --no-print-directory -s B="$build" all tests >"$log/build.log" 2>&1; then
    show build
    failed=1
    finish
fi
for suite; do
    run_suite "$suite"
done
finish

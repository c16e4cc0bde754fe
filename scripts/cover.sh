#!/bin/sh
# cover.sh BUILD: branch and line coverage of engine/ after a run of the tests in a build with --coverage.
# By gcovr where it is installed, else from gcov's own summaries. COVER_MIN=85 makes less than that an error.
set -u
build=$1
cd "$(dirname "$0")/.." || exit 1
least=${COVER_MIN:-85}
if command -v gcovr >/dev/null 2>&1; then
    gcovr --root . --filter 'engine/' --exclude-unreachable-branches --exclude-throw-branches --branches \
        --gcov-ignore-parse-errors --fail-under-branch "$least" --print-summary "$build"
    exit
fi
find "$build/obj/engine" -name '*.gcno' | while read -r data; do
    gcov -b -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk -v least="$least" '
    /^File / { file = substr($2, 2, length($2) - 2); ours = file ~ /^engine\// && !(file in seen); seen[file] = 1 }
    ours && /^Lines executed/ { split($0, p, /[:%]| of /); lines += p[4]; hit += p[4] * p[2] / 100 }
    ours && /^Taken at least once/ {
        split($0, p, /[:%]| of /)
        branches += p[4]; taken += p[4] * p[2] / 100
        printf "%-40s %5d branches  %6.2f%%\n", file, p[4], p[2]
    }
    END {
        if (!branches) { print "no coverage data"; exit 1 }
        printf "lines: %.1f%%\nbranches: %.1f%% (%d out of %d)\n", 100 * hit / lines, 100 * taken / branches, taken, branches
        exit 100 * taken / branches < least
    }'

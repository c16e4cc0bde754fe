#!/bin/sh
# fuzz.sh PROGRAM...: runs libFuzzer targets in turn, FUZZ_SECONDS (600) each, and prints the executions of each.
# Inputs that were found lie beside the programs in found/NAME, findings in artifacts/; the corpus stays as it is.
set -u
seconds=${FUZZ_SECONDS:-600}
broken=0
for program; do
    name=$(basename "$program")
    name=${name#fuzz_}
    here=$(dirname "$program")
    corpus=tests/fuzz/corpus/$name
    mkdir -p "$here/found/$name" "$here/artifacts"
    log=$here/$name.log
    dictionary=
    [ ! -f "tests/fuzz/$name.dict" ] || dictionary=-dict=tests/fuzz/$name.dict
    "$program" -max_total_time="$seconds" -max_len=8192 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 $dictionary \
        -artifact_prefix="$here/artifacts/$name-" "$here/found/$name" "$corpus" >"$log" 2>&1
    status=$?
    runs=$(awk '/^stat::number_of_executed_units/ { print $2 }' "$log")
    if [ $status -eq 0 ]; then
        echo "$name: ${runs:-?} executions in $seconds s, no finding"
    else
        echo "$name: FOUND something after ${runs:-?} executions, see $log"
        tail -n 40 "$log"
        broken=$((broken + 1))
    fi
done
[ "$broken" = 0 ]

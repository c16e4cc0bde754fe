#!/bin/sh
# replay.sh PROGRAM...: gives each replay_NAME the files of tests/fuzz/corpus/NAME; closes with `N passed, N failed`.
# A replay program stops at the first file that breaks it; that file is then named by the sanitizer's output.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
for program; do
    name=$(basename "$program")
    corpus=tests/fuzz/corpus/${name#replay_}
    line=$(timeout 300 "$program" "$corpus") || line=
    case $line in
    [1-9]*' passed, 0 failed')
        echo "$name: $line"
        passed=$((passed + ${line%% *}))
        ;;
    *)
        echo "$name: broke off, or its corpus $corpus is empty"
        failed=$((failed + 1))
        ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

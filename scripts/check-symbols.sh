#!/bin/sh
# check-symbols.sh LIBRARY: what the shared library exports, what goalpost.h declares with GP_API and what
# engine/goalpost.map lists are the same names.
set -u
library=$1
cd "$(dirname "$0")/.." || exit 1
scratch=$(mktemp -d "${TMPDIR:-/tmp}/symbols.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C
nm -D --defined-only "$library" | awk '$2 ~ /[A-Z]/ && $2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u >"$scratch/exports"
# Comments go first; a declaration may go over several lines: the name is the word before its first parenthesis.
grep -v '^ *#' include/goalpost.h | tr '\n' ' ' | sed 's|/\*[^*]*\**\([^/*][^*]*\*\**\)*/||g' | awk 'BEGIN { RS = ";" }
    match($0, /GP_API[ \t]/) {
        text = substr($0, RSTART)
        sub(/\(.*/, "", text)
        sub(/[ \t]+$/, "", text)
        n = split(text, word, /[ \t*]+/)
        print word[n]
    }' | sort -u >"$scratch/header"
sed -n 's/^ *\(gp_[a-z0-9_]*\);.*/\1/p' engine/goalpost.map | sort -u >"$scratch/map"
failed=0
[ -s "$scratch/header" ] || { echo 'goalpost.h declares nothing with GP_API'; failed=1; }
for other in exports map; do
    diff "$scratch/header" "$scratch/$other" >"$scratch/diff" && continue
    echo "goalpost.h (<) and the list of $other (>) differ:"
    grep '^[<>]' "$scratch/diff"
    failed=$((failed + 1))
done
echo "$((2 - failed)) passed, $failed failed"
[ "$failed" = 0 ]

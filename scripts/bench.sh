#!/bin/sh
# bench.sh BUILD: the reference workload (../shared/bench): goalpost beside a hand-written C bound, both checked by the
# bound's own checksum. Prints medians of BENCH_RUNS=5 runs over BENCH_ROWS=100000 subjects, their ratio, evaluations a
# second, bytes allocated a row, and the share of evaluations that took the exact path.
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
source=$(cd .. && pwd)/shared/bench
rows=${BENCH_ROWS:-100000}
runs=${BENCH_RUNS:-5}
out=$build/bench
input=${BENCH_DATA:-$out}/w$rows.csv

[ -f "$source/bound.c" ] || { echo 'bench: skipped, ../shared/bench is not there'; exit 0; }
command -v node >/dev/null 2>&1 || { echo 'bench: skipped, node (which makes the data) is not installed'; exit 0; }
mkdir -p "$out/rules" "$out/src" "$(dirname "$input")"

# The bound's sources include what mkrules.mjs writes to ../rules.
prepare() {
    cp "$source"/* "$out/src/"
    (cd "$out/src" && node mkrules.mjs ../rules >/dev/null)
    [ -x "$out/check" ] || ${CC:-gcc} -O2 -w -o "$out/check" "$out/src/check.c"
    [ -x "$out/bound" ] || (cd "$out/src" && ${CC:-gcc} -O3 -w -march=native -ffp-contract=off -o ../bound bound.c -lm -lpthread)
    [ -s "$input" ] || node "$out/src/gen.mjs" wide "$rows" "$input"
    awk -f scripts/bench/plan.awk "$source/goals.json" | cmp - scripts/bench/plan.yaml
}

# timed NAME COMMAND...: runs it and adds its wall time in milliseconds to NAME.ms.
timed() {
    name=$1
    shift
    start=$(date +%s%N)
    "$@" >"$out/$name.log" 2>&1 || { cat "$out/$name.log"; exit 1; }
    echo $((($(date +%s%N) - start) / 1000000)) >>"$out/$name.ms"
}

median() {
    sort -n "$out/$1.ms" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# Our columns are subject,period,scenario,score,marks,grade,rank and the verdicts; the check wants
# subject,period,scenario,verdicts,met,notmet,nodata,total. Columns go by their names.
as_checked() {
    awk -F , -v OFS=, '
        NR == 1 {
            for (i = 1; i <= NF; i++) {
                if ($i == "marks") marks = i
                if ($i ~ /\.i[0-9][0-9]$/) verdict[++n] = i
            }
            printf "subject,period,scenario"
            for (i = 1; i <= n; i++) printf ",v%02d", i
            print ",met,notmet,nodata,total"
            next
        }
        {
            met = unmet = none = 0
            line = $1 OFS $2 OFS $3
            for (i = 1; i <= n; i++) {
                code = $verdict[i]
                line = line OFS code
                if (code == "M") met++
                else if (code == "N") unmet++
                else none++
            }
            print line, met, unmet, none, $marks
        }' "$out/goalpost.csv" >"$out/goalpost.checked"
}

# figure NAME: a number that `--stats` printed as NAME=N or NAME N.
figure() {
    tr ' =,:' '\n\n\n\n' <"$out/goalpost.log" | awk -v name="$1" 'found { print; exit } $0 == name { found = 1 }'
}

prepare
rm -f "$out"/*.ms
i=0
while [ $i -lt "$runs" ]; do
    timed bound "$out/bound" e2e "$input" "$out/bound.csv" 1
    timed goalpost "$build/goalpost" eval scripts/bench/plan.yaml -d "$input" --wide --codes -f csv --stats -o "$out/goalpost.csv"
    i=$((i + 1))
done

as_checked
want=$("$out/check" "$out/bound.csv")
got=$("$out/check" "$out/goalpost.checked")
echo "bound:    $want"
echo "goalpost: $got"
printf '%s\n%s\n' "$want" "$got" | awk '
    { sum[NR] = $NF; sub(/.*=/, "", sum[NR]); $NF = ""; rest[NR] = $0 }
    END {
        gap = sum[1] - sum[2]
        if (gap < 0) gap = -gap
        ok = rest[1] == rest[2] && gap <= 1e-9 * sum[1]
        print ok ? "checksums agree" : "checksums DIFFER"
        exit !ok
    }'

awk -v rows="$rows" -v bound="$(median bound)" -v ours="$(median goalpost)" -v runs="$runs" \
    -v n="$(figure evaluations)" -v exact="$(figure exact)" -v bytes="$(figure row_bytes)" 'BEGIN {
    if (!n) n = rows * 40
    printf "rows %d, median of %d runs\n", rows, runs
    printf "  bound     %7d ms  %8.1f million evaluations/s\n", bound, n / bound / 1000
    printf "  goalpost  %7d ms  %8.1f million evaluations/s  %.2f times the bound\n", ours, n / ours / 1000, ours / bound
    printf "  allocated a row: %s\n", bytes == "" ? "not said" : sprintf("%.3f bytes", bytes / rows)
    printf "  exact path: %s\n", exact == "" ? "not said" : sprintf("%d of %d, 1 in %s", exact, n, exact ? sprintf("%.0f", n / exact) : "none")
}'

#!/bin/sh
# bench.sh BUILD: the reference workload (../shared/bench): goalpost beside a hand-written C bound that has it compiled in. All are checked by
# the bound's own checksum. Each figure is the median over BENCH_RUNS=5 rounds in which everything runs once, so that a slow spell of the machine
# falls on all; each ratio is the median of the ratios within the rounds. BENCH_ROWS_MAX=1000000 (10000000 for the long table),
# BENCH_DATA (where the tables lie), BENCH_PEERS=0 leaves the tools out that one could use instead.
set -eu
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
source=$(cd .. && pwd)/shared/bench
runs=${BENCH_RUNS:-5}
most=${BENCH_ROWS_MAX:-1000000}
out=$build/bench
data=${BENCH_DATA:-}
plan=scripts/bench/plan.yaml

[ -f "$source/bound.c" ] || { echo 'bench: skipped, ../shared/bench is not there'; exit 0; }
command -v node >/dev/null 2>&1 || { echo 'bench: skipped, node (which makes the data) is not installed'; exit 0; }
# In memory where there is room, so that the disk is no part of the figures (goalpost waits for it, the bound does not).
if [ -z "$data" ]; then
    data=$out
    room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${room:-0}" -lt $((most * 6 / 5)) ] || data=/dev/shm/goalpost-bench
fi
mkdir -p "$out/rules" "$out/src" "$out/lua" "$data"

# -- what runs --

table() {
    [ -s "$data/w$1.csv" ] || node "$out/src/gen.mjs" wide "$1" "$data/w$1.csv"
}

# The bound's sources include what mkrules.mjs writes to ../rules.
prepare() {
    cp "$source"/* "$out/src/"
    (cd "$out/src" && node mkrules.mjs ../rules >/dev/null)
    [ -x "$out/check" ] || ${CC:-gcc} -O2 -w -o "$out/check" "$out/src/check.c"
    [ -x "$out/rt" ] || ${CC:-gcc} -O2 -w -o "$out/rt" "$out/src/rt.c"
    [ -x "$out/bound" ] || (cd "$out/src" && ${CC:-gcc} -O3 -w -march=native -ffp-contract=off -o ../bound bound.c -lm -lpthread)
    for tool in kernel sweep; do
        [ -x "$build/tests/unit/tool_$tool" ] || ${MAKE:-make} --no-print-directory -s "B=$build" "$build/tests/unit/tool_$tool"
    done
    awk -f scripts/bench/plan.awk "$source/goals.json" | cmp - "$plan"
    cp scripts/bench/rules.lua "$out/lua/rules.lua"
    sed -e 's/^plan: bench$/plan: bench\nrules: [rules.lua]/' \
        -e 's/\({id: i\(01\|02\|05\|09\),.*\) value: i[0-9]*, at_[a-z]*: [0-9.]*}/\1 rule: r\2}/' "$plan" >"$out/lua/plan.yaml"
    for n in 1000 10000 100000 1000000 10000000; do [ "$n" -gt "$most" ] || table $n; done
    [ -s "$data/o100000.csv" ] || awk -f scripts/bench/open.awk "$data/w100000.csv" >"$data/o100000.csv"
    [ -s "$data/w1.csv" ] || table 1
    [ -s "$data/sweep.csv" ] || node "$out/src/gen.mjs" sweep 100000 "$data/sweep.csv"
}

# timed NAME COMMAND...: runs it and adds its wall time, processor time (s) and peak memory (KiB) to NAME.t.
timed() {
    name=$1
    shift
    rm -f "$out/rt.out"
    "$out/rt" "$out/rt.out" "$@" >"$out/$name.log" 2>&1
    read -r wall user sys peak status <"$out/rt.out"
    [ "$status" = 0 ] || { cat "$out/$name.log"; echo "bench: $name ended with $status"; exit 1; }
    echo "$wall $user $sys $peak" | awk '{ print $1, $2 + $3, $4 }' >>"$out/$name.t"
}

bound() { timed "bound-$2-$1" "$out/bound" e2e "$data/w$1.csv" "$data/bound-$2-$1.csv" "$2"; }

# ours NAME PLAN TABLE JOBS
ours() { timed "$1" "$build/goalpost" eval "$2" -d "$data/$3.csv" --wide --codes -f csv --stats -j "$4" -o "$data/$1.csv"; }

# sweep NAME JOBS: a row of scenarios each; draws NAME DRAWS JOBS: of the real report.
sweep() { timed "$1" "$build/goalpost" whatif $plan -d "$data/w1.csv" --scenarios "$data/sweep.csv" -f csv -j "$2" -o "$data/$1.csv"; }
draws() {
    timed "$1" "$build/goalpost" whatif examples/hangzhou-2020/plan.yaml -d examples/hangzhou-2020/data.yaml \
        --scenario examples/hangzhou-2020/scenarios/two-points.yaml --draws "$2" -j "$3"
}

# -- what came of it --

# median NAME COLUMN
median() {
    awk -v c="$2" '{ print $c }' "$out/$1.t" | sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# ratio NAME BASE COLUMN: the median of the ratios within the rounds.
ratio() {
    paste -d ' ' "$out/$1.t" "$out/$2.t" | awk -v c="$3" '{ w = NF / 2; print $c / $(c + w) }' | sort -g | awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 1) / 2)] }'
}

# line TEXT NAME BASE GOAL: seconds, and how many times the base, by the wall clock and in processor time.
line() {
    printf '  %-46s %9.3f s  %5s times (processor %5s)  goal %s\n' "$1" "$(median "$2" 1)" "$(ratio "$2" "$3" 1)" "$(ratio "$2" "$3" 2)" "$4"
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
        }' "$1" >"$data/checked.csv"
    "$out/check" "$data/checked.csv"
}

# agree NAME WANT GOT: counts and hash of all verdicts in order, and the sum of the totals but for their sixth decimal.
agree() {
    printf '%s\n%s\n' "$2" "$3" | awk -v name="$1" '
        { sum[NR] = $NF; sub(/.*=/, "", sum[NR]); $NF = ""; rest[NR] = $0 }
        END {
            gap = sum[1] - sum[2]
            if (gap < 0) gap = -gap
            ok = rest[1] == rest[2] && gap <= 1e-9 * sum[1] + 0.002
            if (!ok) print "checksum of " name " DIFFERS: " rest[2] " for " rest[1]
            exit !ok
        }'
}

# figure NAME LOG: a number that `--stats` printed as NAME=N.
figure() {
    tr ' =' '\n\n' <"$out/$2.log" | awk -v name="$1" 'found { print; exit } $0 == name { found = 1 }'
}

# -- the rounds --

sizes='100000'
[ "$most" -lt 1000000 ] || sizes='100000 1000000'

round() {
    for n in $sizes; do
        bound "$n" 1
        ours "ours-1-$n" $plan "w$n" 1
        bound "$n" 2
        ours "ours-2-$n" $plan "w$n" 2
    done
    ours plain $plan w100000 1
    ours lua "$out/lua/plan.yaml" w100000 1
    ours open $plan o100000 1
    for n in 1000 10000; do ours "ours-1-$n" $plan "w$n" 1; done
    timed bound-sweep "$out/bound" sweep "$data/w1.csv" "$data/sweep.csv" "$data/bound-sweep.csv"
    sweep sweep-1 1
    sweep sweep-2 2
    draws draws-1 1000000 1
    draws draws-2 1000000 2
    draws draws-tenth 100000 1
    timed first "$build/goalpost" whatif examples/hangzhou-2020/plan.yaml -d examples/hangzhou-2020/data.yaml --set data.private_growth=10.2%
    timed small "$build/goalpost" eval examples/hangzhou-2020/plan.yaml -d examples/hangzhou-2020/data.yaml
    "$build/tests/unit/tool_kernel" $plan "$data/w100000.csv" 11 | sed 's/.*median=\([0-9.]*\).*/\1 \1 0/' >>"$out/kernel.t"
    "$out/bound" kernel "$data/w100000.csv" 11 | sed -n 's/^kernel.*median=\([0-9.]*\).*/\1 \1 0/p' >>"$out/bound-kernel.t"
    "$build/tests/unit/tool_sweep" $plan "$data/w1.csv" "$data/sweep.csv" 11 | sed 's/.*median=\([0-9.]*\).*/\1 \1 0/' >>"$out/walk.t"
    "$out/bound" sweepeval "$data/w1.csv" "$data/sweep.csv" 11 | sed -n 's/^sweep_incremental.*median=\([0-9.]*\).*/\1 \1 0/p' >>"$out/bound-walk.t"
}

check_all() {
    for n in $sizes; do
        want=$("$out/check" "$data/bound-1-$n.csv")
        cmp "$data/ours-1-$n.csv" "$data/ours-2-$n.csv"
        agree "$n rows" "$want" "$(as_checked "$data/ours-1-$n.csv")"
        [ "$n" != 100000 ] || agree 'four rules' "$want" "$(as_checked "$data/lua.csv")"
    done
    # Ours: scenario,subject,marks_low,marks_high,grade,met,unmet,open; due: scenario,met,notmet,nodata,total.
    cmp "$data/sweep-1.csv" "$data/sweep-2.csv"
    agree sweep "$("$out/check" "$data/bound-sweep.csv")" \
        "$(awk -F , -v OFS=, 'NR == 1 { print "scenario,met,notmet,nodata,total"; next } { print $1, $6, $7, $8, $3 }' "$data/sweep-1.csv" >"$data/checked.csv" &&
            "$out/check" "$data/checked.csv")"
    cmp "$out/draws-1.log" "$out/draws-2.log"
    echo 'checksums agree'
}

# print_memory ROWS
print_memory() {
    for jobs in 1 2; do
        mapped=$(($(wc -c <"$data/w$1.csv") / 1024))
        printf '  peak memory, %d rows, -j %d: %d MiB beyond the mapped input, keys among them; goal 64 MiB and the keys\n' "$1" $jobs \
            $((($(median "ours-$jobs-$1" 3 | cut -d. -f1) - mapped) / 1024))
    done
}

# What a row costs from one size to the next, so that starting up is not part of it.
print_rows() {
    before=1000
    for to in 10000 100000 1000000 10000000; do
        [ -f "$out/ours-1-$to.t" ] || continue
        awk -v a="$(median ours-1-$before 2)" -v b="$(median "ours-1-$to" 2)" -v from=$before -v to="$to" \
            'BEGIN { printf "  a row between %d and %d rows: %.0f ns of processor time\n", from, to, (b - a) / (to - from) * 1e9 }'
        before=$to
    done
}

print_all() {
    echo "medians of $runs rounds"
    for n in $sizes; do
        for jobs in 1 2; do
            line "bound, $n rows, $jobs thread(s)" bound-$jobs-"$n" bound-$jobs-"$n" '-'
            line "goalpost, $n rows, -j $jobs" ours-$jobs-"$n" bound-$jobs-"$n" '2 times the bound'
        done
    done
    n=${sizes##* }
    line "goalpost, $n rows, -j 2 beside -j 1" "ours-2-$n" "ours-1-$n" '0.71 (1.4 times as fast)'
    line 'evaluation alone, columns in memory' kernel bound-kernel "2 times the bound's kernel"
    line '4 of 40 indicators in Lua, beside none' lua plain '3'
    line '1 % open-ended values, beside none' open plain '1.5'
    line 'sweep of 100000 scenarios: bound' bound-sweep bound-sweep '-'
    line 'sweep of 100000 scenarios: goalpost, -j 1' sweep-1 bound-sweep '2 times the bound'
    line 'sweep of 100000 scenarios: goalpost, -j 2' sweep-2 bound-sweep '2 times the bound'
    line 'sweep, evaluation alone' walk bound-walk "4 times the bound's"
    line 'a million draws of the real report, -j 1' draws-1 draws-1 '-'
    line 'a million draws of the real report, -j 2' draws-2 draws-1 '2 s'
    line 'a hundred thousand, -j 1' draws-tenth draws-1 'a tenth'
    printf '  first answer of whatif on the real report: %s s, %s s of processor time; goal 0.020 s\n' "$(median first 1)" "$(median first 2)"
    printf '  the real report, whole process: %s s, %s s of processor time; goal 0.010 s\n' "$(median small 1)" "$(median small 2)"
    print_memory "$n"
    print_rows
    printf '  evaluations: %s, of these exactly: %s; bytes allocated while rows were evaluated: %s\n' "$(figure evaluations "ours-1-$n")" \
        "$(figure exact "ours-1-$n")" "$(figure row_bytes "ours-1-$n")"
}

prepare
rm -f "$out"/*.t
i=0
while [ $i -lt "$runs" ]; do
    round
    i=$((i + 1))
done
if [ "$most" -ge 10000000 ]; then
    ours ours-1-10000000 $plan w10000000 1
    ours ours-2-10000000 $plan w10000000 2
fi
check_all
print_all
[ "${BENCH_PEERS:-1}" = 0 ] || . scripts/bench/peers.sh

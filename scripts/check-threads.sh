#!/bin/sh
# check-threads.sh BUILD: a table gives the same bytes, messages and exit status with 1, 2, 3 and 8 threads, and as when it is read whole
# (which is how standard input is read). Tables: clean ones, quotes and lines within fields, CR LF, 1000 broken rows of every kind, cases given
# twice, text that is no UTF-8, a quote that is never closed. Also: refused rows with their reasons, and limits on them; rows in are rows out,
# however many are refused; and the same bytes where open rows are worked out in full, as a claim in the table has it, under each scoring
# model; and with ranks, for which all rows are read first; and draws, tables of scenarios and sweeps of what-if, on those numbers of threads.
# THREAD_ROWS=10000.
set -u
build=$(cd "$1" && pwd) || exit 1
dir=$(mktemp -d "${TMPDIR:-/tmp}/threads.XXXXXX") || exit 1
trap 'rm -rf "$dir"' EXIT
rows=${THREAD_ROWS:-10000}
passed=0
failed=0
cd "$dir" || exit 1

cat >plan.yaml <<'PLAN'
goalpost: 1
plan: threads
lang: en
period: [2020, 2021]
columns: {ignore: [note]}
rules: [rules.lua]
data:
  cost: {unit: 万元}
  rate: {unit: "%", range: [-50, 200]}
  open: {measure: cumulative}
  done: {type: bool}
  stage: {stages: [none, draft, final]}
  kind: {type: text}
derive:
  share: {expr: cost / 3, unit: 万元}
scoring: {marks: 100, decimals: 3}
grades: [{at_least: 80, grade: A}, {at_least: 60, grade: B}, {at_least: 0, grade: C}]
goals:
  - id: a
    weight: 2
    indicators:
      - {id: cost, value: share, at_most: 25.5 万元}
      - {id: rate, value: rate, at_least: 40%, weight: 3}
      - {id: ruled, rule: near, weight: 2}
  - id: b
    require: any
    indicators:
      - {id: open, value: open, at_least: 7}
      - {id: done, value: done, is: true}
      - {id: stage, value: stage, reached: draft}
      - {id: kind, value: kind, one_of: ["k1", "k2"], applies: rate > 0}
  - id: c
    marks: 30
    scoring: {aggregate: geometric_mean}
    grades: [{at_least: 20, grade: good}, {at_least: 10, grade: fair}, {at_least: 0, grade: poor}]
    veto: {effect: cap_grade, at: fair, when: rate < 0.1}
    indicators:
      - {id: deduct, value: rate, at_least: 90%, score: {method: deduct, step: 5%, each: 10%, partial: up}, veto: {effect: cap_score, at: 70%, of: subject}}
      - {id: bands, value: share, score: {method: bands, cap: 120%, bands: [{at_least: 20, score: 1.1}, {at_least: 10, score: 0.6}, {score: 0.1}]}}
      - {id: pace, value: open, at_least: 10, score: {method: pace}}
      - {id: curve, value: cost, at_most: 50, score: 'min(1, q("20 万元") / cost)', weight: 0.5}
  - id: d
    scoring: {aggregate: {rule: best}}
    indicators:
      - {id: exact, value: cost, at_least: 30, score: {method: ratio, otherwise: 5%}}
      - {id: progress, value: rate, at_least: 90%, score: {method: progress, baseline: 50, unknown: zero}}
      - {id: after, value: 'coalesce(score("a.cost"), 0.25) * 100', at_least: 60}
  - id: e
    scoring: {aggregate: {worst_mean: 2}}
    bonus: {items: [extra], cap: 5%}
    indicators:
      - {id: stage, value: stage, reached: final, by: 2020-05-15}
      - {id: word, value: 'verdict("a") == "met" or grade("c") == "good"', is: true}
      - {id: extra, value: open, at_least: 8, marks: 3, waive: {reason: r, authority: a, until: 2020-12-31}}
models:
  strict: {unknown: zero, aggregate: min}
  lenient: {unknown: exclude, aggregate: harmonic_mean}
PLAN
cat >rules.lua <<'RULES'
rule "near" {
  doc = "The rate is near 50 %.", reads = { "rate" },
  check = function(x)
    if x.rate == nil then return no_data("no rate") end
    if x.rate > 0.9 then error("far too much") end
    return (x.rate > 0.4 and x.rate < 0.6) and met(nil, 1) or unmet(("rate %g"):format(x.rate), 0.25)
  end,
}
rule "best" {
  roll = function(children)
    local best = 0
    for _, c in ipairs(children) do
      if c.score == nil then return { reason = c.id .. " is open" } end
      if c.score > best then best = c.score end
    end
    return { score = best, verdict = best > 0.5 and "met" or "unmet" }
  end,
}
RULES

# table NAME BAD QUOTES END: rows of which BAD in a thousand are broken, QUOTES: some fields are quoted; END: what ends a line.
table() {
    awk -v rows="$rows" -v bad="$2" -v quotes="$3" -v eol="$4" '
        function next_of(n) { seed = (seed * 16807) % 2147483647; return seed % n }
        function number() { return next_of(20) == 0 ? "" : next_of(9000) / 100 }
        function cell(c) {
            c = next_of(60)
            return c == 0 ? ">= " next_of(9) : c == 1 ? "<= 9.5" : c == 2 ? "1.23456789012345678" : number()
        }
        function broken(line, k) {
            k = next_of(6)
            if (k == 0) return line ",1"
            if (k == 1) return "s" i ",2020"
            if (k == 2) return "s" i ",2020,,12,abc,3,1,draft,x,,,,"
            if (k == 3) return ",2020,,12,10,3,1,draft,x,,,,"
            if (k == 4) return "s" i ",2020,,1\"2,10,3,1,draft,x,,,,"
            return "s" i ",2020,,12,300,zz,7,drift,x,,,,"
        }
        BEGIN {
            seed = 4711
            split("none draft final", stages, " ")
            ORS = eol
            print "subject,period,scenario,cost,rate,open,done,stage,kind,note,open.covers,cost.basis,stage.on"
            for (i = 1; i <= rows; i++) {
                name = (i % 7 == 0 ? "单位" : "s") i
                if (quotes && next_of(5) == 0) name = "\"" name ", \"\"x\"\"" (next_of(2) ? "\n" : "") "y\""
                line = name "," (next_of(50) == 0 ? 2019 : 2020) "," (next_of(9) ? "" : "low") "," cell() "," cell() "," cell() "," \
                    (next_of(9) ? next_of(2) : "") "," stages[1 + next_of(3)] "," (next_of(3) ? "" : "k" next_of(4)) "," (next_of(4) ? "" : "n") "," \
                    (next_of(30) ? "" : "2020-01/2020-09") "," (next_of(20) ? "" : "provisional") "," (next_of(20) ? "" : "2020-05-1" next_of(10))
                print next_of(1000) < bad ? broken(line) : line
            }
        }' >"$1.csv"
}

# eval_to OUT WORDS...: bytes, messages and status of an evaluation.
eval_to() {
    to=$1
    shift
    "$build/goalpost" eval plan.yaml --wide "$@" >"$to.out" 2>"$to.err"
    echo $? >"$to.status"
    sed -i 's/<stdin>/DATA/g; s/`-`/`DATA`/g; s/[a-z0-9]*\.csv/DATA/g' "$to.err"
}

same() {
    if cmp -s "$2.out" "$3.out" && cmp -s "$2.err" "$3.err" && cmp -s "$2.status" "$3.status"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    echo "FAILED $1"
    diff "$2.status" "$3.status" | head -n 4
    diff "$2.err" "$3.err" | head -n 8
    cmp "$2.out" "$3.out"
}

try() {
    for how in stop report; do
        eval_to whole --codes --on-bad-row $how --stats -d - <"$1.csv"
        sed -i '/^goalpost: cases=/s/ row_bytes.*//' whole.err
        for jobs in 1 2 3 8; do
            eval_to part --on-bad-row $how -j $jobs -d "$1.csv" --codes --stats
            sed -i '/^goalpost: cases=/s/ row_bytes.*//' part.err
            same "$1, $how, -j $jobs" whole part
        done
    done
}

table clean 0 0 '\n'
table quoted 0 1 '\n'
table crlf 3 1 '\r\n'
table bad 17 0 '\n'
table worse 17 1 '\n'
cp clean.csv twice.csv
grep '^s.*,2020,' clean.csv | tail -n 1 >>twice.csv
head -n 5000 clean.csv >latin.csv
printf 's\351,2020,,1,2,3,1,draft,,,,,\n' >>latin.csv
tail -n 30000 clean.csv >>latin.csv
head -n 40000 clean.csv >unclosed.csv
printf '"s,2020,,1,2,3,1,draft,,,,,\n' >>unclosed.csv
tail -n 9000 clean.csv >>unclosed.csv
head -n 20000 quoted.csv | tr -d '\n' >line.csv
head -n 1 clean.csv >empty.csv
printf '%s' "$(head -n 3000 clean.csv)" >cut.csv
# A table that is not evaluated at all would be the same everywhere.
eval_to sure --codes -d clean.csv
if [ "$(wc -l <sure.out)" -lt $((rows * 9 / 10)) ]; then
    head -n 5 sure.err
    echo "0 passed, 1 failed"
    exit 1
fi
for name in clean quoted crlf bad worse twice latin unclosed line empty cut; do try $name; done

# Refused rows with their reasons, those of an earlier run among them; and a limit on how many may be refused.
refused_to() {
    rm -f bad-rows.csv
    eval_to "$@"
    cat bad-rows.csv >>"$1.out" 2>/dev/null
}
sed '1s/$/,reason/; 2,$s/$/,mended/' bad.csv >again.csv
bad=$("$build/goalpost" eval plan.yaml --wide --on-bad-row report -d bad.csv 2>&1 >whole.out | sed -n 's/^goalpost: rows refused: //p')
for name in clean bad worse twice latin again; do
    refused_to whole --codes --refused bad-rows.csv -d - <$name.csv
    for jobs in 1 2 3 8; do
        refused_to part --codes --refused bad-rows.csv -j $jobs -d $name.csv
        same "refused rows of $name, -j $jobs" whole part
    done
done
for most in 0 $((bad - 1)) "$bad"; do
    eval_to whole --max-bad "$most" -d - <bad.csv
    [ "$most" = "$bad" ] && due=4 || due=3
    if [ "$(cat whole.status)" != $due ]; then
        failed=$((failed + 1))
        echo "FAILED status $(cat whole.status) of $bad refused where $most may be"
    fi
    for jobs in 1 2 3 8; do
        eval_to part --max-bad "$most" -j $jobs -d bad.csv
        same "at most $most refused, -j $jobs" whole part
    done
done

# A claim says nothing of verdicts, but where there is one all open rows are worked out in full.
awk 'NR == 1 { print $0 ",a.cost.claim"; next } { print $0 "," (NR == 2 ? "50%" : "") }' clean.csv >claimed.csv
for model in base strict lenient all; do
    eval_to whole --model $model -d claimed.csv
    eval_to part --model $model -d clean.csv
    sed -i '/claim/d' whole.err
    same "in full, model $model" whole part
done

# Ranks and z-scores need all subjects: such a plan is never split, and open rows are worked out in full.
cat >ranked.yaml <<'PLAN'
goalpost: 1
plan: ranked
lang: en
period: [2020, 2021]
columns: {ignore: [note, done, stage, kind, "cost.basis", "stage.on", "open.covers"]}
data:
  cost: {unit: 万元}
  rate: {unit: "%", range: [-50, 200]}
  open: {measure: cumulative}
scoring: {marks: 100, decimals: 3, ranks: true}
goals:
  - id: a
    indicators:
      - {id: standing, value: cost, score: {method: zscore, direction: up}}
      - {id: rate, value: rate, at_least: 40%, weight: 3}
      - {id: open, value: open, at_least: 7}
PLAN
ranked_to() {
    to=$1
    shift
    "$build/goalpost" eval ranked.yaml "$@" >"$to.out" 2>"$to.err"
    echo $? >"$to.status"
    sed -i 's/<stdin>/DATA/g; s/`-`/`DATA`/g; s/[a-z0-9]*\.csv/DATA/g' "$to.err"
}
for form in '--wide --codes' '--wide' ''; do
    ranked_to whole -f csv $form -d - <clean.csv
    if [ "$(wc -l <whole.out)" -lt $((rows * 9 / 10)) ] || ! { [ -z "$form" ] || head -n 1 whole.out | grep -q rank; }; then
        failed=$((failed + 1))
        echo "FAILED too few rows, or no ranks: -f csv $form"
        head -n 3 whole.err
    fi
    for jobs in 1 2 3; do
        ranked_to part -f csv $form -j $jobs -d clean.csv
        same "ranks, -f csv $form, -j $jobs" whole part
    done
done

# Draws: chunks are handed over in their order; stopping early included. Departments with ranks, and one case with rules and open values.
cat >draws.yaml <<'DRAWS'
goalpost: 1
scenario: draws
of: ranked
draw:
  data.rate: {normal: [40%, 15%]}
  data.open: {triangular: [1, 6, 12]}
  a.rate.at_least: {uniform: [30%, 50%]}
  data.cost: {one_of: [10 万元, 20 万元, 55 万元]}
DRAWS
sed -e 's/^of: ranked/of: threads/' -e '/a.rate.at_least/d' draws.yaml >one.yaml
head -n 12 clean.csv >departments.csv
sed -n '1p;3p' clean.csv >single.csv
draws_to() {
    to=$1
    shift
    "$build/goalpost" whatif "$@" >"$to.out" 2>"$to.err"
    echo $? >"$to.status"
}
draws() {
    draws_to whole "$@" -j 1
    if [ "$(wc -l <whole.out)" -lt 10 ]; then
        failed=$((failed + 1))
        echo "FAILED no answer: $*"
        head -n 5 whole.err
    fi
    for jobs in 2 3 8; do
        draws_to part "$@" -j $jobs
        same "$*, -j $jobs" whole part
    done
}
draws ranked.yaml -d departments.csv --scenario draws.yaml --draws 3000
draws ranked.yaml -d departments.csv --scenario draws.yaml --draws 20000 --until-se 0.4
draws plan.yaml -d single.csv --scenario one.yaml --draws 50000 --until-se 0.12 -f json
draws plan.yaml -d single.csv --scenario one.yaml --draws 20001 --indices

# Tables of scenarios and sweeps go out in the order of their rows; empty, missing and open fields here and there.
awk 'BEGIN {
    print "scenario,cost,open,a.rate.at_least"
    for (i = 1; i <= 9000; i++)
        print "r" i "," (i % 7 ? i % 60 : i % 2 ? "" : ">= " i % 50) "," (i % 11 ? i % 13 : i % 3 ? "null" : "") "," (i % 5 ? i % 90 "%" : "")
}' >scenarios.csv
draws ranked.yaml -d departments.csv --scenarios scenarios.csv -f csv
draws plan.yaml -d single.csv --scenarios scenarios.csv -f csv
draws plan.yaml -d single.csv --scenarios scenarios.csv -f json
draws plan.yaml -d single.csv --sweep data.cost=0:60:0.01 --sweep a.rate.at_least=30%,50%
whole=$(sed -n 5001p scenarios.csv)
{ sed -n 1p scenarios.csv && echo "$whole"; } >one.csv
draws_to whole plan.yaml -d single.csv --scenarios scenarios.csv -f csv -j 2
sed -i -n '1p;5001p' whole.out
draws_to part plan.yaml -d single.csv --scenarios one.csv -f csv
same 'a scenario alone and among others' whole part

# Files come in the order of their paths, whatever the order of the arguments.
{ head -n 1 clean.csv && tail -n 5000 clean.csv; } >part-b.csv
head -n 5000 clean.csv >part-a.csv
eval_to whole --codes -d part-a.csv -d part-b.csv -j 2
eval_to part -j 3 -d part-b.csv --codes -d part-a.csv
same 'arguments in another order' whole part

# Nothing is lost: cases, rows of other periods and refused ones are all rows.
"$build/goalpost" eval plan.yaml --wide --codes --on-bad-row report -j 3 -d bad.csv 2>err >out
cases=$(($(wc -l <out) - 1))
refused=$(sed -n 's/^goalpost: rows refused: //p' err)
others=$(awk -F, '$2 == 2019 && NF == 13' bad.csv | wc -l)
if [ "$((cases + refused + others))" = "$rows" ]; then passed=$((passed + 1)); else
    failed=$((failed + 1))
    echo "FAILED $rows rows in, $cases cases, $refused refused, $others of other periods"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

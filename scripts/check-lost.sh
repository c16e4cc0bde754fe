#!/bin/sh
# check-lost.sh [ROWS] [BROKEN]: nothing is lost among 2,000,000 rows with 1,000 broken ones of every kind: each row has its verdicts, or is
# of another period, or is among the refused ones with its reason; mended, those are read. Needs about 1 GB of disk below TMPDIR.
# The program is the `goalpost` that is found first.
set -eu
export LC_ALL=C
rows=${1:-2000000} broken=${2:-1000}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/lost.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
cd "$scratch"
passed=0 failed=0
is() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        echo "$1: $2, due is $3"
        failed=$((failed + 1))
    fi
}

cat >plan.yaml <<'PLAN'
goalpost: 1
plan: lost
period: 2020
data:
  x: {name: Count, range: [0, 1000]}
  d: {type: date}
  s: {stages: [begun, drafted, issued]}
goals:
  - id: g
    indicators:
      - {id: x, value: x, at_least: 500}
      - {id: s, value: s, reached: drafted}
PLAN

# Broken rows are spread evenly; kind k of 10 each, the rest in order. Kind 10 gives a datum of an earlier row again.
awk -v rows="$rows" -v broken="$broken" 'BEGIN {
    kinds = 10; step = int(rows / (broken * (kinds + 1))); print "subject,period,x,d,s"
    for (i = 1; i <= rows; i++) {
        k = i % step == 0 && done < broken * (kinds + 1) ? done++ % (kinds + 1) + 1 : 0
        x = i % 1001; d = "2020-0" (i % 9 + 1) "-15"; s = i % 2 ? "begun" : "issued"; who = "S" i; p = 2020
        if (k == 1) x = x "x"
        if (k == 2) x = 1001 + i % 7
        if (k == 3) d = "2020-13-01"
        if (k == 4) s = "lost"
        if (k == 5) who = ""
        if (k == 6) p = "20-20"
        if (k == 7) s = s ",more"
        if (k == 9) p = ""
        if (k == 10) who = "S1"
        if (k == 11) p = 2019
        if (k == 8) print who "," p "," x
        else print who "," p "," x "," d "," s
    }
}' >data.csv
is 'rows made' "$(($(wc -l <data.csv) - 1))" "$rows"
refused=$((10 * broken)) used=$((rows - 11 * broken))

status=0
goalpost eval plan.yaml -d data.csv --refused bad.csv --wide --codes -o out.csv 2>messages || status=$?
is 'exit status' "$status" 4
is 'cases written' "$(($(wc -l <out.csv) - 1))" "$used"
is 'rows refused' "$(sed -n 's/^goalpost: rows refused: //p' messages)" "$refused"
is 'rows to mend' "$(($(wc -l <bad.csv) - 1))" "$refused"
is 'rows to mend without a reason' "$(awk -F , 'NR > 1 && $NF == ""' bad.csv | wc -l)" 0

# Each row that came in is in exactly one of the two, or of 2019.
awk -F , 'NR > 1 { print $1 }' out.csv >names
awk -F , 'NR > 1 { print $1 }' bad.csv >>names
awk -F , 'NR > 1 && $2 == 2019 { print $1 }' data.csv >>names
awk -F , 'NR > 1 { print $1 }' data.csv | sort >names.in
sort names | cmp -s - names.in && same=yes || same=no
is 'every row is somewhere, once' "$same" yes

goalpost eval plan.yaml -d data.csv --on-bad-row report -f ndjson 2>messages | tail -n 1 >sum || :
want="\"rows_in\":$rows,\"used\":$used,\"other_periods\":$broken,\"refused\":$refused,\"cases\":$used,"
is 'the sum' "$(grep -c "$want" sum)" 1
verdicts=$(sed 's/.*"verdicts":{//; s/}.*//' sum | tr ',' '\n' | awk -F : '{ n += $2 } END { print n }')
is 'verdicts' "$verdicts" "$((2 * used))"

# Mended: the first 1 to 4 kinds and the periods; what cannot be known stays.
awk -F , 'BEGIN { OFS = "," } NR == 1 { print; next } { sub(/x$/, "", $3); if ($3 > 1000) $3 = 1000; if ($4 == "2020-13-01") $4 = ""
    if ($5 == "lost") $5 = ""; if ($2 == "20-20" || $2 == "") $2 = 2020; if ($1 == "S1") $1 = "again" NR; print }' bad.csv >mended.csv
status=0
goalpost eval plan.yaml -d mended.csv --refused still.csv --wide -o more.csv 2>messages || status=$?
is 'cases of mended rows' "$(($(wc -l <more.csv) - 1))" "$((7 * broken))"
is 'rows still refused' "$(($(wc -l <still.csv) - 1))" "$((3 * broken))"
status=0
goalpost eval plan.yaml -d data.csv --max-bad $((refused - 1)) --wide -o none.csv 2>messages || status=$?
is 'status over the limit' "$status" 3
is 'output over the limit' "$(find . -name none.csv | wc -l)" 0

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

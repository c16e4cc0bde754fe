# Makes plan.yaml of the reference workload from its goals.json, which has one goal or indicator an entry:
#   awk -f scripts/bench/plan.awk ../shared/bench/goals.json >scripts/bench/plan.yaml
function field(name, text) {
    if (!match(entry, "\"" name "\": *(\"[^\"]*\"|[-0-9.]+)")) return ""
    text = substr(entry, RSTART, RLENGTH)
    sub(/^"[^"]*": */, "", text)
    gsub(/"/, "", text)
    return text
}
function datum(name, label, more) {
    data = data sprintf("  %-6s {name: \"%s\"%s}\n", name ":", label, more)
}
function criterion(kind) {
    if (kind == "range") return "between: [" field("lo_t") ", " field("hi_t") "]"
    if (kind == "bool") return "is: true, score: {method: pass_fail}"
    if (kind == "zero") return "exactly: 0, score: {method: pass_fail}, veto: {effect: zero, of: goal}"
    return (kind == "max" || kind == "rank" ? "at_most: " : "at_least: ") field("t")
}
function indicator(    id, kind, value, label) {
    id = field("id")
    kind = field("kind")
    label = field("label")
    value = id
    datum(id, label, kind == "bool" ? ", type: bool" : "")
    if (kind == "ratio" || kind == "growth") {
        datum(id "_b", label ": " (kind == "ratio" ? "denominator" : "base"), "")
        value = id "_rate"
        derive = derive sprintf("  %s: %s\n", value, kind == "ratio" ? id " / " id "_b" : "(" id " - " id "_b) / " id "_b")
    }
    of[field("goal")] = of[field("goal")] sprintf("      - {id: %s, name: \"%s\", weight: %s, value: %s, %s}\n", id, label, field("w"), value, criterion(kind))
}
{
    while (match($0, /\{"id"[^}]*\}/)) {
        entry = substr($0, RSTART, RLENGTH)
        $0 = substr($0, RSTART + RLENGTH)
        if (entry ~ /"kind"/) indicator()
        else { goal[++goals] = field("id"); weight[field("id")] = field("w") }
    }
}
END {
    print "# The reference workload: 19 goals, 40 indicators, 49 data columns. Made by plan.awk; `make bench` runs it.\n" \
        "goalpost: 1\nplan: bench\ntitle: Reference workload\nlang: en\nperiod: any\ndata:"
    printf "%sderive:\n%s", data, derive
    print "scoring: {method: ratio, cap: 120%, floor: 0%, unknown: exclude, coverage: 0%, marks: 100, decimals: 6}\ngoals:"
    for (i = 1; i <= goals; i++)
        printf "  - id: %s\n    weight: %s\n    indicators:\n%s", goal[i], weight[goal[i]], of[goal[i]]
}

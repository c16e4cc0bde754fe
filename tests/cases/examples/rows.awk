# Prints of a CSV result the rows whose id stands in `ids`, one line each: id, verdict, `final` or `open`, basis, then what
# of actual, unit, margin, completion, claim and audit is there, each by its name. -v also="COLUMN..." adds further columns.
function fields(line, out, n, c, i, quoted, text) {
    n = 1; text = ""; quoted = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quoted && c == "\"" && substr(line, i + 1, 1) == "\"") { text = text c; i++ }
        else if (c == "\"") quoted = !quoted
        else if (c == "," && !quoted) { out[n++] = text; text = "" }
        else text = text c
    }
    out[n] = text
    return n
}
function named(column) {
    return row[at[column]] == "" ? "" : "  " column " " row[at[column]]
}
BEGIN {
    n = split(ids, list, " ")
    for (i = 1; i <= n; i++) wanted[list[i]] = 1
    columns = split("actual actual_low actual_high unit margin completion claim audit " also, shown, " ")
}
{ sub(/\r$/, "") }
NR == 1 { n = fields($0, row); for (i = 1; i <= n; i++) at[row[i]] = i; next }
{
    fields($0, row)
    if (!(row[at["id"]] in wanted)) next
    seen[row[at["id"]]] = 1
    line = row[at["id"]] ": " row[at["verdict"]] (row[at["final"]] == "true" ? " final" : " open")
    if (row[at["basis"]] != "") line = line " " row[at["basis"]]
    for (i = 1; i <= columns; i++) {
        # Both ends are of interest only where they differ from the value.
        if (shown[i] ~ /^actual_/ && row[at["actual"]] != "") continue
        line = line named(shown[i])
    }
    print line
}
END { for (id in wanted) if (!(id in seen)) print id ": no such row" }

# Lays out golden cases (see golden.sh): for the case with number N the folder scratch/N gets work/ with the case's
# files, `script`, `prepare` (copies and encoded files), want.stdout, want.stderr, want.status, and `bad` for a case
# that cannot be read. Lines are held back by one, since a part's last newline may be taken away.
function quoted(text) {
    gsub(/'/, "'\\''", text)
    return "'" text "'"
}
function begin_case() {
    dir = scratch "/" ++ncases
    status = 0
    script = ""
    printf "" > (dir "/want.stdout")
    printf "" > (dir "/want.stderr")
    close(dir "/want.stdout")
    close(dir "/want.stderr")
}
function end_case() {
    end_part()
    print status > (dir "/want.status")
    close(dir "/want.status")
    printf "%s", script > (dir "/script")
    close(dir "/script")
    if (script == "") bad("no command: a line that begins with `$ `")
}
function bad(message) {
    print name ": " message > (dir "/bad")
}
function begin_part(path) {
    part = path
    held = 0
    printf "" > part
}
function end_part() {
    if (part == "") return
    if (held) print line > part
    close(part)
    part = ""
}
function prepare(command) {
    print command > (dir "/prepare")
}
function file_part(path, coded) {
    coded = sub(/ base64$/, "", path)
    if (path ~ /^\// || path ~ /(^|\/)\.\.(\/|$)/) bad("`" path "` leaves the case's folder")
    if (path ~ /\//) system("mkdir -p \"$(dirname " quoted(dir "/work/" path) ")\"")
    if (!coded) {
        begin_part(dir "/work/" path)
        return
    }
    begin_part(dir "/coded" ++ncoded)
    prepare("base64 -d " quoted(part) " >" quoted(path))
}
function copy_part(path, as, at) {
    at = index(path, " as ")
    as = at ? substr(path, at + 4) : "."
    if (at) path = substr(path, 1, at - 1)
    prepare("cp -R " quoted(root "/" path) " " quoted(as))
}
function section(text) {
    end_part()
    if (text ~ /^file ./) file_part(substr(text, 6))
    else if (text ~ /^copy ./) copy_part(substr(text, 6))
    else if (text == "stdout" || text == "stderr") begin_part(dir "/want." text)
    else if (text ~ /^status [0-9]+$/) status = substr(text, 8)
    else bad("unknown part `--- " text "`")
    in_parts = 1
}
FNR == 1 {
    if (ncases) end_case()
    name = FILENAME
    in_parts = 0
    begin_case()
}
/^--- / { section(substr($0, 5)); next }
part != "" {
    if ($0 == "\\ no newline") {
        printf "%s", line > part
        held = 0
        next
    }
    if (held) print line > part
    line = $0
    if (line ~ /^\\+--- /) line = substr(line, 2)
    held = 1
    next
}
/^[$>] / && !in_parts { script = script substr($0, 3) "\n"; next }
/^#/ || /^$/ { next }
{ bad("line " FNR " belongs to no part") }
END { if (ncases) end_case() }

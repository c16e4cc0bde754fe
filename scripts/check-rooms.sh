#!/bin/sh
# check-rooms.sh: the one direction of engine/README.md: a file includes its own room and those below it.
# Also: only engine/input names libyaml, only engine/rule names Lua, and the command sees goalpost.h alone.
set -u
cd "$(dirname "$0")/.." || exit 1
find engine -name '*.[ch]' | LC_ALL=C sort | xargs awk '
BEGIN {
    may["base"] = "base"
    may["input"] = "base input"
    may["expr"] = "base expr"
    may["plan"] = "base input expr plan"
    may["data"] = may["plan"] " data"
    may["rule"] = may["data"] " rule"
    may["eval"] = may["rule"] " eval"
    may["lint"] = may["eval"] " lint"
    may["study"] = may["eval"] " study"
    may["report"] = may["eval"] " study report"
    may["cli"] = "cli"
    may["api.c"] = may["eval"] " lint study report"
}
function refuse(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad++ }
FNR == 1 { files++; split(FILENAME, path, "/"); room = path[2] ~ /^api/ ? "api.c" : path[2] }
/^ *# *include *"/ {
    split($0, quote, "\"")
    split(quote[2], part, "/")
    target = part[1]
    if (quote[2] == "goalpost.h") {
        if (room != "cli" && room != "api.c") refuse(room " includes the public header")
    } else if (index(quote[2], "/") && (" " may[room] " ") !~ (" " target " ")) refuse(room " includes " quote[2])
}
/^ *# *include *<yaml\.h>/ && room != "input" { refuse("libyaml is for engine/input") }
/^ *# *include *<(lua|lauxlib|lualib)\.h>/ && room != "rule" { refuse("Lua is for engine/rule") }
END { printf "%d passed, %d failed\n", (bad ? 0 : files > 0), bad; exit bad > 0 || files == 0 }'

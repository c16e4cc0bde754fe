#!/bin/sh
# readme.sh [--update] [README.md...]: executes what the documents show; by default the README and those of examples/ and rules/.
# A block ```console holds commands, each on a line that begins with `$ `, and below them what they print (both streams).
# A block ```yaml, ```lua or ```csv whose first line is a comment `# NAME` or `-- NAME` becomes that file beforehand.
# Commands run in a copy of the document's folder (the top-level README: beside a copy of examples/), one folder for each
# document, in order. --update writes what was printed into the document.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
update=0
[ "${1:-}" != --update ] || { update=1; shift; }
[ $# -gt 0 ] || set -- "$root"/README.md "$root"/examples/*/README.md "$root"/rules/README.md
scratch=$(mktemp -d "${TMPDIR:-/tmp}/readme.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0

split='
/^```/ && inside { inside = 0; if (kind == "console") close(out); if (file != "") close(file); file = ""; next }
/^```(console|yaml|lua|csv)$/ {
    inside = 1; kind = substr($0, 4); first = 1
    if (kind == "console") { n++; out = dir "/" n ".want"; script = dir "/" n ".sh"; printf "" > out; printf "" > script }
    next
}
/^```/ { inside = 1; kind = "other"; next }
!inside { next }
kind == "console" && /^\$ / { print substr($0, 3) >> script; close(script); next }
kind == "console" { print > out; next }
first && /^(#|--) [A-Za-z0-9_-]+\.(yaml|lua|csv)$/ { file = dir "/work/" $2; printf "" > file }
{ first = 0; if (file != "") print > file }
END { print n + 0 }'

rewrite='
/^```console$/ { n++; inside = 1; print; next }
/^```/ && inside { inside = 0; while ((getline line < (dir "/" n ".got")) > 0) print line; print; next }
inside && !/^\$ / { next }
{ print }'

lay_out() {
    mkdir -p "$dir"
    case $1 in
    "$root"/README.md) mkdir "$dir/work" && cp -R "$root/examples" "$dir/work/" ;;
    *) cp -R "$(dirname "$1")" "$dir/work" ;;
    esac
}

run_block() {
    (cd "$dir/work" && env -i PATH="$PATH" HOME="$scratch" LC_ALL=C TZ=UTC timeout 120 sh "$dir/$1.sh" >"$dir/$1.got" 2>&1 </dev/null)
    if cmp -s "$dir/$1.want" "$dir/$1.got"; then
        passed=$((passed + 1))
    elif [ "$update" = 1 ]; then
        echo "updated $2: $(head -n 1 "$dir/$1.sh")"
        passed=$((passed + 1))
    else
        diff -u --label "$2" --label "printed by: $(head -n 1 "$dir/$1.sh")" "$dir/$1.want" "$dir/$1.got" | head -n 60
        failed=$((failed + 1))
    fi
}

number=0
for document; do
    [ -f "$document" ] || continue
    number=$((number + 1))
    dir=$scratch/$number
    lay_out "$document"
    blocks=$(awk -v dir="$dir" "$split" "$document")
    block=1
    while [ "$block" -le "$blocks" ]; do
        run_block $block "$document"
        block=$((block + 1))
    done
    [ "$update" = 0 ] || { awk -v dir="$dir" "$rewrite" "$document" >"$dir/new" && cat "$dir/new" >"$document"; }
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

#!/bin/sh
# check-sources.sh SOURCE...: the sources that the makefile lists are all those below engine/, and each is there.
# check-sources.sh --write: brings the list in the Makefile up to date.
set -u
cd "$(dirname "$0")/.." || exit 1
export LC_ALL=C
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sources.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT

# One variable a room, its files in order, lines of at most 120 characters.
list_rooms() {
    find engine -mindepth 2 -name '*.c' | sort | awk -F / '
        $2 != room { if (room != "") print line ")"; room = $2; line = "SRC_" room " := $(addprefix engine/" room "/," }
        {
            name = $3
            if (length(line) + length(name) > 116) { print line " \\"; line = "    " }
            line = line (line ~ /(,|    )$/ ? "" : " ") name
        }
        END { if (room != "") print line ")" }'
}

if [ "${1:-}" = --write ]; then
    list_rooms >"$scratch/list"
    awk -v list="$scratch/list" '
        /^# sources: begin/ { print; while ((getline line < list) > 0) print line; skipping = 1 }
        /^# sources: end/ { skipping = 0 }
        !skipping' Makefile >"$scratch/Makefile" && cat "$scratch/Makefile" >Makefile
    exit
fi

printf '%s\n' "$@" | sort >"$scratch/listed"
find engine -name '*.c' | sort >"$scratch/there"
if diff "$scratch/listed" "$scratch/there" >"$scratch/diff"; then
    echo '1 passed, 0 failed'
else
    echo 'listed in the Makefile (<) and in the tree (>): run scripts/check-sources.sh --write'
    grep '^[<>]' "$scratch/diff"
    echo '0 passed, 1 failed'
    exit 1
fi

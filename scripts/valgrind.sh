#!/bin/sh
# valgrind.sh BUILD TEST...: test programs and golden cases under valgrind; an error or a leak fails the test.
set -u
build=$(cd "$1" && pwd)
shift
here=$(dirname "$0")
command -v valgrind >/dev/null 2>&1 || { echo 'valgrind: not installed'; echo '0 passed, 1 failed'; exit 1; }
memcheck='valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,possible'
wrapped=$(mktemp -d "${TMPDIR:-/tmp}/valgrind.XXXXXX") || exit 1
trap 'rm -rf "$wrapped"' EXIT
for program in "$build/goalpost" "$build"/tests/unit/tool_*; do
    [ -x "$program" ] || continue
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$memcheck" "$program" >"$wrapped/$(basename "$program")"
    chmod +x "$wrapped/$(basename "$program")"
done
status=0
{
    RUNNER=$memcheck "$here/run-tests.sh" "$@" || status=1
    PATH="$wrapped:$PATH" "$here/golden.sh" || status=1
    echo "$status" >"$wrapped/status"
} | awk '/^[0-9]+ passed, [0-9]+ failed/ { p += $1; f += $3; next } { print } END { printf "%d passed, %d failed\n", p, f }'
[ "$(cat "$wrapped/status")" = 0 ]

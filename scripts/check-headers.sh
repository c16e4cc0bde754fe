#!/bin/sh
# check-headers.sh: goalpost.h compiles alone, twice in one file, as strict C11 and as C++; nothing but C library headers in it.
set -u
cd "$(dirname "$0")/.." || exit 1
passed=0 failed=0
try() {
    what=$1
    shift
    if printf '#include <goalpost.h>\n#include <goalpost.h>\nint main(void) { return 0; }\n' |
        "$@" -Wall -Wextra -Werror -pedantic-errors -Iinclude -fsyntax-only -; then
        passed=$((passed + 1))
    else
        echo "goalpost.h: not accepted as $what"
        failed=$((failed + 1))
    fi
}
for cc in "${CC:-gcc}" clang; do # CC may be two words: ccache gcc
    command -v "${cc%% *}" >/dev/null 2>&1 || continue
    try "C11 by $cc" $cc -x c -std=c11 -Wstrict-prototypes
done
for cxx in g++ clang++; do
    command -v "$cxx" >/dev/null 2>&1 || continue
    try "C++ by $cxx" "$cxx" -x c++ -std=c++11
done
foreign=$(grep -nE '^ *# *include' include/goalpost.h | grep -vE '<(stdbool|stddef|stdint|stdarg|limits)\.h>')
if [ -n "$foreign" ]; then
    echo "goalpost.h includes more than the plain C headers: $foreign"
    failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

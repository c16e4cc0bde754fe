#!/bin/sh
# lint.sh SOURCE...: the house rules that a compiler does not check, then clang-tidy and cppcheck where they are there, on all processors.
# With ANALYZE=1 clang's analyzer too, which takes ten seconds a file.
# Files have at most 800 lines, lines at most 140 characters, functions at most 80 lines unless a comment
# `long: REASON` stands in or right above them. The lengths of functions are reported.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
export LC_ALL=C.UTF-8
files=$(find engine include tests -name '*.[ch]' | sort)

echo '-- lengths'
LC_ALL=C awk '
function width(line) { gsub(/[\200-\277]/, "", line); return length(line) } # characters, not bytes
function refuse(what) { printf "%s:%d: %s\n", FILENAME, FNR, what; bad++ }
FNR == 1 { inside = 0; excused = 0 }
FNR == 801 { refuse("over 800 lines") }
length($0) > 140 && width($0) > 140 && !/GP_CODE\(/ { refuse("a line of " width($0) " characters") }
/[ \t]$/ { refuse("blanks at the end of the line") }
/long: / { excused = 1 }
/^[a-zA-Z_].*\) *\{$/ && !/^(typedef|struct|enum|union|static const)/ { inside = 1; start = FNR }
/^\{/ { refuse("the brace of a function belongs on the line of its name") }
/^\}/ {
    if (inside) {
        n = FNR - start + 1
        if (FILENAME ~ /^engine/) { size[++count] = n; if (n > 60) printf "%s:%d: note: a function of %d lines\n", FILENAME, start, n }
        if (n > 80 && !excused) refuse("a function of " n " lines")
    }
    inside = 0; excused = 0
}
END {
    for (i = 2; i <= count; i++) { v = size[i]; for (j = i - 1; j > 0 && size[j] > v; j--) size[j + 1] = size[j]; size[j + 1] = v }
    if (count) printf "%d functions in engine/: median %d lines, 90 %% at most %d, longest %d\n",
        count, size[int((count + 1) / 2)], size[int(count * 0.9 + 0.5)], size[count]
    exit bad > 0
}' $files || bad=$((bad + 1))

echo '-- rooms'
scripts/check-rooms.sh || bad=$((bad + 1))

echo '-- no locale, clock, environment or floating printf in the library'
if grep -nHE '\b(setlocale|localeconv|strtod|strtof|atof|getenv|time|clock|clock_gettime|rand|random)\(' \
    $(printf '%s\n' "$@" | grep -v '^engine/cli/') | grep -v 'lint: allowed'; then
    bad=$((bad + 1))
fi

flags='-std=c11 -D_GNU_SOURCE -Iengine -Iinclude'
if command -v clang-tidy >/dev/null 2>&1; then
    echo '-- clang-tidy'
    checks='-*,bugprone-*'
    [ -n "${ANALYZE:-}" ] && checks="$checks,clang-analyzer-*,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling"
    for spared in easily-swappable-parameters macro-parentheses narrowing-conversions implicit-widening-of-multiplication-result \
        reserved-identifier sizeof-expression signed-char-misuse assignment-in-if-condition branch-clone; do
        checks="$checks,-bugprone-$spared"
    done
    printf '%s\n' "$@" | xargs -n 1 -P "$(nproc)" sh -c 'clang-tidy --quiet --warnings-as-errors="*" --checks="$0" "$3" -- $1 $2 2>/dev/null' \
        "$checks" "$flags" "$(pkg-config --cflags lua5.4)" || bad=$((bad + 1))
else
    echo '-- clang-tidy: not installed, skipped'
fi
if command -v cppcheck >/dev/null 2>&1; then
    echo '-- cppcheck'
    # cppcheck takes an array that a call in the same braces fills for unset, and stumbles over conditional compound literals.
    cppcheck -j "$(nproc)" --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
        --suppress=missingInclude --suppress=uninitvar --suppress=legacyUninitvar --suppress=internalAstError \
        -Iengine -Iinclude "$@" || bad=$((bad + 1))
else
    echo '-- cppcheck: not installed, skipped'
fi
[ "$bad" = 0 ] && echo 'nothing to say'
[ "$bad" = 0 ]

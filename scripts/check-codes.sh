#!/bin/sh
# check-codes.sh: every diagnostic code of engine/base/codes.def has a golden case tests/cases/codes/NAME.case whose
# expected output shows `[NAME]`, and no case there is of a code that is gone. One line a slip, the tally at the end.
set -u
root=$(dirname "$(dirname "$0")")
cases=$root/tests/cases/codes
passed=0 failed=0

slip() {
    echo "check-codes: $1"
    failed=$((failed + 1))
}

# shown FILE NAME: is [NAME] in a part that is expected, not only in a comment or an input?
shown() {
    awk -v code="[$2]" '
        /^--- / { expected = $2 == "stdout" || $2 == "stderr" }
        expected && index($0, code) { found = 1 }
        END { exit !found }' "$1"
}

names=$(sed -n 's/^GP_CODE([A-Z0-9_]*, *"\([^"]*\)".*/\1/p' "$root/engine/base/codes.def")
[ -n "$names" ] || slip 'engine/base/codes.def lists no code'
for name in $names; do
    if [ ! -f "$cases/$name.case" ]; then
        slip "no tests/cases/codes/$name.case"
    elif ! shown "$cases/$name.case" "$name"; then
        slip "tests/cases/codes/$name.case does not expect [$name]"
    else
        passed=$((passed + 1))
    fi
done
for file in "$cases"/*.case; do
    name=$(basename "$file" .case)
    case " $(echo $names) " in
    *" $name "*) ;;
    *) slip "tests/cases/codes/$name.case is of no code in engine/base/codes.def" ;;
    esac
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

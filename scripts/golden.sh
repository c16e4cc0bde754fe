#!/bin/sh
# golden.sh [--update] [-k PATTERN] [-j N] [CASE...]: runs golden cases, tests/cases/AREA/NAME.case by default.
# A case is one file. Its parts:
#   # why this case exists
#   $ goalpost eval plan.yaml -d data.csv       commands, run as one sh script in an empty folder
#   > continued                                 further lines of the script, word for word
#   --- file plan.yaml                          a file there; `--- file x.csv base64` for bytes that are no text
#   --- copy examples/hangzhou-2020             a path of this repository, copied there; `as NAME` gives it another name
#   --- stdout, --- stderr                      what is expected; a part that is absent expects nothing
#   --- status 3                                the exit status; absent: 0
# Texts are compared byte for byte. A line `\ no newline` at the end of a part takes the last newline away; a line of
# a part that begins with `---` and a blank is written with a backslash before it. The environment is empty but for
# PATH, HOME, LC_ALL=C and TZ=UTC. GOLDEN_LC and GOLDEN_TZ give goalpost others, and goalpost alone: sed, sort and grep of
# a case would change what they do. --update rewrites what is expected, in place, but never takes a crash, a time-out or
# a sanitizer's report for what is expected: such a case fails whatever it says.
set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
update=0 pattern='' jobs=2
while [ $# -gt 0 ]; do
    case $1 in
    --update) update=1 ;;
    -k) pattern=$2; shift ;;
    -j) jobs=$2; shift ;;
    -*) echo "golden: unknown option $1" >&2; exit 2 ;;
    *) break ;;
    esac
    shift
done
[ $# -gt 0 ] || set -- "$root"/tests/cases/*/*.case

scratch=$(mktemp -d "${TMPDIR:-/tmp}/golden.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

printf '%s\n' "$@" | grep -e "$pattern" | awk '{ print NR "\t" $0 }' >"$scratch/names"
first=$(cut -f 2 "$scratch/names" | head -n 1)
if [ ! -f "$first" ]; then
    echo 'golden: no case found' >&2
    echo '0 passed, 0 failed'
    exit 1
fi
cut -f 1 "$scratch/names" | sed "s|.*|$scratch/&/work|" | xargs mkdir -p
cut -f 2 "$scratch/names" | tr '\n' '\0' | xargs -0 awk -v scratch="$scratch" -v root="$root" -f "$here/golden-split.awk" || exit 1

# One case: its files are laid out already, but for copies and encoded bytes, which $scratch/N/prepare brings.
cat >"$scratch/run" <<'EOS'
crashes='^(Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Killed)'
crashes="$crashes|ERROR: (Address|Leak)Sanitizer|: runtime error: "
for dir; do
    cd "$dir/work" || continue
    [ ! -f ../prepare ] || sh -e ../prepare 2>../bad || echo 'cannot be prepared' >>../bad
    timeout 120 sh ../script >../stdout 2>../stderr </dev/null
    status=$?
    echo $status >../status
    [ $status -lt 124 ] || echo "ended with status $status: a signal, a time-out, or no such command" >>../bad
    grep -ahE "$crashes" ../stdout ../stderr >>../bad
    cmp -s ../stdout ../want.stdout && cmp -s ../stderr ../want.stderr && cmp -s ../status ../want.status &&
        [ ! -s ../bad ] && : >../passed
done
EOS

# Another locale or time zone comes by a goalpost that stands in front of the real one; what a case sets itself goes first.
program=$(command -v goalpost)
if [ -n "${GOLDEN_LC:-}${GOLDEN_TZ:-}" ] && [ -n "$program" ]; then
    mkdir "$scratch/bin"
    cat >"$scratch/bin/goalpost" <<EOS
#!/bin/sh
[ "\${LC_ALL-}" != C ] || export LC_ALL='${GOLDEN_LC:-C}' LOCPATH='${LOCPATH:-}'
[ -n "\$LOCPATH" ] || unset LOCPATH
[ "\${TZ-}" != UTC ] || export TZ='${GOLDEN_TZ:-UTC}'
exec '$program' "\$@"
EOS
    chmod +x "$scratch/bin/goalpost"
    PATH=$scratch/bin:$PATH
fi
cut -f 1 "$scratch/names" | sed "s|^|$scratch/|" |
    env -i PATH="$PATH" HOME="$scratch" LC_ALL=C TZ=UTC \
        xargs -P "$jobs" -n 16 sh "$scratch/run"

show_part() {
    cmp -s "$1/want.$2" "$1/$2" || diff -u --label "expected $2" --label "$2" "$1/want.$2" "$1/$2" | head -n 60
}

passed=0 failed=0 updated=0
while IFS='	' read -r n name; do
    dir=$scratch/$n
    if [ -f "$dir/passed" ]; then
        passed=$((passed + 1))
    elif [ "$update" = 1 ] && [ ! -s "$dir/bad" ]; then
        awk -v dir="$dir" -f "$here/golden-update.awk" "$name" >"$dir/new" && cat "$dir/new" >"$name"
        echo "updated $name"
        updated=$((updated + 1))
    else
        echo "FAILED $name"
        [ ! -s "$dir/bad" ] || cat "$dir/bad"
        show_part "$dir" stdout
        show_part "$dir" stderr
        show_part "$dir" status
        failed=$((failed + 1))
    fi
done <"$scratch/names"
[ "$update" = 0 ] || echo "$updated updated"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

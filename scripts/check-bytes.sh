#!/bin/sh
# check-bytes.sh BUILD: the golden cases hold byte for byte at -O0 and -O3, and under other locales and time zones.
# Closes with the sum of all runs.
set -u
build=$1
cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make}
total=$(mktemp "${TMPDIR:-/tmp}/bytes.XXXXXX") || exit 1
LOCPATH=$total.locales
export LOCPATH
mkdir "$LOCPATH"
trap 'rm -rf "$total" "$total.log" "$total.bin" "$LOCPATH"' EXIT

# With LOCPATH set only what lies there counts, so every locale is made there.
have_locale() {
    [ "$1" = C.UTF-8 ] || localedef -i "${1%.*}" -f UTF-8 "$LOCPATH/$1" 2>/dev/null
}

# golden NAME BUILD: one run of all cases; locale and zone come from the environment.
golden() {
    PATH="$(cd "$2" && pwd):$(cd "$2" && pwd)/tests/unit:$PATH" scripts/golden.sh >"$total.log" 2>&1 || cat "$total.log"
    printf '%s: %s\n' "$1" "$(tail -n 1 "$total.log")"
    tail -n 1 "$total.log" >>"$total"
    rm -f "$total.log"
}

# The cases below prove nothing unless golden.sh hands locale and zone over: a goalpost that prints its own tells.
mkdir "$total.bin"
printf '#!/bin/sh\necho "$LC_ALL $TZ $*"\n' >"$total.bin/goalpost"
chmod +x "$total.bin/goalpost"
printf '$ goalpost x; echo "$LC_ALL $TZ"\n--- stdout\ntr_TR.UTF-8 Asia/Shanghai x\nC UTC\n' >"$total.bin/environment.case"
PATH="$total.bin:$PATH" GOLDEN_LC=tr_TR.UTF-8 GOLDEN_TZ=Asia/Shanghai scripts/golden.sh "$total.bin/environment.case" >"$total.log" ||
    cat "$total.log"
echo "locale and zone reach goalpost alone: $(tail -n 1 "$total.log")"
tail -n 1 "$total.log" >>"$total"

for opt in -O0 -O3; do
    $make --no-print-directory -s B="$build/bytes$opt" OPT=$opt check-golden >"$total.log" 2>&1 || cat "$total.log"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$total.log" | tail -n 1)
    echo "$opt: ${line:-broke off}"
    echo "${line:-0 passed, 1 failed}" >>"$total"
done
for locale in C.UTF-8 de_DE.UTF-8 zh_CN.UTF-8 tr_TR.UTF-8; do
    have_locale "$locale" || { echo "$locale: not there and not to be made here, skipped"; continue; }
    GOLDEN_LC=$locale GOLDEN_TZ=Asia/Shanghai golden "$locale, Asia/Shanghai" "$build/bytes-O3"
done
for zone in America/New_York Pacific/Kiritimati; do
    GOLDEN_TZ=$zone golden "$zone" "$build/bytes-O3"
done
awk '{ p += $1; f += $3; if ($1 + $3 == 0) f++ } END { printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0 }' "$total"

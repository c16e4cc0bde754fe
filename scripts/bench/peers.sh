# Sourced by bench.sh: the tools that one could use instead, on 100,000 subjects, once each, beside goalpost on one thread. Those of Debian and npm
# are installed where that is allowed (root, a registry); what cannot be had is said. Slow ones run on 10,000 subjects.
have() { command -v "$1" >/dev/null 2>&1; }

install_peers() {
    if [ "$(id -u)" = 0 ] && have apt-get; then
        for tool in mawk lua5.4 luajit sqlite3 clips; do
            have $tool || DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $tool >/dev/null 2>&1 || true
        done
    fi
    [ -d "$out/node_modules" ] || ! have npm && return
    mkdir -p "$out/npm"
    cp "$out/src/package.json" "$out/npm/"
    (cd "$out/npm" && npm install --no-audit --no-fund >/dev/null 2>&1) && ln -sfn npm/node_modules "$out/node_modules" || true
}

# peer NAME ROWS COMMAND...: IN, OUT stand for the table and the result.
peer() {
    name=$1
    rows=$2
    shift 2
    rm -f "$data/peer.csv" "$out/rt.out"
    [ -f "$out/ours-1-$rows.t" ] || return 0
    if ! timeout 300 "$out/rt" "$out/rt.out" "$@" >"$out/peer.log" 2>&1 || [ "$(awk '{ print $5 }' "$out/rt.out" 2>/dev/null)" != 0 ]; then
        echo "  $name: did not run here"
        return 0
    fi
    [ -f "$data/bound-1-$rows.csv" ] || "$out/bound" e2e "$data/w$rows.csv" "$data/bound-1-$rows.csv" 1
    agree "$name" "$("$out/check" "$data/bound-1-$rows.csv")" "$("$out/check" "$data/peer.csv")" || return 0
    awk -v name="$name" -v rows="$rows" -v ours="$(median "ours-1-$rows" 2)" \
        '{ printf "  %-24s %8d rows %9.3f s  processor %9.3f s  %7.1f times goalpost\n", name, rows, $1, $2 + $3, ($2 + $3) / ours }' "$out/rt.out"
}

by_tool() {
    tool=$1
    shift
    if have "$tool"; then peer "$@"; else echo "  $tool: not installed"; fi
}

by_package() {
    package=$1
    shift
    if [ -d "$out/node_modules/$package" ]; then peer "$@"; else echo "  $package: not installed"; fi
}

install_peers
echo 'peers, once each; times goalpost: processor time beside -j 1'
s=$out/src
r=$data/peer.csv
by_tool mawk mawk 100000 sh "$s/peer-awk.sh" mawk e2e "$data/w100000.csv" "$r"
by_tool lua5.4 lua5.4 100000 lua5.4 "$s/peer.lua" e2e "$data/w100000.csv" "$r"
by_tool luajit luajit 100000 luajit "$s/peer2.lua" e2e "$data/w100000.csv" "$r"
by_tool sqlite3 sqlite3 100000 sh "$s/peer-sqlite.sh" e2e "$data/w100000.csv" "$r"
by_tool node node 100000 node "$s/peer-node.mjs" e2e "$data/w100000.csv" "$r"
by_package @duckdb/node-api duckdb 100000 env THREADS=1 node "$s/peer-duckdb.mjs" e2e "$data/w100000.csv" "$r"
by_package @duckdb/node-api 'duckdb' 1000000 env THREADS=1 node "$s/peer-duckdb.mjs" e2e "$data/w1000000.csv" "$r"
by_package @gorules/zen-engine zen 10000 node "$s/peer-zen.mjs" e2e "$data/w10000.csv" "$r"
by_package @marcbachmann/cel-js cel 10000 node "$s/peer-cel.mjs" e2e "$data/w10000.csv" "$r"
by_package json-logic-engine json-logic-engine 10000 node "$s/peer-jsonlogicengine.mjs" e2e "$data/w10000.csv" "$r"
by_package json-rules-engine json-rules-engine 10000 node "$s/peer-jre.mjs" e2e "$data/w10000.csv" "$r"
[ -s "$data/c10000.txt" ] || node "$s/gen.mjs" clips 10000 "$data/c10000.txt"
by_tool clips clips 10000 sh "$s/peer-clips.sh" e2e "$data/c10000.txt" "$r"

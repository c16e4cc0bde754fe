#!/bin/sh
# setup.sh: makes sure that what building and testing Goalpost need is there.
# Debian and its kin: missing packages are installed by apt-get (through sudo where that is needed). Elsewhere, or
# without the rights, they are named and the script ends with 1. Nothing missing: a few milliseconds, no output.
set -u
packages='gcc g++ libc6-dev make pkg-config libyaml-dev liblua5.4-dev libutf8proc-dev libgmp-dev libssl-dev libcmocka-dev'
[ "${CI:-}" = true ] && packages="$packages clang"
libraries='yaml-0.1 lua5.4 libutf8proc gmp libcrypto cmocka'

missing_packages() {
    dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $packages 2>/dev/null |
        awk -v all="$packages" '$1 ~ /i$/ { have[$2] = 1 }
            END { n = split(all, p, " "); for (i = 1; i <= n; i++) if (!(p[i] in have)) printf " %s", p[i] }'
}

# Where there is no dpkg, what counts is that the compiler and the libraries are found.
missing_anything() {
    for tool in "${CC:-cc}" make pkg-config; do
        command -v "$tool" >/dev/null 2>&1 || printf ' %s' "$tool"
    done
    for lib in $libraries; do
        pkg-config --exists "$lib" 2>/dev/null || printf ' %s' "$lib"
    done
}

stop() {
    echo "setup: $1" >&2
    exit 1
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    missing=$(missing_anything)
    [ -z "$missing" ] || stop "not found:$missing. Install them with this system's package manager and run make again."
    exit 0
fi

missing=$(missing_packages)
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null 2>&1 || stop "packages missing:$missing"
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
else
    stop "packages missing:$missing. As root: apt-get install -y$missing"
fi

echo "setup: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
{ $as_root apt-get update -q && $as_root apt-get install -y -q --no-install-recommends $missing; } >&2 ||
    stop "could not be installed:$missing"

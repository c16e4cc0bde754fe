#!/bin/sh
# check-install.sh BUILD: installs to a scratch DESTDIR, builds examples/embed against it by pkg-config, both with the
# shared and with the static library, compares their answers with the command's, uninstalls, finds nothing left.
set -u
build=$1
cd "$(dirname "$0")/.." || exit 1
make=${MAKE:-make}
cc=${CC:-cc}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/install.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
tree=$scratch/tree
prefix=/opt/goalpost
passed=0 failed=0

step() {
    what=$1
    shift
    if "$@" >"$scratch/log" 2>&1; then
        passed=$((passed + 1))
    else
        echo "check-install: $what"
        cat "$scratch/log"
        failed=$((failed + 1))
    fi
}

installed_files() {
    for file in bin/goalpost include/goalpost.h lib/libgoalpost.a lib/libgoalpost.so lib/libgoalpost.so.0 lib/pkgconfig/goalpost.pc; do
        [ -e "$tree$prefix/$file" ] || { echo "$file is not there"; return 1; }
    done
}

package() {
    PKG_CONFIG_SYSROOT_DIR=$tree PKG_CONFIG_LIBDIR=$tree$prefix/lib/pkgconfig:$(pkg-config --variable pc_path pkg-config) \
        pkg-config "$@" goalpost
}

build_shared() {
    $cc -std=c11 -Wall -Wextra -Werror $(package --cflags) -o "$scratch/shared" examples/embed/embed.c $(package --libs)
}

# The sysroot goes before paths of other packages too, which lie outside the scratch tree: their -I and -L are not needed.
build_static() {
    $cc -std=c11 -Wall -Wextra -Werror $(package --cflags) -o "$scratch/static" examples/embed/embed.c \
        "$tree$prefix/lib/libgoalpost.a" $(package --static --libs-only-l | sed 's/-lgoalpost//')
}

# Runs in its own folder, so that the files of the example are found by their plain names.
run_embed() {
    (cd examples/embed && LD_LIBRARY_PATH=$tree$prefix/lib "$1" plan.yaml data.yaml) >"$scratch/out" &&
        diff -u examples/embed/expected.txt "$scratch/out"
}

nothing_left() {
    left=$(find "$tree" ! -type d)
    [ -z "$left" ] || { echo "left behind: $left"; return 1; }
}

step 'make install' $make --no-print-directory B="$build" DESTDIR="$tree" PREFIX=$prefix install
step 'what is installed' installed_files
step 'the installed command runs' "$tree$prefix/bin/goalpost" --version
step 'examples/embed with the shared library' build_shared
step 'examples/embed, shared, runs' run_embed "$scratch/shared"
step 'examples/embed with the static library' build_static
step 'examples/embed, static, runs' run_embed "$scratch/static"
step 'make uninstall' $make --no-print-directory B="$build" DESTDIR="$tree" PREFIX=$prefix uninstall
step 'nothing is left' nothing_left
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]

# Rewrites what a golden case expects (see golden.sh) from dir/stdout, dir/stderr and dir/status; keeps all the rest.
function put_text(part, path, text, last, n) {
    path = dir "/" part
    while ((getline text < path) > 0) {
        if (!n++) print "--- " part
        print (text ~ /^\\*--- /) ? "\\" text : text
    }
    close(path)
    if (n && system("test -z \"$(tail -c 1 '" path "')\"")) print "\\ no newline"
}
function put_status(path, text) {
    path = dir "/status"
    getline text < path
    close(path)
    if (text != 0) print "--- status " text
}
function put(part) {
    if (done[part]++) return
    fflush()
    if (part == "status") put_status()
    else put_text(part)
}
/^--- / {
    skipping = $2 == "stdout" || $2 == "stderr" || $2 == "status"
    if (skipping) put($2)
}
!skipping
END {
    put("stdout")
    put("stderr")
    put("status")
}

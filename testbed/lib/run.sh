# The outer half of a run: one process holds all hosts; when it is gone, they are.
# shellcheck shell=bash

# run_among_hosts CMD...: the exit status is CMD's, or 1 when the real machine changed.
run_among_hosts() {
    local group child status before after started
    started=$(now)
    sweep
    group=$(mktemp -d "$(cgroup2)/muster-testbed.$$.XXXXXX") || skip "cannot make a cgroup"
    before=$(fingerprint)
    (
        echo "$BASHPID" >"$group/cgroup.procs" || exit
        as_one_process unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
            --net --uts --ipc --cgroup bash "$HERE/testbed" --inside "$(image_file)" "$@"
    ) <&0 &
    child=$!
    trap 'kill -KILL $child 2>/dev/null' INT TERM HUP
    wait $child
    status=$?
    while kill -0 $child 2>/dev/null; do # a signal ended the first wait
        wait $child
        status=$?
    done
    remove_cgroup "$group" || { say "FAIL processes are left in $group" >&2; status=1; }
    after=$(fingerprint)
    if [ "$before" = "$after" ]; then
        say "ok   the real machine is as before (host name, boot id, users, hosts, resolv.conf, links, namespaces)"
    else
        say "FAIL the real machine changed:" >&2
        diff <(echo "$before") <(echo "$after") >&2
        status=1
    fi
    say "$(since "$started") s in all, exit $status"
    exit $status
}

# What a scenario is written in: checks that can fail, with what was seen when they do.
# shellcheck shell=bash

FAILS=0
STARTED=$(now)

ok() { printf 'ok   %s\n' "$*"; }
note() { printf '     %s\n' "$*"; }

not_ok() {
    printf 'FAIL %s\n' "$*"
    FAILS=$((FAILS + 1))
}

# check TEXT CMD...: ok when CMD succeeds; else FAIL and the end of what it said.
check() {
    local text=$1 said status
    shift
    said=$("$@" 2>&1)
    status=$?
    if [ $status = 0 ]; then
        ok "$text"
    else
        not_ok "$text (exit $status)"
        [ -z "$said" ] || tail -15 <<<"$said" | sed 's/^/       | /'
    fi
    return $status
}

# timed TEXT CMD...: a check that also tells how long it took.
timed() {
    local text=$1 started
    started=$(now)
    shift
    check "$text" "$@" || return
    note "$(since "$started") s"
}

# need TEXT CMD...: a timed check without which the rest would make no sense.
need() {
    timed "$@" || finish
}

# is EXPECTED ACTUAL
is() {
    [ "$1" = "$2" ] || { echo "expected: $1"; echo "seen:     $2"; return 1; }
}

# differ A B: both known, and not the same.
differ() {
    [ -n "$1" ] && [ -n "$2" ] && [ "$1" != "$2" ] || { echo "expected two different values, seen '$1' and '$2'"; return 1; }
}

# says PATTERN CMD...: CMD succeeds and a line of its output matches.
says() {
    local pattern=$1 said
    shift
    said=$("$@" 2>&1) && grep -qE -- "$pattern" <<<"$said" && return
    echo "expected a line with: $pattern"
    echo "$said"
    return 1
}

# fails STATUS PATTERN CMD...: CMD ends with that status and a line of its output matches.
fails() {
    local status=$1 pattern=$2 said seen
    shift 2
    said=$("$@" 2>&1)
    seen=$?
    [ $seen = "$status" ] && grep -qE -- "$pattern" <<<"$said" && return
    echo "expected exit $status and a line with: $pattern"
    echo "seen exit $seen: $said"
    return 1
}

finish() {
    if [ $FAILS = 0 ]; then
        echo "all checks passed in $(since "$STARTED") s"
        exit 0
    fi
    echo "$FAILS checks failed in $(since "$STARTED") s"
    exit 1
}

workers() { seq -f w%g "${MUSTER_WORKERS:-5}"; }
boot_id() { tb exec "$1" cat /proc/sys/kernel/random/boot_id; }
name_of() { tb exec "$1" hostname; }
cloud_name() { local ip; ip=$(tb ip "$1") && echo "domu-${ip//./-}.compute-1.internal"; }

# memory NAME: proportional share of all that runs for that host, in MiB.
memory() {
    find "/sys/fs/cgroup/$1" -name cgroup.procs -exec cat {} + | while read -r process; do
        awk '/^Pss:/ {print $2}' "/proc/$process/smaps_rollup" 2>/dev/null
    done | awk '{kib += $1} END {printf "%.0f\n", kib / 1024}'
}

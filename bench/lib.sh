# What the measuring scripts have in common; sourced by bash. Everything that runs keeps its files below $work, which the
# script makes and removes.
# shellcheck shell=bash disable=SC2034,SC2154 # some variables are set for the caller, or by it

bench=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$bench")
muster=$root/packaging/target/muster/bin/muster

fail() {
    printf 'bench: %s\n' "$1" >&2
    exit 1
}
say() { printf '%s\n' "$*" >&2; }

# shellcheck source=../packaging/src/dist/lib/find-java.sh
. "$root/packaging/src/dist/lib/find-java.sh"
find_java java 25 99 || fail "needs Java 25 and found ${java_found:-none}"
# shellcheck disable=SC2154 # find_java sets it
java=$java_home/bin/java

# Builds the product and the measuring programs if a source is newer.
build_if_stale() {
    if [ -n "$("$root/build/stale")" ] || [ ! -f "$bench/target/classpath" ]; then
        "$root/build/product" || exit 1
    fi
}

# program NAME WORD...: becomes one of our mains.
program() {
    local main=$1
    shift
    exec "$java" -XX:+UseSerialGC -XX:-UsePerfData -cp "$bench/target/classes:$(cat "$bench/target/classpath")" \
        "io.muster.bench.$main" "$@"
}

# led NAME CMD...: starts a program that is led by lines, through the pipes $work/NAME.in and $work/NAME.out; returns when it
# says "ready".
declare -A leds=()
led() {
    local name=$1 word
    shift
    rm -f "$work/$name.in" "$work/$name.out"
    mkfifo "$work/$name.in" "$work/$name.out"
    "$@" <>"$work/$name.in" 1<>"$work/$name.out" 2>"$work/$name.err" &
    leds[$name]=$!
    read -r -t 300 word <"$work/$name.out"
    [ "${word%% *}" = ready ] || fail "$name does not start: $(tail -n 3 "$work/$name.err")"
}

# unled NAME...: ends them.
unled() {
    local name
    for name; do
        kill "${leds[$name]}" 2>/dev/null
        wait "${leds[$name]}" 2>/dev/null
        unset "leds[$name]"
    done
}

# soon SECONDS CMD...: tries it again and again.
soon() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until ] || return 1
        sleep 0.2
    done
}

# Waits up to 20 minutes until little else runs; says in what the figures were taken.
await_quiet() {
    local waited=0 load
    while load=$(cut -d' ' -f1 /proc/loadavg) && [ "${load%.*}" -ge "${QUIET_BELOW:-2}" ] && [ $waited -lt "${QUIET_WAIT:-1200}" ]; do
        sleep 5
        waited=$((waited + 5))
    done
    say "load $load after waiting $waited s"
}

machine() {
    printf '%s cores, %s GiB, Linux %s, %s; %s; load %s\n' "$(nproc)" "$(awk '/MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo)" \
        "$(uname -r)" "$("$java" -XX:-UsePerfData --version | sed -n 2p)" "$(date -u '+%Y-%m-%d %H:%M UTC')" "$(cut -d' ' -f1-3 /proc/loadavg)"
}

# A fleet's authority, an operator and a hub below $work; the hub's process id in $hub_pid, its port in $bus and $enrol.
start_hub() {
    "$muster" ca init --fleet bench --dir "$work/ca" --operator bench --operator-dir "$work/operator" --host localhost --no-passphrase \
        >"$work/init.log" 2>&1 || fail "no authority: $(cat "$work/init.log")"
    "$muster" hub --ca "$work/ca" --state "$work/hub" --listen 127.0.0.1:0 --enrol 127.0.0.1:0 >"$work/hub.log" 2>&1 </dev/null &
    hub_pid=$!
    soon 60 grep -q 'ready:' "$work/hub.log" || fail "the hub does not get ready: $(tail -n 3 "$work/hub.log")"
    bus=$(sed -n 's/.*ready:.*ssl:[^ ]*:\([0-9]*\),.*/\1/p' "$work/hub.log")
    enrol=$(sed -n 's/.*ready:.*enrolment [^ ]*:\([0-9]*\).*/\1/p' "$work/hub.log")
    export MUSTER_CONFIG=$work/operator/controller.conf
    printf 'hub = localhost:%s\n' "$bus" >"$MUSTER_CONFIG"
}

# Resident and proportional memory of a process in KiB.
resident() { awk '/^Rss:/ {print $2}' "/proc/$1/smaps_rollup"; }
proportional() { awk '/^Pss:/ {print $2}' "/proc/$1/smaps_rollup"; }

# median NUMBER...
median() { printf '%s\n' "$@" | sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

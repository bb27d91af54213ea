# Words shared by the tool, by tb and by the scenarios.
# shellcheck shell=bash

say() { printf 'testbed: %s\n' "$*"; }

# Ends the program: this machine cannot do it, and why.
skip() {
    say "SKIP: $*" >&2
    exit 77
}

fail() {
    say "FAIL $*" >&2
    exit 1
}

now() { echo "$EPOCHREALTIME"; }

# since START: seconds since then, with two decimals.
since() {
    local us=$((${EPOCHREALTIME/./} - ${1/./}))
    printf '%d.%02d' $((us / 1000000)) $((us % 1000000 / 10000))
}

# until_ok SECONDS CMD...: tries CMD until it succeeds; false when the time is up.
until_ok() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "${EPOCHREALTIME/./}" -lt $end ] || return 1
        sleep 0.05
    done
}

# What no namespace covers (the clock, kernel modules, raw hardware, the kernel's log) is given up before anything
# else runs, so that no mistake in a host or a scenario reaches the real machine.
DROPPED=-sys_time,-sys_module,-sys_rawio,-syslog,-wake_alarm,-block_suspend,-mac_admin,-mac_override,-perfmon,-bpf

# as_one_process CMD...: replaces this shell by CMD without those capabilities, which dies when the caller dies.
as_one_process() {
    # the second look at the parent closes the gap before the death signal is armed
    # shellcheck disable=SC2016 # expanded by the inner shell
    exec setpriv --pdeathsig KILL --inh-caps=-all --bounding-set "$DROPPED" \
        bash -c '[ $PPID = "$1" ] || exit 1; shift; exec "$@"' as_one_process $$ "$@"
}

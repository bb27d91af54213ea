# What this machine must offer, and how it looks before and after a run.
# shellcheck shell=bash

PACKAGES="systemd-container mmdebstrap iproute2 dnsmasq-base zstd procps util-linux"

install_packages() {
    local package missing=()
    for package in $PACKAGES; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} != 0 ] || return 0
    [ "$(id -u)" = 0 ] || skip "not root, and these packages are missing: ${missing[*]}"
    say "installing ${missing[*]}"
    apt_install "${missing[@]}" >/dev/null 2>&1 && return
    apt-get update -q >&2
    apt_install "${missing[@]}" >&2 || skip "apt-get could not install ${missing[*]}"
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

# Where a cgroup2 hierarchy is mounted.
cgroup2() { awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts; }

# Each need is tried for real in a throw-away namespace; the first that fails ends the program with its reason.
preflight() {
    [ "$(uname -s)" = Linux ] || skip "not Linux"
    [ "$(id -u)" = 0 ] || skip "not root"
    local command absent=""
    for command in systemd-nspawn mmdebstrap ip dnsmasq zstd tar pgrep unshare nsenter setpriv flock; do
        command -v $command >/dev/null || absent+=" $command"
    done
    [ -z "$absent" ] || skip "missing commands:$absent (testbed packages installs them)"
    [ -n "$(cgroup2)" ] || skip "no cgroup2 hierarchy is mounted"
    can_make_cgroup || skip "cannot make and enter a cgroup in $(cgroup2)"
    unshare --mount --pid --fork --mount-proc --net --uts --ipc --cgroup true 2>/dev/null ||
        skip "cannot make mount, pid, net, uts, ipc and cgroup namespaces"
    setpriv --inh-caps=-all --bounding-set "$DROPPED" true 2>/dev/null || skip "cannot drop capabilities"
    unshare --net sh -c 'ip link add br9 type bridge && ip link add va type veth peer name vb && ip link set va master br9' \
        2>/dev/null || skip "cannot make a bridge and a veth link"
    unshare --mount sh -c 'mount -t tmpfs t /run && cd /run && mkdir l u w m &&
        mount -t overlay t -o lowerdir=l,upperdir=u,workdir=w m && touch m/x' 2>/dev/null ||
        skip "cannot mount overlayfs over tmpfs"
    local memory
    memory=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
    [ "$memory" -ge 1500 ] || skip "only $memory MiB of memory available, 1500 needed"
}

can_make_cgroup() {
    local group
    group=$(mktemp -d "$(cgroup2)/muster-try.XXXXXX" 2>/dev/null) || return
    # shellcheck disable=SC2016 # $$ is the inner shell's
    sh -c 'echo $$ > "$0/cgroup.procs"' "$group" 2>/dev/null
    local entered=$?
    until_ok 2 rmdir "$group"
    return $entered
}

# All of the real machine that a host could have changed by mistake.
fingerprint() {
    echo "host name $(hostname)"
    echo "boot id $(</proc/sys/kernel/random/boot_id)"
    sha256sum /etc/passwd /etc/shadow /etc/group /etc/hosts /etc/resolv.conf /etc/hostname 2>/dev/null
    ip -o link | awk '{print "link", $2}' | sort
    find /run/netns -mindepth 1 2>/dev/null
}

# Removes what a killed run left: only an empty cgroup can survive its process.
sweep() {
    local group owner
    for group in "$(cgroup2)"/muster-testbed.*; do
        owner=${group#*muster-testbed.}
        owner=${owner%%.*}
        [ -d "$group" ] && ! kill -0 "$owner" 2>/dev/null || continue
        remove_cgroup "$group" && say "swept what a killed run left: ${group##*/}"
    done
}

# remove_cgroup DIR: ends whatever is still in it.
remove_cgroup() {
    echo 1 >"$1/cgroup.kill" 2>/dev/null
    until_ok 10 eval "find '$1' -depth -type d -exec rmdir {} +; [ ! -d '$1' ]"
}

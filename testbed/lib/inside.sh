# The inner half of a run: in its own namespaces, makes the cloud the hosts live in and runs the command.
# shellcheck shell=bash

# inside IMAGE CMD...
inside() {
    local image=$1 status
    shift
    own_run_folder
    read_only_machine
    hostname testbed
    tar --zstd -xpf "$image" -C "$TB/base" || fail "cannot unpack $image"
    furnish "$TB/base"
    start_cloud
    mkdir "$TB/bin" "$TB/tmp" && ln -s "$HERE/tb" "$TB/bin/tb"
    export PATH=$TB/bin:$PATH TMPDIR=$TB/tmp
    "$@"
    status=$?
    [ $status = 0 ] || [ ! -d "$TB/logs" ] || keep_logs
    exit $status # the kernel ends all hosts with this process
}

# Everything of a run lies in memory, under a /run of its own.
own_run_folder() {
    local logs=${MUSTER_LOGS:-}
    if [ -n "$logs" ]; then
        mkdir -p "$logs" && mount --bind "$logs" /mnt || fail "cannot use MUSTER_LOGS=$logs"
    fi
    mount -t tmpfs -o mode=755 tmpfs /run && mkdir -p /run/netns /run/systemd "$TB/base" "$TB/hosts" || fail "no /run"
    if [ -n "$logs" ]; then
        mkdir "$TB/logs" && mount --move /mnt "$TB/logs" || fail "cannot use MUSTER_LOGS=$logs"
    fi
    mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup || fail "no cgroup2"
}

# A slip in a scenario must not change the real machine either: its disks are read-only from here on.
read_only_machine() {
    local point
    while read -r _ _ _ _ point _; do
        point=$(printf '%b' "$point")
        case $point in
        /proc | /proc/* | /sys | /sys/* | /dev | /dev/* | /run | /run/*) ;;
        *) mount -o remount,bind,ro "$point" 2>/dev/null ;;
        esac
    done </proc/self/mountinfo
    [ ! -w /etc/passwd ] || fail "the real machine's disk is still writable"
}

# The parts of the image that are ours.
furnish() {
    local root=$1
    # the building machine's name and resolver must not be in the image; an empty machine id gives each host its own
    echo localhost >"$root/etc/hostname"
    echo '127.0.0.1 localhost' >"$root/etc/hosts"
    : >"$root/etc/resolv.conf"
    : >"$root/etc/machine-id"
    rm -f "$root"/etc/ssh/ssh_host_*_key* "$root"/etc/systemd/system/timers.target.wants/*
    mkdir -p "$root/var/log/journal" "$root/opt/jdk" "$root/opt/muster" "$root/etc/muster" \
        "$root/etc/systemd/system/multi-user.target.wants"
    install -m 755 "$HERE/image/host-boot" "$HERE/image/host-lease" "$root/usr/local/sbin/"
    install -m 644 "$HERE"/image/*.service "$HERE"/../packaging/systemd/*.service \
        "$HERE"/../packaging/systemd/*.socket "$root/etc/systemd/system/"
    systemd-sysusers --root="$root" "$HERE/../packaging/systemd/muster.sysusers" || fail "cannot make the user muster"
    install -m 644 "$HERE/image/dnsmasq.conf" "$root/etc/dnsmasq.conf"
    echo JAVA_HOME=/opt/jdk >"$root/etc/default/muster"
    local unit
    for unit in host-boot host-ready dnsmasq; do
        ln -s ../$unit.service "$root/etc/systemd/system/multi-user.target.wants/"
    done
}

# A bridge, and the provider's DHCP and DNS: addresses by card, names by address.
start_cloud() {
    local n
    for n in $(seq 99); do echo "$(card "w$n"),$(address "w$n")"; done >"$TB/cards"
    echo "$(card ctl),$(address ctl)" >>"$TB/cards"
    ip link set lo up && ip link add br0 type bridge && ip addr add "$CLOUD/24" dev br0 && ip link set br0 up ||
        fail "cannot make the bridge"
    # --no-ping: else it waits three seconds before it grants an address
    dnsmasq --conf-file=/dev/null --user=root --pid-file=/run/cloud.pid --log-facility="$TB/cloud.log" \
        --interface=br0 --bind-interfaces --no-resolv --no-hosts --no-ping \
        --dhcp-range="$NET.0,static,255.255.255.0,infinite" --dhcp-hostsfile="$TB/cards" --dhcp-leasefile="$TB/leases" \
        --dhcp-option="3,$CLOUD" --dhcp-option="6,$CLOUD" \
        --domain=compute-1.internal --synth-domain="compute-1.internal,$NET.0/24,domu-" \
        --host-record="controller.ec2.example,$(address ctl)" || fail "cannot start the cloud's DHCP and DNS"
}

keep_logs() {
    local host
    for host in "$TB"/hosts/*; do
        mkdir -p "$TB/logs/${host##*/}"
        cp "$host"/console.* "$TB/logs/${host##*/}/" 2>/dev/null
        journalctl -q --no-pager -o short-precise -D "$host/root/var/log/journal" >"$TB/logs/${host##*/}/journal"
    done
    say "consoles and journals are in $MUSTER_LOGS"
}

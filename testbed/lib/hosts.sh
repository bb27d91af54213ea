# Hosts: their disks, their cards, their boots, and the way into them.
# shellcheck shell=bash

TB=/run/testbed
NET=10.77.0
CLOUD=$NET.254
HOST_UP=60 # seconds

# The last number of a host's address; also checks the name.
number() {
    case $1 in
    ctl) echo 1 ;;
    w[1-9] | w[1-9][0-9]) echo $((100 + ${1#w})) ;;
    *) echo "tb: no host can have the name '$1' (ctl, w1 to w99)" >&2; return 2 ;;
    esac
}

address() { local n; n=$(number "$1") && echo "$NET.$n"; }
card() { local n; n=$(number "$1") && printf '02:00:0a:4d:00:%02x\n' "$n"; }

# make_host NAME: a disk of its own over the shared image, and a card on the bridge; once.
make_host() {
    local host=$TB/hosts/$1 mac
    [ ! -d "$host" ] || return 0
    mac=$(card "$1") || return
    mkdir -p "$host/disk" "$host/work" "$host/root"
    mount -t overlay "tb-$1" -o "lowerdir=$TB/base,upperdir=$host/disk,workdir=$host/work" "$host/root" &&
        ip netns add "$1" && ip -n "$1" link set lo up &&
        ip link add "tbv-$1" type veth peer name host0 netns "$1" &&
        ip -n "$1" link set host0 address "$mac" &&
        ip link set "tbv-$1" master br0 up || { echo "tb: cannot make the host $1" >&2; return 1; }
    [ "$1" != ctl ] || { mkdir "$host/root/etc/testbed" && : >"$host/root/etc/testbed/controller"; }
    echo 0 >"$host/boots"
}

# power_on NAME: lasts until the host powers off; boots it again whenever it rebooted.
power_on() {
    local host=$TB/hosts/$1 boots status binds=()
    : >"$host/on"
    mapfile -t binds < <(shared_folders)
    # its own cgroup first: without a machine manager all hosts would share one
    mkdir -p "/sys/fs/cgroup/$1" && echo "$BASHPID" >"/sys/fs/cgroup/$1/cgroup.procs"
    while :; do
        boots=$(($(<"$host/boots") + 1))
        # given a network namespace nspawn keeps CAP_NET_ADMIN back, which DHCP needs
        systemd-nspawn --quiet --keep-unit --register=no --boot --machine="$1" \
            --network-namespace-path="/run/netns/$1" --capability=CAP_NET_ADMIN \
            --resolv-conf=off --timezone=off --link-journal=no --console=pipe \
            "${binds[@]}" --directory="$host/root" >"$host/console.$boots" 2>&1 </dev/null &
        echo $! >"$host/pid"
        echo $boots >"$host/boots"
        wait $!
        status=$?
        rm -f "$host/pid"
        [ $status = 133 ] || break # nspawn's word for "reboot asked"
    done
    echo "powered off, nspawn's status $status" >>"$host/console.$boots"
    rm -f "$host/on"
}

# The JDK and the product: in no image, read-only in every host.
shared_folders() {
    local jdk dist settings
    if jdk=$(find_jdk); then
        echo "--bind-ro=$jdk:/opt/jdk"
        settings=$(readlink -f "$jdk/conf/security/java.security")
        case $settings in # Debian keeps a JDK's settings in /etc
        /etc/java-*) settings=/etc/$(cut -d/ -f3 <<<"$settings") && echo "--bind-ro=$settings" ;;
        esac
    fi
    dist=$(distribution) && echo "--bind-ro=$dist:/opt/muster"
}

find_jdk() {
    local home
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/*jdk* /usr/java/* ~/.jdks/* ~/.sdkman/candidates/java/*; do
        if [ -x "$home/bin/java" ] && grep -q '^JAVA_VERSION="25[."]' "$home/release" 2>/dev/null; then
            readlink -f "$home"
            return
        fi
    done
    return 1
}

distribution() {
    local dist=${MUSTER_DIST:-$HERE/../packaging/target/muster}
    [ -x "$dist/bin/muster" ] && readlink -f "$dist"
}

# The process number of a host's init; false while the host is not up.
init_of() {
    local nspawn init
    nspawn=$(cat "$TB/hosts/$1/pid" 2>/dev/null) || return
    init=$(pgrep -P "$nspawn" | head -1)
    # before this name it is still nspawn, half in our own namespaces: a command there would hit us
    [ -n "$init" ] && [ "$(cat "/proc/$init/comm" 2>/dev/null)" = systemd ] && echo "$init"
}

# in_host NAME CMD...: as that host's root, with no more rights than its own init has; 69 when it is not up.
in_host() {
    local init bounding last drop="" i
    init=$(init_of "$1") || { echo "tb: $1 is not up" >&2; return 69; }
    shift
    # nsenter alone would keep our own capabilities
    bounding=0x$(awk '/^CapBnd/ {print $2}' "/proc/$init/status")
    last=$(</proc/sys/kernel/cap_last_cap)
    for ((i = 0; i <= last; i++)); do
        ((bounding >> i & 1)) || drop+=,-cap_$i
    done
    nsenter -t "$init" -a setpriv --inh-caps=-all --bounding-set="${drop#,}" env -i \
        PATH=/opt/muster/bin:/opt/jdk/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        JAVA_HOME=/opt/jdk HOME=/root USER=root TERM=dumb LC_ALL=C.UTF-8 "$@"
}

# is_up NAME BOOT: has it finished that boot, or a later one?
is_up() {
    local init
    [ "$(<"$TB/hosts/$1/boots")" -ge "$2" ] && init=$(init_of "$1") &&
        [ -e "/proc/$init/root/run/booted" ]
}

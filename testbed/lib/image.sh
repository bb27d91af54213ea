# The one Debian image that all hosts share, built once and kept as one compressed file.
# shellcheck shell=bash

RELEASE=bookworm
HOST_PACKAGES=systemd-sysv,dbus,iproute2,iputils-ping,procps,bind9-host,login,passwd,hostname,udhcpc,dnsmasq-base,\
netbase,openssh-server,openssh-client
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

cache() {
    echo "${MUSTER_CACHE:-${XDG_CACHE_HOME:-/var/cache}/muster-testbed}"
}

# Named by what it is made of: the packages and this file.
image_file() {
    local key
    key=$({ echo "$RELEASE $HOST_PACKAGES"; cat "$HERE/lib/image.sh"; } | sha256sum | cut -c1-12)
    echo "$(cache)/host-$key.tar.zst"
}

# Builds the image unless the cache has it. Two at once: the second waits for the first.
image() {
    local file started
    file=$(image_file)
    started=$(now)
    mkdir -p "$(cache)" || skip "cannot make the cache folder $(cache)"
    exec 9>"$(cache)/lock" || skip "cannot write in $(cache)"
    flock 9
    if [ ! -s "$file" ]; then
        say "image: building, once, about a minute"
        rm -f "$(cache)"/part.* "$(cache)"/host-*.tar.zst
        # in namespaces of its own, so that a killed build leaves neither mounts nor processes; the lock stays here
        (as_one_process unshare --mount --pid --fork --kill-child --mount-proc \
            bash "$HERE/testbed" --build-image "$file" 9>&- </dev/null) &
        wait $! || exit
        say "image: built in $(since "$started") s, $(du -m "$file" | cut -f1) MiB"
    fi
    exec 9>&-
}

build_image() {
    local file=$1 part scratch=/mnt sources
    part=$(cache)/part.$$
    sources=$(debian_sources)
    [ -n "$sources" ] || skip "apt knows no Debian $RELEASE repository (apt-get update first?)"
    # memory instead of a disk: half the time, and nothing to sweep
    mount -t tmpfs -o mode=755 tmpfs $scratch || skip "cannot mount a tmpfs on $scratch"
    # without its manual folder some packages of a small image fail to install
    # shellcheck disable=SC2016 # expanded by mmdebstrap's hook
    TMPDIR=$scratch mmdebstrap --quiet --variant=minbase --include=$HOST_PACKAGES --skip=check/empty \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Check-Date "false"' \
        --aptopt='APT::Install-Recommends "false"' --essential-hook='mkdir -p "$1/usr/share/man/man1"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
        $RELEASE $scratch/image.tar - <<<"$sources" >&2 || skip "mmdebstrap could not build the image"
    zstd -q -3 -T0 $scratch/image.tar -o "$part" && mv "$part" "$file" || { rm -f "$part"; skip "cannot write $file"; }
}

# The repositories this machine's apt already uses: no address is written here.
debian_sources() {
    # shellcheck disable=SC2016 # apt's own words
    apt-get indextargets --format '$(CREATED_BY) $(ORIGIN) $(COMPONENT) $(RELEASE) $(REPO_URI)' 2>/dev/null |
        awk -v release=$RELEASE -v key=$KEYRING \
            '$1 == "Packages" && $2 == "Debian" && $3 == "main" && index($4, release) == 1 {
                print "deb [signed-by=" key "]", $5, $4, "main"
            }' | sort -u
}

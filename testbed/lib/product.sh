# Every command, path and word of the product that a scenario uses; nothing else here or elsewhere knows them.
# shellcheck shell=bash

HUB=controller.ec2.example

# At the controller host, as an operator would type it; nothing may hang a run.
muster() { tb exec ctl timeout 90 muster "$@"; }

# The centre: authority, hub, and root of ctl as an operator.
make_authority() { muster ca init --fleet testbed --host "$HUB" --no-passphrase; }

start_hub() {
    tb exec ctl sh -c "echo 'listen = 0.0.0.0:61617' >/etc/muster/hub.conf" &&
        tb exec ctl systemctl enable --quiet --now muster-hub &&
        until_ok 20 tb exec ctl systemctl is-active --quiet muster-hub
}

# One word that lets that many nodes join.
join_token() { muster ca token --uses "$1"; }

# put_on_disk HOST TOKEN: what an image and cloud user data leave on a worker before its first boot.
put_on_disk() {
    local disk
    disk=$(tb disk "$1") || return
    { cat "$(distribution)/etc/agent.conf" && echo "hub = $HUB"; } >"$disk/etc/muster/agent.conf"
    allow_root_of_ctl >"$disk/etc/muster/policy.json"
    (umask 077 && echo "$2" >"$disk/etc/muster/join.token")
    mkdir -p "$disk/etc/systemd/system/sockets.target.wants"
    ln -sf ../muster-helper.socket "$disk/etc/systemd/system/sockets.target.wants/"
    ln -sf ../muster-agent.service ../muster-join.service "$disk/etc/systemd/system/multi-user.target.wants/"
}

allow_root_of_ctl() {
    cat <<'END'
{
  "rules": [
    {"effect": "allow", "callers": ["operator/root"], "actions": ["*"]},
    {"effect": "allow", "callers": ["operator/root"], "actions": ["node.reboot"]}
  ]
}
END
}

# Names, ids and states as the commands print them.
names_of_ping() { muster ping 2>/dev/null | awk '/time=[0-9.]+ ms/ {print $1}' | sort; }
id_of() { muster find -I "$1" --output jsonl | grep -oE '"n-[0-9a-f]{12}"' | tr -d '"' | head -1; }

rename_node() { muster rename "$1" "$2"; }
reboot_node() { muster run node.reboot -I "$1" --yes; }
reboot_all() { muster run node.reboot --all-nodes --batch 100% --yes; }

# ensure_user USER KEY [OPTION...]
ensure_user() {
    local user=$1 key=$2
    shift 2
    muster run user.ensure "name=$user" "keys=$key" --yes "$@"
}

# What the node agent of a host must not be able to open, as the host's own user for it.
agent_reads() { tb exec "$1" setpriv --reuid muster --regid muster --clear-groups cat "$2"; }
SEALING_KEY=/var/lib/muster/helper/node.sealing.key
AGENTS_SEALING_KEY=/var/lib/muster/agent/node.sealing.key

# set_password USER ID: a secret that nobody types.
set_password() { muster run user.ensure "name=$1" password=@/etc/hostname -I "$2" --yes; }

# A count in the summary: "changed 5", "no-reply 1".
counted() { printf '%s\n' "(^|[^a-z-])$1 $2([^0-9]|\$)"; }

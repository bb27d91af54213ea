#!/bin/sh
# Makes the class-data archives of a distribution: train.sh FOLDER
#
# Runs the commands that people and machines run all day, notes which classes they load, and writes for each role an archive
# of just those (lib/ROLE.jsa), which later starts map into memory instead of reading, checking and linking the classes again.
# A start with other jars or another Java than these ignores the archive. Does nothing if the archives are already of these
# jars and this Java. What cannot be learned is said and left out: start-up is slower then, that is all.
set -eu

home=$(cd -- "$1" && pwd -P)
muster=$home/bin/muster
key_file=${home%/*}/archives.key

# shellcheck source-path=SCRIPTDIR source=../dist/lib/find-java.sh
. "$home/lib/find-java.sh"
find_java java 25 99 || {
    printf 'train.sh: no Java 25, so no archives\n' >&2
    exit
}
key=$(cat "$home"/lib/*.jar "$home"/lib/*.classpath "$muster" "$0" "$java_home/release" | sha256sum)
if [ -f "$key_file" ] && [ "$(cat "$key_file")" = "$key" ] &&
    [ -f "$home/lib/controller.jsa" ] && [ -f "$home/lib/agent.jsa" ] && [ -f "$home/lib/hub.jsa" ]; then
    exit
fi

work=$(mktemp -d)
daemons=
finish() {
    # shellcheck disable=SC2086 # process ids
    [ -z "$daemons" ] || kill $daemons 2>/dev/null || :
    wait
}
trap 'finish; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -f "$home"/lib/*.jsa "$key_file"
umask 077
export MUSTER_CONFIG="$work/operator/controller.conf"
count=0

# noting ROLE WORD...: becomes muster with these words, and notes the classes that it loads.
noting() {
    note=$1
    shift
    MUSTER_JAVA_OPTS="-XX:DumpLoadedClassList=$note" exec "$muster" "$@" </dev/null
}

# learn ROLE EXIT-STATUS WORD...: a command that ends with that status; its output is in $work/out.
learn() {
    role=$1 expected=$2 status=0
    shift 2
    count=$((count + 1))
    (noting "$work/$role.classes.$count" "$@") >"$work/out" 2>"$work/err" || status=$?
    [ $status = "$expected" ] && return
    printf 'train.sh: "muster %s" ended with %s instead of %s: %s\n' "$*" $status "$expected" "$(head -n 1 "$work/err")" >&2
    return 1
}

# learn_daemon ROLE LOG WORD...: a program that runs until finish; true once it has said that it is ready.
learn_daemon() {
    role=$1 log=$work/$2
    shift 2
    (noting "$work/$role.classes.${log##*/}" "$@") >"$log" 2>&1 &
    daemons="$daemons $!"
    gets_ready "$log" $! && return
    printf 'train.sh: "muster %s" does not get ready: %s\n' "$*" "$(tail -n 1 "$log")" >&2
    return 1
}

# gets_ready LOG PROCESS: true once that log says so; nobody waits for a program that has ended.
gets_ready() {
    soon said_or_over "$@" && grep -q ready "$1"
}

said_or_over() { grep -q ready "$1" || ! kill -0 "$2"; }

# soon CMD...: tries it for 30 seconds.
soon() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 150 ] || return 1
        sleep 0.2
    done
}

# A fleet of one node that plays a machine, and a controller that asks it what is asked every day.
learn_fleet() {
    learn hub 0 ca init --fleet training --dir "$work/ca" --operator trainer --operator-dir "$work/operator" \
        --host localhost --no-passphrase &&
        learn_daemon hub hub.log hub --ca "$work/ca" --state "$work/hub" --listen 127.0.0.1:0 --enrol 127.0.0.1:0 || return
    bus=$(sed -n 's/.*ready:.*ssl:[^ ]*:\([0-9]*\),.*/\1/p' "$work/hub.log")
    enrol=$(sed -n 's/.*ready:.*enrolment [^ ]*:\([0-9]*\).*/\1/p' "$work/hub.log")
    printf 'hub = localhost:%s\n' "$bus" >"$MUSTER_CONFIG"
    learn hub 0 ca token --dir "$work/ca" --hub "localhost:$enrol" || return
    token=$(grep -o 'muster1[^ ]*' "$work/out")
    mkdir "$work/machine" "$work/agent"
    printf '%s\n' "hub = localhost:$bus" "state = $work/agent" "policy = $work/policy.json" "facts = $work/facts.d" \
        "actions = $work/actions.d" "sandbox = $work/machine" >"$work/agent.conf"
    learn agent 0 agent join --config "$work/agent.conf" "$token" &&
        learn_daemon agent agent.log agent --config "$work/agent.conf" &&
        soon sees_the_node || return
    learn_helper || return
    learn controller 0 ping
    learn controller 0 find -F os.family=Debian -F os.name=Debian --output names
    learn controller 0 run node.ping --output jsonl
    learn controller 0 facts os.name
}

# What a node agent that is not root calls.
learn_helper() {
    mkdir "$work/helper" && (cd "$work/agent" && cp node.crt node.sealing.key trust.pem joined.conf "$work/helper/")
    printf '%s\n' "helper = $work/helper.sock" "helper-state = $work/helper" "user = $(id -un)" "policy = $work/policy.json" \
        "facts = $work/facts.d" "actions = $work/actions.d" "sandbox = $work/machine" >"$work/helper.conf"
    learn_daemon agent helper.log agent helper --config "$work/helper.conf"
}

sees_the_node() { "$muster" find --output names | grep -q .; }

# write_archive ROLE VERB: the class numbers in the notes hold within one note only, and nothing needs them.
write_archive() {
    cat "$work/$1".classes.* | grep -v ' source: ' | sed 's/ id: [0-9]*//' | awk '!seen[$0]++' >"$work/$1.list"
    archive=$home/lib/$1.jsa
    MUSTER_JAVA_OPTS="-Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile=$work/$1.list -XX:SharedArchiveFile=$archive" \
        "$muster" "$2" >"$work/$1.out" 2>&1 || :
    [ -f "$archive" ] && chmod a+r "$archive" && return
    printf 'train.sh: no archive for the %s:\n' "$1" >&2
    head -n 20 "$work/$1.out" >&2
}

learn controller 0 --help || :
learn controller 0 ping --help || :
learn controller 0 filter -F os.family=Debian -S 'web and not memory.size>4' || :
learn agent 0 agent --help || :
learn hub 0 hub --help || :
learn_fleet || :
finish
daemons=

write_archive controller ping
write_archive agent agent
write_archive hub hub
printf '%s\n' "$key" >"$key_file"

#!/bin/sh
# Makes the class-data archives of a distribution: train.sh FOLDER
#
# Runs the commands that people and machines run all day, notes which classes they load, and writes for each role an archive
# of just those (lib/ROLE.jsa) that later starts map into memory instead of reading, checking and linking classes again. A
# start with other jars or another Java than these ignores the archive. Does nothing if the archives are already of these jars
# and this Java.
set -eu

home=$(cd -- "$1" && pwd -P)
muster=$home/bin/muster
key_file=$home/../archives.key

# shellcheck source-path=SCRIPTDIR source=../dist/lib/find-java.sh
. "$home/lib/find-java.sh"
find_java java 25 99
key=$(cat "$home"/lib/*.jar "$home"/lib/*.classpath "$muster" "$0" "$java_home/release" | sha256sum)
if [ -f "$key_file" ] && [ "$(cat "$key_file")" = "$key" ] &&
    [ -f "$home/lib/controller.jsa" ] && [ -f "$home/lib/agent.jsa" ] && [ -f "$home/lib/hub.jsa" ]; then
    exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -f "$home"/lib/*.jsa "$key_file"
count=0

# learn ROLE EXIT-STATUS WORD...: runs muster with these words and notes the classes that it loads.
learn() {
    role=$1 expected=$2
    shift 2
    count=$((count + 1))
    status=0
    MUSTER_JAVA_OPTS="-XX:DumpLoadedClassList=$work/$role.$count" "$muster" "$@" >"$work/out" 2>&1 </dev/null || status=$?
    [ $status = "$expected" ] && return
    printf 'train.sh: "muster %s" ended with %s instead of %s:\n' "$*" $status "$expected" >&2
    head -n 20 "$work/out" >&2
    exit 1
}

# write_archive ROLE VERB: the class numbers in the lists only hold within one list, and nothing needs them.
write_archive() {
    grep -hv ' source: ' "$work/$1".* | sed 's/ id: [0-9]*//' | awk '!seen[$0]++' >"$work/$1"
    MUSTER_JAVA_OPTS="-Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile=$work/$1 -XX:SharedArchiveFile=$home/lib/$1.jsa" \
        "$muster" "$2" >"$work/out" 2>&1 || :
    [ -f "$home/lib/$1.jsa" ] && return
    printf 'train.sh: no archive for %s:\n' "$1" >&2
    cat "$work/out" >&2
    exit 1
}

learn controller 0 --help
learn agent 0 agent --help
learn hub 0 hub --help
learn hub 0 ca --help

write_archive controller ping
write_archive agent agent
write_archive hub hub
printf '%s\n' "$key" >"$key_file"

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
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
rm -f "$home"/lib/*.jsa "$key_file"
count=0

# noting ROLE WORD...: runs muster with these words, and notes the classes that it loads.
noting() {
    count=$((count + 1))
    note=$work/$1.classes.$count
    shift
    MUSTER_JAVA_OPTS="-XX:DumpLoadedClassList=$note" "$muster" "$@" </dev/null
}

# learn ROLE EXIT-STATUS WORD...: a command that ends with that status.
learn() {
    role=$1 expected=$2 status=0
    shift 2
    noting "$role" "$@" >"$work/out" 2>&1 || status=$?
    [ $status = "$expected" ] && return
    printf 'train.sh: "muster %s" ended with %s instead of %s:\n' "$*" $status "$expected" >&2
    head -n 5 "$work/out" >&2
}

# write_archive ROLE VERB: the class numbers in the notes hold within one note only, and nothing needs them.
write_archive() {
    cat "$work/$1".classes.* | grep -v ' source: ' | sed 's/ id: [0-9]*//' | awk '!seen[$0]++' >"$work/$1"
    MUSTER_JAVA_OPTS="-Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile=$work/$1 -XX:SharedArchiveFile=$home/lib/$1.jsa" \
        "$muster" "$2" >"$work/$1.out" 2>&1 || :
    [ -f "$home/lib/$1.jsa" ] && return
    printf 'train.sh: no archive for the %s:\n' "$1" >&2
    head -n 20 "$work/$1.out" >&2
}

learn controller 0 --help
learn controller 0 ping --help
learn controller 0 filter -F os.family=Debian -S 'web and not memory.size>4'
learn controller 0 actions node.ping
learn agent 0 agent --help
learn hub 0 hub --help
learn hub 0 ca --help

write_archive controller ping &
write_archive agent agent
wait
write_archive hub hub
printf '%s\n' "$key" >"$key_file"

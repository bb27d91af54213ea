# Finds a Java on this machine. Sourced by bin/muster, and by the scripts that build a checkout.
# shellcheck shell=sh

# find_java TOOL LEAST MOST: sets java_home to the first Java of MUSTER_JAVA, JAVA_HOME, PATH and the usual folders that has
# bin/TOOL and a version from LEAST to MOST; else sets java_found to what was found instead, and is false. Starts no process,
# unless PATH leads to a symbolic link or a Java does not tell its version in a file.
find_java() {
    java_found=
    if [ -n "${MUSTER_JAVA-}" ]; then
        try_java "${MUSTER_JAVA%/bin/java}" "$@"
        return
    fi
    try_java "${JAVA_HOME-}" "$@" && return
    if java_home=$(command -v "$1"); then
        [ ! -L "$java_home" ] || java_home=$(readlink -f -- "$java_home")
        try_java "${java_home%/bin/"$1"}" "$@" && return
    fi
    for java_home in /opt/jdk /opt/jre /usr/lib/jvm/* /opt/*jdk* /opt/*jre* /usr/java/* /usr/local/*jdk* \
        "${HOME-}"/.jdks/* "${HOME-}"/.sdkman/candidates/java/*; do
        try_java "$java_home" "$@" && return
    done
    return 1
}

# try_java FOLDER TOOL LEAST MOST
try_java() {
    java_home=$1
    [ -n "$1" ] && [ -x "$1/bin/$2" ] || return 1
    java_version=
    if [ -r "$1/release" ]; then
        while IFS='="' read -r java_key java_blank java_value; do
            [ "$java_key" != JAVA_VERSION ] || java_version=${java_blank}${java_value%\"*}
        done <"$1/release"
    else
        java_version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/\1/p')
    fi
    java_feature=${java_version%%[!0-9]*}
    [ "${java_feature:-0}" -ge "$3" ] && [ "$java_feature" -le "$4" ] && return
    case $java_found in
    *"Java ${java_version:-?} in "*) ;;
    *) java_found=${java_found:+$java_found, }"Java ${java_version:-?} in $1" ;;
    esac
    return 1
}

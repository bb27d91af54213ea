# The incumbent: Debian's mcollective and ActiveMQ on loopback, everything below $work. Sourced by bash, after ../lib.sh.
# shellcheck shell=bash disable=SC2034,SC2154 # some variables are set for the caller, or by it

# Installs what is missing; needs root only then.
install_incumbent() {
    local package missing=()
    for package in mcollective mcollective-client activemq ruby openjdk-17-jre-headless openssl; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -q --no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 ||
        { apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$work/apt.log" 2>&1 ||
        fail "cannot install: $(tail -n 2 "$work/apt.log")"
}

# Starts its broker: Debian's ActiveMQ on Debian's Java with the options of the package, but without its 40 ms of Nagle's
# algorithm, password check and disk, which makes it faster. Its process id in $stomp_pid, its port in $stomp.
start_incumbent_broker() {
    local java17
    for java17 in /usr/lib/jvm/java-17-openjdk-*/bin/java; do :; done
    stomp=$(ruby -rsocket -e 'TCPServer.open("127.0.0.1", 0) { |s| puts s.addr[1] }')
    mkdir -p "$work/stomp"
    "$java17" -Xms512m -Xmx512m -Dorg.apache.activemq.UseDedicatedTaskRunner=true -Djava.io.tmpdir="$work/stomp" \
        -Dactivemq.home=/usr/share/activemq -Dactivemq.base="$work/stomp" -Dactivemq.data="$work/stomp" \
        -jar /usr/share/activemq/bin/activemq.jar start \
        "broker:(stomp://127.0.0.1:$stomp?transport.tcpNoDelay=true)/incumbent?persistent=false&useJmx=false" \
        >"$work/stomp.log" 2>&1 </dev/null &
    stomp_pid=$!
    soon 60 listens "$stomp" || fail "the incumbent's broker does not start: $(tail -n 3 "$work/stomp.log")"
}

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# incumbent_config psk|ssl node|client: what a configuration file has in common.
incumbent_config() {
    printf '%s\n' 'main_collective = mcollective' 'collectives = mcollective' 'libdir = /usr/share/mcollective/plugins' \
        'loglevel = warn' 'connector = activemq' 'plugin.activemq.pool.size = 1' \
        'plugin.activemq.pool.1.host = 127.0.0.1' "plugin.activemq.pool.1.port = $stomp" \
        'plugin.activemq.pool.1.user = bench' 'plugin.activemq.pool.1.password = bench' "securityprovider = $1"
    case $1-$2 in
    psk-*) echo 'plugin.psk = bench' ;;
    ssl-node) printf 'plugin.ssl_%s\n' "server_private = $work/ssl/server.key" "server_public = $work/ssl/server.pem" \
        "client_cert_dir = $work/ssl/clients" ;;
    ssl-client) printf 'plugin.ssl_%s\n' "server_public = $work/ssl/server.pem" "client_private = $work/ssl/bench.key" \
        "client_public = $work/ssl/clients/bench.pem" ;;
    esac
}

incumbent_keys() {
    local name
    mkdir -p "$work/ssl/clients"
    for name in server bench; do
        openssl genrsa -out "$work/ssl/$name.key" 2048 2>/dev/null
        openssl rsa -in "$work/ssl/$name.key" -pubout -out "$work/ssl/$name.pem" 2>/dev/null
    done
    mv "$work/ssl/bench.pem" "$work/ssl/clients/"
}

# start_incumbent_fleet psk|ssl NODES: returns when all answer; stop it by the name "fleet". Their names are in $work/names, the
# client's configuration is $work/client.cfg.
start_incumbent_fleet() {
    local number name configs=()
    mkdir -p "$work/$1"
    for number in $(seq "$2"); do
        printf -v name 'node%04d' "$number"
        echo "$name" >&3
        configs+=("$work/$1/$name.cfg")
        { incumbent_config "$1" node && printf '%s\n' "identity = $name" 'daemonize = 0' 'registerinterval = 0' \
            'logger_type = file' "logfile = $work/$1/$name.log"; } >"$work/$1/$name.cfg"
    done 3>"$work/names"
    { incumbent_config "$1" client && echo 'logger_type = console'; } >"$work/client.cfg"
    led fleet ruby "$bench/mcollective/fleet.rb" "${configs[@]}"
    soon 120 incumbent_answers "$2" || fail "the incumbent's nodes do not all answer"
}

incumbent_answers() { [ "$(mco ping -c "$work/client.cfg" | grep -c time=)" = "$1" ]; }

# shellcheck shell=bash
# Installs the peers into a cache, each only once, and starts the private Redis. Needs deploy/lib's console.sh, process.sh,
# packages.sh, npm.sh, state.sh, build.sh, and BENCH.

PEERS_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/posthaste/peers
# Debian's package of the server depends on this one, which has the program; the rest are its libraries.
REDIS_PACKAGES=(redis-tools libjemalloc2 liblzf1)
REDIS_START_LIMIT=20 # s
REDIS_STOP_LIMIT=20  # s

# install_peers: what the chosen SYSTEMS need; sets PEERS_NPM, PEERS_NODE, PEERS_AWA.
install_peers() {
  step "peers, into $PEERS_CACHE" "10 s; 5 to 10 minutes when awa has to be built"
  mkdir -p "$PEERS_CACHE"
  install_npm "$BENCH/peers.d"
  # shellcheck disable=SC2034 # read by tests/bench/peers
  PEERS_NPM=$NPM_TREE PEERS_NODE=$NPM_NODE
  # shellcheck disable=SC2034 # read by tests/bench/peers
  PEERS_AWA=$PEERS_CACHE/awa-target/release/peer-awa
  if wanted awa; then build_awa; fi
  if wanted bullmq; then unpack_redis; fi
}

# build_awa: in a target folder of its own, with its own lock file.
build_awa() {
  need_cargo
  CARGO_TARGET_DIR=$PEERS_CACHE/awa-target cargo build --release --locked --quiet --manifest-path "$BENCH/peers.d/awa/Cargo.toml"
}

# unpack_redis: downloads and unpacks Debian's packages: an installation would also start a service of the machine's.
unpack_redis() {
  REDIS_ROOT=$PEERS_CACHE/redis
  if [[ -e $REDIS_ROOT/complete ]]; then return 0; fi
  have apt-get || fail "Redis is taken from Debian's packages, and this is no Debian" "leave bullmq out: --only"
  rm -rf "$REDIS_ROOT"
  mkdir -p "$REDIS_ROOT/packages"
  (cd "$REDIS_ROOT/packages" && apt-get -q -q download "${REDIS_PACKAGES[@]}") ||
    fail "apt-get could not download ${REDIS_PACKAGES[*]}" "apt-get update"
  local package
  for package in "$REDIS_ROOT"/packages/*.deb; do dpkg-deb -x "$package" "$REDIS_ROOT"; done
  # The program looks at its name to know what it is.
  ln -sfn redis-check-rdb "$REDIS_ROOT/usr/bin/redis-server"
  touch "$REDIS_ROOT/complete"
}

redis_run() { LD_LIBRARY_PATH=$(echo "$REDIS_ROOT"/usr/lib/*-linux-gnu) "$@"; }

redis_version() {
  if wanted bullmq; then redis_run "$REDIS_ROOT/usr/bin/redis-server" --version | sed 's/.*v=\([^ ]*\).*/\1/'; else printf 'not used'; fi
}

# shellcheck disable=SC2153 # set by tests/bench/peers
redis_answers() { [[ $(redis_run "$REDIS_ROOT/usr/bin/redis-cli" -p "$REDIS_PORT" ping 2>/dev/null) == PONG ]]; }

# start_redis: every write is on disk before it is answered, as with Postgres. Sets REDIS_PID.
start_redis() {
  mkdir -p "$STATE/redis"
  redis_run spawn "$STATE/run/redis.pid" "$STATE/logs/redis.log" / "$REDIS_ROOT/usr/bin/redis-server" --port "$REDIS_PORT" \
    --bind 127.0.0.1 --dir "$STATE/redis" --appendonly yes --appendfsync always --save '' --maxmemory-policy noeviction \
    --set-proc-title no
  wait_until "$REDIS_START_LIMIT" redis_answers || { last_lines "$STATE/logs/redis.log"; fail "Redis did not start"; }
  REDIS_PID=$(running_pid "$STATE/run/redis.pid" "$STATE/redis")
  note "Redis answers on 127.0.0.1:$REDIS_PORT (pid $REDIS_PID)"
}

stop_redis() { stop_process Redis "$STATE/run/redis.pid" "$STATE/redis" "$REDIS_STOP_LIMIT" TERM KILL; }

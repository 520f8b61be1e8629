# shellcheck shell=bash
# shellcheck disable=SC2153 # STATE comes from lib/state.sh
# The private Postgres cluster of one state folder: created, started and stopped here, on 127.0.0.1 alone.
# Needs lib/console.sh, lib/process.sh, lib/packages.sh, STATE (absolute path) and the settings of lib/state.sh.
#
# Postgres refuses to run as root. As root we run it as the owner of its folder, which is Debian's `postgres` user; where
# that user cannot reach the state folder (a clone below a 0700 home), the database's folder lies under /var/lib/posthaste
# and the state folder holds a symlink to it. As anybody else we run it as ourselves.

POSTGRES_OS_USER=postgres
POSTGRES_ELSEWHERE=/var/lib/posthaste
POSTGRES_START_LIMIT=90 # s; crash recovery of up to max_wal_size included
POSTGRES_STOP_LIMIT=30  # s; a fast shutdown ends with one checkpoint

# $STATE/postgres holds `data` (the cluster) and, during initdb only, the password file.
pg_folder() { readlink -f "$STATE/postgres" || printf '%s' "$STATE/postgres"; }
pg_pidfile() { printf '%s' "$STATE/run/postgres.pid"; }
pg_log() { printf '%s' "$STATE/logs/postgres.log"; }
pg_running() { running_pid "$(pg_pidfile)" "$(pg_folder)/data"; }

# as_owner FOLDER COMMAND...: runs COMMAND as the owner of FOLDER, with nothing of root left.
as_owner() {
  local folder=$1 owner
  shift
  owner=$(stat -Lc %U "$folder")
  if [[ $owner == "$(id -un)" ]]; then
    (cd / && "$@")
  elif ((EUID == 0)); then
    (cd / && setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups --reset-env -- "$@")
  else
    fail "$folder belongs to $owner" "run this as $owner, or give another state folder with --state"
  fi
}

# make_pg_folder: decides once where the database's folder lies.
make_pg_folder() {
  local folder=$STATE/postgres group
  if ((EUID != 0)); then mkdir -m 700 "$folder"; return 0; fi
  group=$(id -g "$POSTGRES_OS_USER" 2>/dev/null) ||
    fail "Postgres refuses to run as root, and there is no user $POSTGRES_OS_USER" \
      "create it: useradd --system $POSTGRES_OS_USER" "or run this as a user other than root"
  if ! (cd / && setpriv --reuid "$POSTGRES_OS_USER" --regid "$group" --init-groups test -x "$STATE"); then
    folder=$POSTGRES_ELSEWHERE/$(printf '%s' "$STATE" | sha256sum | cut -c 1-16)
    note "user $POSTGRES_OS_USER cannot reach $STATE: the database's files go to $folder"
    install -d -m 755 "$POSTGRES_ELSEWHERE"
    ln -s "$folder" "$STATE/postgres"
  fi
  install -d -m 700 -o "$POSTGRES_OS_USER" -g "$group" "$folder"
}

# create_cluster: initdb with scram-sha-256 only and page checksums. The password travels through a file that only the
# owner reads and that is gone afterwards. An initdb that was interrupted is started anew.
create_cluster() {
  local folder log=$STATE/logs/initdb.log
  if [[ ! -e $STATE/postgres ]]; then rm -f "$STATE/postgres"; make_pg_folder; fi
  folder=$(pg_folder)
  if as_owner "$folder" test -e "$folder/complete"; then return 0; fi
  note "creating a private Postgres cluster ($("$(postgres_bin)/postgres" --version))"
  # shellcheck disable=SC2016 # expanded by the inner shell, which runs as the owner
  if ! printf '%s' "$PG_ADMIN_PASSWORD" | as_owner "$folder" bash -c '
      set -eu; umask 077; folder=$1 initdb=$2
      rm -rf "$folder/data"; cat >"$folder/password"
      "$initdb" -D "$folder/data" -U postgres --pwfile "$folder/password" --auth scram-sha-256 \
        --encoding UTF8 --locale C.UTF-8 --data-checksums
      rm "$folder/password"; touch "$folder/complete"' - "$folder" "$(postgres_bin)/initdb" >"$log" 2>&1; then
    last_lines "$log"
    fail "initdb failed" "read $log"
  fi
}

# check_cluster_version: a cluster belongs to one major version of Postgres.
check_cluster_version() {
  local folder version bin
  folder=$(pg_folder)
  bin=$(postgres_bin)
  version=$(as_owner "$folder" cat "$folder/data/PG_VERSION")
  [[ $bin == */"$version"/bin ]] || fail "the cluster in $folder was made by Postgres $version, the newest here is $bin" \
    "install postgresql-$version, or wipe this state folder"
}

# pg_children_gone FOLDER: no process works in the cluster any more (Postgres's processes keep it as working folder).
pg_children_gone() {
  local cwd
  for cwd in /proc/[0-9]*/cwd; do
    if [[ $(readlink "$cwd" 2>/dev/null) == "$1" ]]; then return 1; fi
  done
}

# clear_dead_lock FOLDER: after a kill -9 the postmaster may stay a zombie, for ever in a container whose first process
# reaps nothing, and Postgres takes a zombie for a running server. The lock is removed once nobody works there.
clear_dead_lock() {
  local folder=$1 pid state
  pid=$(as_owner "$folder" head -n 1 "$folder/data/postmaster.pid" 2>/dev/null) || return 0
  state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null) || return 0
  if [[ $state != Z ]]; then return 0; fi
  wait_until "$POSTGRES_STOP_LIMIT" pg_children_gone "$folder/data" ||
    fail "processes of a killed Postgres still work in $folder/data" "wait, then start again"
  as_owner "$folder" rm -f "$folder/data/postmaster.pid"
}

# The durability settings are the honest ones; the checkpoint and WAL sizes suit bulk inserts.
spawn_postgres() {
  local folder bin settings=() setting
  folder=$(pg_folder)
  bin=$(postgres_bin) || fail "no PostgreSQL server >= $MIN_POSTGRES below /usr/lib/postgresql" "deploy/services install"
  check_cluster_version
  clear_dead_lock "$folder"
  for setting in "port=$PG_PORT" listen_addresses=127.0.0.1 unix_socket_directories= \
    max_connections=200 shared_buffers=256MB fsync=on synchronous_commit=on full_page_writes=on \
    wal_compression=lz4 max_wal_size=4GB password_encryption=scram-sha-256 \
    log_checkpoints=off "log_line_prefix=%m [%p] %q%u@%d "; do
    settings+=(-c "$setting")
  done
  # exec'd in a chain, so the pid is the postmaster's.
  if [[ $(stat -Lc %U "$folder") == "$(id -un)" ]]; then
    spawn "$(pg_pidfile)" "$(pg_log)" / "$bin/postgres" -D "$folder/data" "${settings[@]}"
  else
    spawn "$(pg_pidfile)" "$(pg_log)" / setpriv --reuid "$(stat -Lc %u "$folder")" \
      --regid "$(stat -Lc %g "$folder")" --init-groups --reset-env -- \
      "$bin/postgres" -D "$folder/data" "${settings[@]}"
  fi
}

# pg_sql DATABASE SQL: as the superuser, unaligned output.
pg_sql() {
  PGPASSWORD=$PG_ADMIN_PASSWORD PGCONNECT_TIMEOUT=5 psql -X -q -t -A -v ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$PG_PORT" -U postgres -d "$1" -c "$2"
}

pg_answers() { pg_sql postgres 'SELECT 1' >/dev/null 2>&1; }

# pg_settled: it answers a query, or it is gone; the caller asks which.
pg_settled() { ! pg_running >/dev/null || pg_answers; }

start_postgres() {
  local pid exists
  if pid=$(pg_running); then
    note "Postgres already runs (pid $pid, port $PG_PORT)"
  else
    create_cluster
    check_port --pg-port "$PG_PORT"
    spawn_postgres
  fi
  if ! wait_until "$POSTGRES_START_LIMIT" pg_settled || ! pg_answers || ! pid=$(pg_running); then
    last_lines "$(pg_log)"
    fail "Postgres did not start" "read $(pg_log)"
  fi
  exists=$(pg_sql postgres "SELECT 1 FROM pg_database WHERE datname = 'posthaste'")
  if [[ -z $exists ]]; then pg_sql postgres 'CREATE DATABASE posthaste'; fi
  note "Postgres answers on 127.0.0.1:$PG_PORT (pid $pid)"
}

# SIGINT is Postgres's fast shutdown, SIGQUIT its immediate one (crash recovery at the next start). SIGTERM would wait
# for every client to leave.
stop_postgres() {
  stop_process Postgres "$(pg_pidfile)" "$(pg_folder)/data" "$POSTGRES_STOP_LIMIT" INT QUIT
}

# wipe_postgres: also the folder elsewhere, which `rm` of the state folder would leave behind.
wipe_postgres() {
  local folder
  if [[ -L $STATE/postgres ]]; then
    folder=$(pg_folder)
    [[ $folder == "$POSTGRES_ELSEWHERE"/* ]] || fail "$STATE/postgres points to $folder, which this script did not make" \
      "remove the symlink by hand"
    rm -rf "$folder"
    rmdir --ignore-fail-on-non-empty "$POSTGRES_ELSEWHERE" 2>/dev/null || true
  fi
  rm -rf "$STATE/postgres"
}

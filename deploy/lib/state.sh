# shellcheck shell=bash
# The state folder: everything that a private installation keeps. Needs lib/console.sh, lib/process.sh.
#
#   posthaste-state     marks the folder as one that `wipe` may delete
#   ports.env           the ports chosen at the first start, kept for the next ones
#   secrets.env         generated passwords, mode 0600
#   services.env        what clients need, mode 0600, written after every start
#   run/ logs/          pid files; logs, of which each start keeps the one before as NAME.1
#   postgres/ kafka/    the data

PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE_MARKER=posthaste-state

# use_state [DIR]: sets STATE to the absolute path, by default the project's own; creates nothing.
use_state() {
  STATE=$(realpath -m -- "${1:-$PROJECT/.posthaste}")
  # These have a meaning in a properties file, a TOML string or a class path.
  [[ $STATE != *[\'\"\\,:*]* && $STATE != *$'\n'* ]] ||
    fail "the state folder's path contains one of ' \" \\ , : * or a line end: $STATE" "give another with --state"
}

# own_entries: what lies in the state folder, NUL-separated, but for the state folder of the tests, which deploy/test
# keeps below the default one.
own_entries() {
  if [[ -d $STATE ]]; then find "$STATE" -mindepth 1 -maxdepth 1 ! \( -name test -exec test -e "{}/$STATE_MARKER" \; \) -print0; fi
}

# open_state: creates the folder if it is new and takes its lock until the script ends. A folder that holds something
# else is refused, since `wipe` deletes it whole.
open_state() {
  if [[ ! -e $STATE/$STATE_MARKER && -n $(own_entries | head -c 1) ]]; then
    fail "$STATE is not empty and no state folder of Posthaste" "give another with --state"
  fi
  # The parent stays passable, where it is new: the database's user must get through.
  mkdir -p "$(dirname "$STATE")"
  umask 077
  mkdir -p "$STATE/run" "$STATE/logs"
  # Root's database runs as another user, who must pass through; secrets below have their own mode.
  if ((EUID == 0)); then chmod 711 "$STATE"; else chmod 700 "$STATE"; fi
  [[ -w $STATE ]] || fail "cannot write $STATE" "run this as $(stat -c %U "$STATE"), or give another folder with --state"
  printf 'A state folder of Posthaste: deploy/services wipe deletes it.\n' >"$STATE/$STATE_MARKER"
  exec 9>"$STATE/run/lock"
  flock -w 300 9 || fail "another script has been working on $STATE for 5 minutes" "wait for it, or end it"
}

# state_exists: for commands that must not create one.
state_exists() { [[ -e $STATE/$STATE_MARKER ]]; }

# write_secret_file FILE: standard input into FILE, 0600 from its first byte, replaced at once.
write_secret_file() {
  (umask 077 && cat >"$1.new")
  mv "$1.new" "$1"
}

# load_services: secrets and ports of this folder, if it has any yet.
load_services() {
  PG_PORT="" KAFKA_PORT="" KAFKA_CONTROLLER_PORT="" PG_ADMIN_PASSWORD=""
  # shellcheck source=/dev/null
  if [[ -r $STATE/ports.env ]]; then source "$STATE/ports.env"; fi
  # shellcheck source=/dev/null
  if [[ -r $STATE/secrets.env ]]; then source "$STATE/secrets.env"; fi
}

ensure_secrets() {
  if [[ -n $PG_ADMIN_PASSWORD ]]; then return 0; fi
  PG_ADMIN_PASSWORD=$(random_secret)
  printf 'PG_ADMIN_PASSWORD=%s\n' "$PG_ADMIN_PASSWORD" | write_secret_file "$STATE/secrets.env"
}

save_ports() {
  printf 'PG_PORT=%s\nKAFKA_PORT=%s\nKAFKA_CONTROLLER_PORT=%s\n' \
    "$PG_PORT" "$KAFKA_PORT" "$KAFKA_CONTROLLER_PORT" >"$STATE/ports.env"
}

# shellcheck shell=bash
# Background processes known by pid file, and TCP ports. A pid file is believed only while the process's command line
# contains a marker (a path below the state folder), so a recycled pid is never taken for ours, nor signalled.

# command_line PID: its arguments, or nothing if it is gone. A process has none for the moment in which it becomes another
# program, and for good once it is a zombie; the moment is waited for.
command_line() {
  local command="" try
  for try in {1..100}; do
    command=$({ tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null) || return 0
    if [[ -n $command ]] || grep -qs '^State:[[:space:]]*[ZX]' "/proc/$1/status"; then break; fi
    sleep 0.01
  done
  printf '%s' "$command"
}

# running_pid PIDFILE MARKER: prints the pid if the process lives and is ours; fails otherwise.
running_pid() {
  local pid command
  [[ -r $1 ]] || return 1
  pid=$(<"$1")
  [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
  command=$(command_line "$pid")
  [[ $command == *"$2"* ]] || return 1
  printf '%s' "$pid"
}

# spawn PIDFILE LOG FOLDER COMMAND...: starts COMMAND in FOLDER and in a session of its own (Ctrl-C in the terminal does
# not reach it), with its output in LOG; the log of the run before is kept as LOG.1. File descriptors 8 and 9 are locks
# of the scripts, and end with them.
spawn() {
  local pidfile=$1 log=$2 folder=$3 pid
  shift 3
  mkdir -p "$(dirname "$log")"
  if [[ -f $log ]]; then mv -f "$log" "$log.1"; fi
  setsid nohup env -C "$folder" "$@" >"$log" 2>&1 </dev/null 8>&- 9>&- &
  pid=$!
  # Until it has become another program it has this script's command line, by which running_pid would not know it.
  while [[ -r /proc/$pid/cmdline && $(command_line "$pid") == "$(command_line $$)" ]]; do sleep 0.01; done
  printf '%s\n' "$pid" >"$pidfile"
}

# wait_until SECONDS CONDITION...: polls a command ten times a second until it succeeds; fails at the limit.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS >= deadline)); then return 1; fi
    sleep 0.1
  done
}

# process_gone PIDFILE MARKER: no process of ours is left.
process_gone() { ! running_pid "$1" "$2" >/dev/null; }

# stop_process NAME PIDFILE MARKER GRACE_SECONDS SIGNAL HARDER_SIGNAL: asks, waits, insists; says what it did.
# Nothing running is success: a stale pid file is removed.
stop_process() {
  local name=$1 pidfile=$2 marker=$3 grace=$4 signal=$5 harder=$6 pid
  if ! pid=$(running_pid "$pidfile" "$marker"); then
    if [[ -e $pidfile ]]; then note "$name was not running (stale pid file removed)"; rm -f "$pidfile"; fi
    return 0
  fi
  kill -s "$signal" "$pid" || fail "cannot signal $name (pid $pid)" "run this as the user who started it"
  if ! wait_until "$grace" process_gone "$pidfile" "$marker"; then
    note "$name (pid $pid) did not stop within $grace s: sending SIG$harder"
    kill -s "$harder" "$pid" 2>/dev/null || true
    wait_until 10 process_gone "$pidfile" "$marker" || fail "$name (pid $pid) does not stop"
  fi
  rm -f "$pidfile"
  note "$name stopped (pid $pid)"
}

# port_busy PORT: some process listens on it, on any address. Read from the kernel, so no tool is needed.
port_busy() {
  local hex
  hex=$(printf ':%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v want="$hex" '$4 == "0A" && substr($2, length($2) - 4) == want { found = 1 } END { exit !found }'
}

# check_port OPTION PORT: a port that the user chose is a number and free; the error names it and the option.
check_port() {
  if ! [[ $2 =~ ^[0-9]+$ ]] || (($2 < 1024 || $2 > 65535)); then
    fail "$1 $2: not a port between 1024 and 65535"
  fi
  if port_busy "$2"; then
    fail "$1 $2: port $2 is busy: another process listens on it" \
      "see which: ss -ltnp 'sport = :$2'   (as root, to see other users' processes)" \
      "stop that process, or give another port with $1, or leave $1 out to have a free one chosen"
  fi
}

# free_port TAKEN...: a random free port, none of TAKEN. Below 32768, where Linux starts to hand out client ports, so
# that no outgoing connection takes it between now and the bind.
free_port() {
  local port try
  for try in {1..200}; do
    port=$((20000 + (RANDOM * 32768 + RANDOM + try) % 12000))
    if [[ " $* " != *" $port "* ]] && ! port_busy "$port"; then printf '%s' "$port"; return 0; fi
  done
  fail "found no free port between 20000 and 31999"
}

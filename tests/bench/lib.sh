# shellcheck shell=bash
# What the benchmarks share: build, private services, clean-up. Sources deploy/lib.

BENCH=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
DEPLOY=$(readlink -f "$BENCH/../../deploy")
# shellcheck source=deploy/lib/console.sh
source "$DEPLOY/lib/console.sh"
# shellcheck source=deploy/lib/process.sh
source "$DEPLOY/lib/process.sh"
# shellcheck source=deploy/lib/state.sh
source "$DEPLOY/lib/state.sh"
# shellcheck source=deploy/lib/build.sh
source "$DEPLOY/lib/build.sh"
# shellcheck source=deploy/lib/demo.sh
source "$DEPLOY/lib/demo.sh"

BENCH_MARKER=benchmark # file that marks a state folder as made by a benchmark
PROFILE=dev
SKIP_BUILD=no
KEEP=no
GIVEN_STATE=""
BEGUN=no   # whether there is something to clean up
WATCHER="" # pid of a measurement in the background

# need_number OPTION VALUE MIN MAX
need_number() {
  if ! [[ $2 =~ ^[0-9]{1,9}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then fail "$1 $2: a number from $3 to $4 is wanted" "see --help"; fi
}

# common_option OPTION...: takes one of the options that all have; sets SHIFT, 0 when it is none of them.
common_option() {
  # shellcheck disable=SC2034 # read by the scripts
  SHIFT=1
  case $1 in
    --skip-build) SKIP_BUILD=yes ;;
    --keep) KEEP=yes ;;
    --profile)
      need_value "$@"
      [[ $2 == dev || $2 == release ]] || fail "--profile $2: dev or release"
      PROFILE=$2 SHIFT=2
      ;;
    --state) need_value "$@"; GIVEN_STATE=$2 SHIFT=2 ;;
    *)
      # shellcheck disable=SC2034
      SHIFT=0
      ;;
  esac
}

bench_services() { "$DEPLOY/services" "$@" --state "$STATE"; }

# bench_build: sets BUILT, the folder of the binaries, and BINARY and GENERATOR.
bench_build() {
  step "build, profile $PROFILE" "1 minute when warm"
  use_target_dir
  BUILT=$CARGO_TARGET_DIR/debug
  if [[ $PROFILE == release ]]; then BUILT=$CARGO_TARGET_DIR/release; fi
  BINARY=$BUILT/posthaste
  GENERATOR=$BUILT/posthaste-bench
  if [[ $SKIP_BUILD == no ]]; then
    need_cargo
    (cd "$PROJECT" && cargo build --workspace --bins --locked --profile "$PROFILE")
  fi
  [[ -x $BINARY && -x $GENERATOR ]] || fail "there is no $BINARY or no $GENERATOR" "run without --skip-build"
  use_state "${GIVEN_STATE:-$CARGO_TARGET_DIR/bench}"
}

# bench_begin: a state folder is wiped before and after, so only one that a benchmark has made is taken; any other may hold
# somebody's data, even if nothing runs there at the moment.
bench_begin() {
  if state_exists; then
    [[ -e $STATE/$BENCH_MARKER ]] || fail "$STATE is a state folder, but not one of a benchmark: it would be wiped" \
      "give a folder that does not exist yet with --state"
    if service_pid >/dev/null || simulator_pid >/dev/null || bench_services status | grep -q ' runs '; then
      fail "something runs in $STATE already: another benchmark?" \
        "wait for it, or give another folder with --state" "left behind by one: deploy/quickstart --stop --state $STATE"
    fi
    bench_services wipe
  elif [[ -e $STATE ]]; then
    fail "$STATE exists and is no state folder" "give a folder that does not exist yet with --state"
  fi
  BEGUN=yes
  trap bench_end EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

# bench_end: at every exit; everything that was started, by pid file.
bench_end() {
  local status=$?
  trap '' INT TERM
  if [[ -n $WATCHER ]]; then kill "$WATCHER" 2>/dev/null || true; fi
  if [[ $BEGUN == yes ]] && state_exists; then
    if ((status != 0)); then
      local log
      for log in "$STATE"/logs/{posthaste,edge,api,worker-*,simulator}.log; do last_lines "$log"; done
    fi
    (stop_demo_processes) || status=1
    if [[ $KEEP == yes ]]; then bench_services stop; note "kept: $STATE"; else bench_services wipe; fi
  fi
  exit "$status"
}

# bench_configure: free ports, a configuration, and secrets, as the quickstart makes them.
bench_configure() {
  printf 'A benchmark made this folder; the next one wipes it.\n' >"$STATE/$BENCH_MARKER"
  # shellcheck source=/dev/null
  source "$STATE/services.env"
  ensure_demo_secrets
  load_demo_ports
  local port
  for port in EDGE_PORT API_PORT SIM_PORT TELEMETRY_PORT; do settle_demo_port "$port" "" "" ""; done
  save_demo_ports
  write_demo_config
  # Copies, so that a build during the run does not change what is measured.
  cp "$BUILT/posthaste" "$STATE/run/posthaste.measured"
  cp "$BUILT/posthaste-bench" "$STATE/run/posthaste-bench"
  BINARY=$STATE/run/posthaste.measured
  GENERATOR=$STATE/run/posthaste-bench
  ln -sfn "$BINARY" "$(demo_program)"
}

# bench_heading: what the figures below it belong to.
bench_heading() {
  step_done
  local commit dirty=""
  commit=$(git -C "$PROJECT" rev-parse --short=12 HEAD 2>/dev/null || printf 'unknown')
  if [[ -n $(git -C "$PROJECT" status --porcelain --untracked-files=no 2>/dev/null) ]]; then dirty=" and uncommitted changes"; fi
  printf '\n%s, commit %s%s, profile %s\n' "$(date -u +%Y-%m-%dT%H:%MZ)" "$commit" "$dirty" "$PROFILE"
  "$GENERATOR" machine
}

# bench_launch: fresh services with the schema, and everything that the generator wants to know of them (src/world.rs).
bench_launch() {
  step "Kafka and Postgres" "15 s"
  bench_services start
  bench_configure
  demo_schema >/dev/null
  local port ports=()
  for port in 1 2 3 4; do ports+=("$(free_port "$EDGE_PORT" "$API_PORT" "$SIM_PORT" "$TELEMETRY_PORT" "${ports[@]}")"); done
  local IFS=,
  export POSTHASTE_BENCH_TELEMETRY_PORTS="${ports[*]}"
  POSTHASTE_BENCH_BINARY=$(demo_program) POSTHASTE_BENCH_CONFIG=$(demo_config) POSTHASTE_BENCH_LOGS=$STATE/logs
  POSTHASTE_BENCH_ADMIN_URL=$POSTHASTE_PG_ADMIN_URL POSTHASTE_BENCH_PG_PID=$POSTHASTE_PG_PID
  POSTHASTE_BENCH_KAFKA_PID=$POSTHASTE_KAFKA_PID POSTHASTE_BENCH_EDGE_PORT=$EDGE_PORT POSTHASTE_BENCH_API_PORT=$API_PORT
  POSTHASTE_BENCH_SIM_PORT=$SIM_PORT POSTHASTE_BENCH_SECRET=$APP_SECRET POSTHASTE_BENCH_VERIFY_TOKEN=$VERIFY_TOKEN
  POSTHASTE_BENCH_GRAPH_TOKEN=$GRAPH_TOKEN
  export POSTHASTE_BENCH_BINARY POSTHASTE_BENCH_CONFIG POSTHASTE_BENCH_LOGS POSTHASTE_BENCH_ADMIN_URL
  export POSTHASTE_BENCH_PG_PID POSTHASTE_BENCH_KAFKA_PID POSTHASTE_BENCH_EDGE_PORT POSTHASTE_BENCH_API_PORT
  export POSTHASTE_BENCH_SIM_PORT POSTHASTE_BENCH_SECRET POSTHASTE_BENCH_VERIFY_TOKEN POSTHASTE_BENCH_GRAPH_TOKEN
}

# bench_runs USUAL_SECONDS NAME OPTION...: RUNS times fresh services and the generator's command NAME, then one table. A run
# is ended when it takes four times as long as it should, and two minutes more.
bench_runs() {
  local usual=$1 name=$2 run lines=""
  shift 2
  for ((run = 1; run <= RUNS; run++)); do
    if ((run > 1)); then bench_services wipe; fi
    bench_launch
    step "run $run of $RUNS" "$(duration "$usual")"
    printf '%s' "$lines" >"$STATE/figures.ndjson"
    POSTHASTE_BENCH_OUT=$STATE/figures.ndjson timeout -k 30 $((usual * 4 + 120)) "$GENERATOR" "$name" --run "$run" "$@" &
    WATCHER=$!
    wait "$WATCHER" || fail "run $run failed" "give --keep and read the logs in $STATE/logs"
    WATCHER=""
    lines=$(<"$STATE/figures.ndjson")$'\n'
  done
  bench_heading
  printf 'tests/bench/%s, %s\n' "$name" "$*"
  "$GENERATOR" table "$STATE/figures.ndjson"
}

# shellcheck shell=bash
# The demo of deploy/quickstart: its secrets, ports and configuration, and every call of the binary in one place.
# Needs lib/console.sh, lib/process.sh, lib/state.sh, STATE, and the variables of services.env.

DEMO_TENANT=demo
DEMO_ROLE=tenant_demo # database login that sees the demo tenant's rows and nothing else
DEMO_SENDER=106540352242922
DEMO_WABA=102290129340398
DEMO_DISPLAY=15550783881
DEMO_TEMPLATE=order_update
DEMO_LANGUAGE=en_US
DEMO_BODY='Hello {{1}}, your order {{2}} is on its way.'
DEMO_OPTED_OUT=+12025550199 # one of the lines of deploy/demo/recipients.csv
DEMO_SEED=7

READY_LIMIT=60 # s until a role answers
STOP_LIMIT=30  # s for a graceful drain

# The binary is started through a link in the state folder, so that its command line names the folder and
# running_pid knows it as ours.
demo_program() { printf '%s' "$STATE/run/posthaste"; }
demo_config() { printf '%s' "$STATE/posthaste.toml"; }

# ensure_demo_secrets: generated at the first run, kept for the next ones.
ensure_demo_secrets() {
  if [[ ! -r $STATE/quickstart.env ]]; then
    local name
    for name in APP_SECRET VERIFY_TOKEN GRAPH_TOKEN WORKER_PASSWORD API_PASSWORD TENANT_PASSWORD; do
      printf '%s=%s\n' "$name" "$(random_secret)"
    done | write_secret_file "$STATE/quickstart.env"
  fi
  # shellcheck source=/dev/null
  source "$STATE/quickstart.env"
}

load_demo_ports() {
  EDGE_PORT="" API_PORT="" SIM_PORT="" TELEMETRY_PORT=""
  # shellcheck source=/dev/null
  if [[ -r $STATE/quickstart-ports.env ]]; then source "$STATE/quickstart-ports.env"; fi
}

# settle_demo_port VARIABLE OPTION GIVEN PID: the port given, else the kept one, else a free one. PID is that of the
# process that holds the kept one, or empty.
settle_demo_port() {
  local -n port=$1
  local option=$2 given=$3 pid=$4
  if [[ -n $given && $given != "$port" ]]; then
    check_port "$option" "$given"
    port=$given
  elif [[ -z $pid && -n $port ]] && port_busy "$port"; then
    if [[ -n $given ]]; then check_port "$option" "$given"; fi
    note "port $port of the last run is busy by now: choosing another"
    port=""
  fi
  if [[ -z $port ]]; then port=$(free_port "$EDGE_PORT" "$API_PORT" "$SIM_PORT" "$TELEMETRY_PORT"); fi
}

save_demo_ports() {
  printf '%s\n' "EDGE_PORT=$EDGE_PORT" "API_PORT=$API_PORT" "SIM_PORT=$SIM_PORT" "TELEMETRY_PORT=$TELEMETRY_PORT" \
    >"$STATE/quickstart-ports.env"
}

# write_demo_config: every run, from the ports and secrets in force. The superuser's URL is not in it: a running service
# never has it; demo_admin gives it to the commands that set up.
write_demo_config() {
  write_secret_file "$(demo_config)" <<TOML
# Written by deploy/quickstart at each run; changes are lost. Every key that exists: deploy/posthaste.toml.
# Commands that set up (migrate, topics, tenant, …) also need the superuser's URL:
#   export POSTHASTE_POSTGRES__ADMIN_URL=\$(sed -n 's/^POSTHASTE_PG_ADMIN_URL=//p' '$STATE/services.env')

[kafka]
bootstrap_servers = "$POSTHASTE_KAFKA_BOOTSTRAP"
instance = "quickstart"

[postgres]
worker_url = "postgres://posthaste_worker:$WORKER_PASSWORD@127.0.0.1:$POSTHASTE_PG_PORT/posthaste"
api_url = "postgres://posthaste_app:$API_PASSWORD@127.0.0.1:$POSTHASTE_PG_PORT/posthaste"

[edge]
listen = "127.0.0.1:$EDGE_PORT"

[edge.apps.demo]
verify_tokens = ["$VERIFY_TOKEN"]
secrets = ["$APP_SECRET"]

[api]
listen = "127.0.0.1:$API_PORT"

[graph]
base_url = "http://127.0.0.1:$SIM_PORT"

[pipeline]
journal_dir = "$STATE/journal"

[media]
dir = "$STATE/media"

[lake]
dir = "$STATE/lake"

[telemetry]
listen = "127.0.0.1:$TELEMETRY_PORT"
TOML
}

# ---- every call of the binary ---------------------------------------------------------------------------------------

# demo_admin ARGUMENT...: as the database's superuser.
demo_admin() {
  POSTHASTE_POSTGRES__ADMIN_URL=$POSTHASTE_PG_ADMIN_URL "$BINARY" --config "$(demo_config)" "$@"
}

demo_schema() {
  demo_admin migrate
  demo_admin topics apply
}

simulator_command() {
  printf '%s\0' "$(demo_program)" simulate --listen "127.0.0.1:$SIM_PORT" --app-secret "$APP_SECRET" \
    --verify-token "$VERIFY_TOKEN" --webhook-url "http://127.0.0.1:$EDGE_PORT/webhooks/meta/demo" \
    --number "$DEMO_SENDER:$LIMIT:$DEMO_DISPLAY" --waba "$DEMO_WABA" --token "$GRAPH_TOKEN" \
    --template "$DEMO_TEMPLATE:$DEMO_LANGUAGE:2" --seed "$DEMO_SEED"
}

service_command() { printf '%s\0' "$(demo_program)" --config "$(demo_config)" all; }

# demo_tenant: the tenant, and its API key in demo.env. A key is shown once, when it is made: if the file is gone, a new
# one is made.
demo_tenant() {
  local answer key
  answer=$(demo_admin tenant create "$DEMO_TENANT" --psql-role "$DEMO_ROLE" --psql-password "$TENANT_PASSWORD")
  key=$(sed -n 's/^api_key=//p' <<<"$answer")
  if [[ -z $key && -r $STATE/demo.env ]]; then key=$(sed -n 's/^POSTHASTE_API_KEY=//p' "$STATE/demo.env"); fi
  if [[ -z $key ]]; then
    answer=$(demo_admin tenant create "$DEMO_TENANT" --psql-role "$DEMO_ROLE" --psql-password "$TENANT_PASSWORD" --rotate-key)
    key=$(sed -n 's/^api_key=//p' <<<"$answer")
  fi
  [[ -n $key ]] || fail "\`posthaste tenant create\` printed no api_key: $answer"
  write_secret_file "$STATE/demo.env" <<ENV
POSTHASTE_API=http://127.0.0.1:$API_PORT
POSTHASTE_API_KEY=$key
PGHOST=127.0.0.1
PGPORT=$POSTHASTE_PG_PORT
PGDATABASE=posthaste
PGUSER=$DEMO_ROLE
PGPASSWORD=$TENANT_PASSWORD
ENV
  # shellcheck source=/dev/null
  source "$STATE/demo.env"
}

demo_catalogue() {
  demo_admin sender add --tenant "$DEMO_TENANT" --id "$DEMO_SENDER" --waba "$DEMO_WABA" --display "+$DEMO_DISPLAY" \
    --limit "$LIMIT" --token "$GRAPH_TOKEN"
  demo_admin template add --tenant "$DEMO_TENANT" --waba "$DEMO_WABA" --name "$DEMO_TEMPLATE" \
    --language "$DEMO_LANGUAGE" --category UTILITY --body "$DEMO_BODY"
  demo_admin optout add --tenant "$DEMO_TENANT" --contact "$DEMO_OPTED_OUT"
}

# demo_client ARGUMENT...: as the tenant, over the API. The key is not on the command line, where other users could read it.
demo_client() { POSTHASTE_API=$POSTHASTE_API POSTHASTE_API_KEY=$POSTHASTE_API_KEY "$BINARY" "$@"; }

# demo_campaign CSV REJECTS: shows progress on standard error; sets CAMPAIGN.
demo_campaign() {
  local output=$STATE/logs/campaign.log
  demo_client campaign run --sender "$DEMO_SENDER" --template "$DEMO_TEMPLATE" --language "$DEMO_LANGUAGE" \
    --csv "$1" --rejects "$2" --name "quickstart $(date -u +%Y-%m-%dT%H:%M:%SZ)" | tee "$output"
  CAMPAIGN=$(sed -n 's/^campaign_id=//p' "$output" | tail -n 1)
  [[ -n $CAMPAIGN ]] || fail "\`posthaste campaign run\` printed no campaign_id" "read $output"
}

demo_report() {
  demo_client report --campaign "$CAMPAIGN"
}

# ---- the two background processes -----------------------------------------------------------------------------------

simulator_pid() { running_pid "$STATE/run/simulator.pid" "$(demo_program)"; }
service_pid() { running_pid "$STATE/run/posthaste.pid" "$(demo_program)"; }

# fingerprint COMMAND_FUNCTION: what a process was started from: binary, command line, configuration.
fingerprint() {
  { stat -Lc '%n %i %s %Y' "$BINARY"; "$1"; cat "$(demo_config)"; } | sha256sum | cut -d ' ' -f 1
}

# keep_or_start NAME COMMAND_FUNCTION READY_FUNCTION: leaves a process alone that was started from the same, else (re)starts it.
keep_or_start() {
  local name=$1 pidfile=$STATE/run/$1.pid log=$STATE/logs/$1.log stamp=$STATE/run/$1.stamp now command pid
  now=$(fingerprint "$2")
  if pid=$(running_pid "$pidfile" "$(demo_program)") && [[ -r $stamp && $(<"$stamp") == "$now" ]]; then
    note "$name already runs (pid $pid), nothing about it changed"
    return 0
  fi
  stop_process "$name" "$pidfile" "$(demo_program)" "$STOP_LIMIT" TERM KILL
  mapfile -d '' -t command < <("$2")
  spawn "$pidfile" "$log" / "${command[@]}"
  printf '%s\n' "$now" >"$stamp"
  if ! wait_until "$READY_LIMIT" settled "$pidfile" "$3" || ! pid=$(running_pid "$pidfile" "$(demo_program)"); then
    last_lines "$log"
    fail "$name is not ready after $READY_LIMIT s, or ended" "read $log"
  fi
  note "$name runs (pid $pid, log $log)"
}

# settled PIDFILE READY_FUNCTION: ready, or gone.
settled() { "$2" || process_gone "$1" "$(demo_program)"; }

simulator_ready() { curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$SIM_PORT/_simulator/health" 2>/dev/null; }
service_ready() {
  curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$TELEMETRY_PORT/readyz" 2>/dev/null &&
    curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$API_PORT/readyz" 2>/dev/null
}

start_demo_processes() {
  ln -sfn "$BINARY" "$(demo_program)"
  keep_or_start simulator simulator_command simulator_ready
  keep_or_start posthaste service_command service_ready
}

stop_demo_processes() {
  stop_process posthaste "$STATE/run/posthaste.pid" "$(demo_program)" "$STOP_LIMIT" TERM KILL
  stop_process simulator "$STATE/run/simulator.pid" "$(demo_program)" "$STOP_LIMIT" TERM KILL
}

# demo_look_further: commands that work as they are, from any folder.
demo_look_further() {
  local deploy=$PROJECT/deploy state_option=""
  if [[ $STATE != "$PROJECT/.posthaste" ]]; then state_option=" --state $STATE"; fi
  cat <<TEXT

Everything is running. To look further:

  set -a; source '$STATE/demo.env'; set +a     # the API key, and the database login of the tenant

  # the campaign's funnel, and any SQL over the delivery stream
  curl -H "Authorization: Bearer \$POSTHASTE_API_KEY" \$POSTHASTE_API/v1/campaigns/$CAMPAIGN/funnel
  curl -H "Authorization: Bearer \$POSTHASTE_API_KEY" -H 'Content-Type: text/plain' -H 'Accept: text/csv' \\
    --data 'SELECT status, count(*) AS transitions FROM transitions GROUP BY status' \$POSTHASTE_API/v1/sql

  # the database as this tenant: row-level security shows its rows alone
  psql -c 'SELECT * FROM campaign_progress'

  # the events, with their headers
  $deploy/kafka-console-consumer$state_option --topic delivery.v1 --from-beginning --max-messages 5 \\
    --formatter-property print.headers=true --formatter-property print.key=true

  # what the simulated Meta counted
  curl http://127.0.0.1:$SIM_PORT/_simulator/ledger

  logs:            $STATE/logs
  rejected lines:  $REJECTS
  stop:            $deploy/quickstart --stop$state_option
  delete all:      $deploy/quickstart --reset$state_option
TEXT
}

# shellcheck shell=bash
# The private Apache Kafka of one state folder: a single KRaft node, broker and controller in one JVM, on 127.0.0.1.
# Needs lib/console.sh, lib/process.sh, lib/packages.sh, STATE (absolute path) and the settings of lib/state.sh.

KAFKA_PROJECT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../kafka" && pwd -P)
KAFKA_VERSION=$(sed -n 's/.*<kafka.version>\(.*\)<.*/\1/p' "$KAFKA_PROJECT/pom.xml")
KAFKA_LIBS=${XDG_CACHE_HOME:-$HOME/.cache}/posthaste/kafka-$KAFKA_VERSION
KAFKA_START_LIMIT=120 # s; replay of the log after an unclean stop included
KAFKA_STOP_LIMIT=45   # s; a controlled shutdown flushes every partition
# 4 MiB, the largest webhook body, in base64 inside an envelope (5.6 MB), and headers.
KAFKA_MAX_MESSAGE_BYTES=6291456

kafka_pidfile() { printf '%s' "$STATE/run/kafka.pid"; }
kafka_log() { printf '%s' "$STATE/logs/kafka.log"; }
kafka_config() { printf '%s' "$STATE/kafka/server.properties"; }
kafka_running() { running_pid "$(kafka_pidfile)" "$(kafka_config)"; }

# fetch_kafka: Maven Central into the cache. The folder gets its name only when it is whole, so that an interrupted
# download is never taken for a Kafka.
fetch_kafka() {
  local partial log=$STATE/logs/kafka-fetch.log
  if [[ -d $KAFKA_LIBS ]]; then note "Apache Kafka $KAFKA_VERSION is in the cache ($KAFKA_LIBS)"; return 0; fi
  have mvn || fail "Maven is missing" "deploy/services install"
  note "fetching Apache Kafka $KAFKA_VERSION (50 jars, 45 MB) from Maven Central"
  mkdir -p "$(dirname "$KAFKA_LIBS")"
  partial=$(mktemp -d "$KAFKA_LIBS.partial.XXXXXX")
  if ! mvn -B -ntp -f "$KAFKA_PROJECT/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$partial" </dev/null >"$log" 2>&1; then
    rm -rf "$partial"
    last_lines "$log"
    fail "could not fetch Apache Kafka from Maven Central" \
      "read $log" "check the network, or set a mirror in ~/.m2/settings.xml, then run this again"
  fi
  # Another script may have been faster: then its folder stays and ours goes.
  if ! mv -T "$partial" "$KAFKA_LIBS" 2>/dev/null; then rm -rf "$partial"; fi
  [[ -d $KAFKA_LIBS ]] || fail "cannot write $KAFKA_LIBS"
}

# kafka_java MAIN_CLASS ARGUMENT...: replaces this shell by one of Kafka's command line tools.
kafka_java() {
  local java
  java=$(java_bin) || fail "no Java runtime >= $MIN_JAVA" "deploy/services install"
  [[ -d $KAFKA_LIBS ]] || fail "Apache Kafka is not in the cache" "deploy/services fetch-kafka"
  # The locale decides how Java reads file names.
  LC_ALL=C.UTF-8 exec "$java" -Xmx256m -XX:TieredStopAtLevel=1 -Dlog4j2.configurationFile="$KAFKA_PROJECT/tools-log4j2.properties" \
    -cp "$KAFKA_LIBS/*" "$@"
}

write_kafka_config() {
  mkdir -p "$STATE/kafka"
  cat >"$(kafka_config).new" <<PROPERTIES
# Written by deploy/services at each start; changes are lost.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$KAFKA_CONTROLLER_PORT
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT,CONTROLLER://127.0.0.1:$KAFKA_CONTROLLER_PORT
advertised.listeners=PLAINTEXT://127.0.0.1:$KAFKA_PORT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
# Relative to the folder of this file: Java reads properties as Latin-1, and the path may hold other letters.
log.dirs=data
# A misspelt topic is an error, never a topic with one partition.
auto.create.topics.enable=false
# One node: internal topics cannot have more than one replica.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=8
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
message.max.bytes=$KAFKA_MAX_MESSAGE_BYTES
replica.fetch.max.bytes=$KAFKA_MAX_MESSAGE_BYTES
replica.fetch.response.max.bytes=$((KAFKA_MAX_MESSAGE_BYTES * 2))
socket.request.max.bytes=$((KAFKA_MAX_MESSAGE_BYTES * 8))
# Sized for a heap of 512 MB and two cores.
num.network.threads=2
num.io.threads=4
# An index is mapped into memory with its whole size, 10 MiB unless told, two for each partition; the kernel fills what is
# touched with zeros in large pieces, which took half of the broker's processor time in its first ten seconds.
log.index.size.max.bytes=262144
log.cleaner.dedupe.buffer.size=16777216
PROPERTIES
  mv "$(kafka_config).new" "$(kafka_config)"
}

# format_kafka: once; gives the node its cluster id.
format_kafka() {
  local log=$STATE/logs/kafka-format.log id
  if [[ -e $STATE/kafka/data/meta.properties ]]; then return 0; fi
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' 'AB' | tr -d '=')
  if ! (cd "$STATE/kafka" && kafka_java kafka.tools.StorageTool format -t "$id" -c "$(kafka_config)") >"$log" 2>&1; then
    last_lines "$log"
    fail "Kafka's storage could not be formatted" "read $log"
  fi
}

# kafka_serves: the line is logged once the broker is unfenced and its sockets accept. The log is new for each start.
kafka_serves() { grep -qs 'Kafka Server started' "$(kafka_log)" && port_busy "$KAFKA_PORT"; }

# kafka_settled: it serves, or the process is gone; the caller asks which.
kafka_settled() { ! kafka_running >/dev/null || kafka_serves; }

spawn_kafka() {
  local java
  java=$(java_bin) || fail "no Java runtime >= $MIN_JAVA" "deploy/services install"
  # A broker that lives for minutes beside everything else: over half of its time went into the optimising compiler
  # (docs/BENCHMARKS.md), so it makes do with the first tier.
  spawn "$(kafka_pidfile)" "$(kafka_log)" "$STATE/kafka" env LC_ALL=C.UTF-8 "$java" -Xms128m -Xmx512m -XX:TieredStopAtLevel=1 \
    -XX:+UseSerialGC \
    -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
    -Dlog4j2.configurationFile="$KAFKA_PROJECT/log4j2.properties" \
    -cp "$KAFKA_LIBS/*" kafka.Kafka "$(kafka_config)"
}

start_kafka() {
  local pid
  if pid=$(kafka_running); then
    note "Kafka already runs (pid $pid, port $KAFKA_PORT)"
  else
    [[ -d $KAFKA_LIBS ]] || fetch_kafka
    check_port --kafka-port "$KAFKA_PORT"
    check_port --kafka-controller-port "$KAFKA_CONTROLLER_PORT"
    write_kafka_config
    format_kafka
    spawn_kafka
  fi
  if ! wait_until "$KAFKA_START_LIMIT" kafka_settled || ! kafka_serves || ! pid=$(kafka_running); then
    last_lines "$(kafka_log)"
    fail "Kafka did not start" "read $(kafka_log)"
  fi
  note "Apache Kafka $KAFKA_VERSION serves on 127.0.0.1:$KAFKA_PORT (pid $pid)"
}

# kill_kafka: as a crash would.
kill_kafka() { stop_process Kafka "$(kafka_pidfile)" "$(kafka_config)" "$KAFKA_STOP_LIMIT" KILL KILL; }

stop_kafka() { stop_process Kafka "$(kafka_pidfile)" "$(kafka_config)" "$KAFKA_STOP_LIMIT" TERM KILL; }

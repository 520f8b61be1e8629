# shellcheck shell=bash
# Debian packages: asks first what the machine can already do, whatever package or hand put it there, and installs only
# what is missing. Needs lib/console.sh.

MIN_JAVA=17 # Kafka 4's broker
MIN_POSTGRES=15

# postgres_bin: the folder of the newest server binaries that are new enough. Never taken from PATH: machines put
# stand-ins and older clients there.
postgres_bin() {
  local dir version best="" best_version=0
  for dir in /usr/lib/postgresql/*/bin; do
    version=${dir%/bin}
    version=${version##*/}
    if [[ -x $dir/postgres && -x $dir/initdb && $version =~ ^[0-9]+$ ]] &&
      ((version >= MIN_POSTGRES && version > best_version)); then
      best=$dir
      best_version=$version
    fi
  done
  [[ -n $best ]] && printf '%s' "$best"
}

# java_version COMMAND: its major version, or nothing.
java_version() { "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1; }

# java_bin: a Java runtime that is new enough: $JAVA_HOME, PATH, then Debian's folders.
java_bin() {
  local candidate version
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    [[ -n $candidate && -x $candidate ]] || continue
    version=$(java_version "$candidate")
    if [[ -n $version ]] && ((version >= MIN_JAVA)); then printf '%s' "$candidate"; return 0; fi
  done
  return 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# missing_packages: one name a line. The build needs are those of librdkafka (cmake, OpenSSL, zlib) and of any linker.
missing_packages() {
  { have cc && have c++ && have make; } || echo build-essential
  have cmake || echo cmake
  have pkg-config || echo pkg-config
  [[ -e /usr/include/openssl/ssl.h ]] || echo libssl-dev
  [[ -e /usr/include/zlib.h ]] || echo zlib1g-dev
  have curl || echo curl
  [[ -s /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
  { postgres_bin >/dev/null && have psql; } || echo postgresql
  java_bin >/dev/null || echo default-jre-headless
  have mvn || echo maven
}

# as_root COMMAND...: directly, or through sudo.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

apt_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y --no-install-recommends \
    install "$@"
}

# install_postgres: the server without the cluster "main" that Debian would create and start beside it on port 5432:
# the private cluster is the only one that Posthaste needs. The setting is put back as it was.
install_postgres() {
  local conf=/etc/postgresql-common/createcluster.conf saved status=0
  apt_install postgresql-common || return
  saved=$(mktemp)
  cp "$conf" "$saved" || return
  printf 'create_main_cluster = false\n' | as_root tee -a "$conf" >/dev/null
  apt_install postgresql || status=$?
  as_root cp "$saved" "$conf"
  rm -f "$saved"
  return "$status"
}

apt_install_each() {
  local name
  as_root apt-get update || return
  for name in "$@"; do
    if [[ $name == postgresql ]]; then install_postgres; else apt_install "$name"; fi || return
  done
}

# install_packages LOG: installs what is missing; does nothing and needs no right when nothing is.
install_packages() {
  local log=$1 missing=()
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then note "every package needed is already there"; return 0; fi
  note "missing: ${missing[*]}"
  have apt-get || fail "packages are missing and this is no Debian: ${missing[*]}" \
    "install their equivalents by hand, then run this again"
  if ((EUID != 0)) && ! have sudo; then
    fail "packages are missing, and you are neither root nor have sudo" \
      "ask an administrator to run: apt-get install ${missing[*]}"
  fi
  mkdir -p "$(dirname "$log")"
  note "installing (log: $log)"
  if ! apt_install_each "${missing[@]}" >"$log" 2>&1; then
    last_lines "$log"
    fail "apt-get failed" "read $log" "apt-get install ${missing[*]}"
  fi
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]} == 0)) || fail "still missing after the installation: ${missing[*]}" \
    "this Debian may be too old: Java >= $MIN_JAVA and PostgreSQL >= $MIN_POSTGRES are needed (Debian 12 has both)"
}

# shellcheck shell=bash
# What every script of deploy/ says and how it fails: `step` with its usual duration, `note`, `fail` with what to try.

STEP_NAME=""
STEP_STARTED=0

# step NAME [USUAL_DURATION]: closes the step before, prints a heading, remembers the name for error messages.
step() {
  step_done
  STEP_NAME=$1
  STEP_STARTED=$SECONDS
  printf '\n== %s%s\n' "$1" "${2:+ (usually $2)}"
}

# step_done: prints how long the open step took, if one is open.
step_done() {
  if [[ -n $STEP_NAME ]]; then
    printf '   %s: done in %s\n' "$STEP_NAME" "$(duration $((SECONDS - STEP_STARTED)))"
  fi
  STEP_NAME=""
}

# duration SECONDS: 75 → "1 min 15 s".
duration() {
  if (($1 >= 60)); then printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); else printf '%d s' "$1"; fi
}

note() { printf '   %s\n' "$*"; }

# fail MESSAGE [WHAT_TO_TRY...]: names the open step; every further argument is one thing to try.
fail() {
  local message=$1
  shift
  printf '\nerror%s: %s\n' "${STEP_NAME:+ in step "'$STEP_NAME'"}" "$message" >&2
  local hint
  for hint in "$@"; do printf '  try: %s\n' "$hint" >&2; done
  exit 1
}

# need_value OPTION VALUE...: an option that wants a value got one.
need_value() {
  if (($# < 2)) || [[ -z $2 ]]; then fail "$1 needs a value" "see --help"; fi
}

# usage_of SCRIPT: prints the comment block at the head of a script, which is its --help.
usage_of() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"; }

# last_lines FILE [N]: the end of a log on standard error, indented, for error messages.
last_lines() {
  if [[ -s $1 ]]; then tail -n "${2:-15}" "$1" | sed 's/^/  | /' >&2; fi
}

# random_secret: 32 letters and digits (190 bits), safe in URLs, TOML and SQL literals without quoting.
random_secret() {
  local pool
  pool=$(head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9')
  printf '%s' "${pool:0:32}"
}

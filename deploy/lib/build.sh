# shellcheck shell=bash
# Where cargo builds. Needs lib/console.sh and PROJECT of lib/state.sh.

# use_target_dir: exports CARGO_TARGET_DIR: as given, else the project's own; on a CI machine, where every run has a
# fresh clone, a shared cache, so that the dependencies are compiled once per machine.
use_target_dir() {
  if [[ -z ${CARGO_TARGET_DIR:-} ]]; then
    if [[ ${CI:-} == true ]]; then
      CARGO_TARGET_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/posthaste/target
    else
      CARGO_TARGET_DIR=$PROJECT/target
    fi
  fi
  export CARGO_TARGET_DIR
}

need_cargo() {
  command -v cargo >/dev/null 2>&1 ||
    fail "there is no cargo on PATH" "install a Rust toolchain (rustup), then run this again"
}

# built_before: whether a build will be warm.
built_before() { [[ -d $CARGO_TARGET_DIR/debug/deps ]]; }

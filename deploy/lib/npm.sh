# shellcheck shell=bash
# Packages of npm that tests and benchmarks run beside Posthaste, each list installed once into the cache. Needs
# lib/console.sh, lib/packages.sh.

# install_npm LIST: installs what LIST/package-lock.json names and sets NPM_TREE, the folder that has node_modules, and
# NPM_NODE. Node itself is one of the packages, since Debian's is older than some of them ask for. No package's scripts
# are run.
install_npm() {
  local list=$1 candidate
  have npm || fail "npm is missing" "apt-get install npm"
  NPM_TREE=${XDG_CACHE_HOME:-$HOME/.cache}/posthaste/npm/$(sha256sum "$list/package-lock.json" | cut -c 1-12)
  if [[ ! -e $NPM_TREE/complete ]]; then
    mkdir -p "$NPM_TREE"
    cp "$list/package-lock.json" "$list/package.json" "$NPM_TREE"
    # Not `npm ci`, which fails when a mirror lacks an optional package of another system. It takes the lock file's versions too.
    (cd "$NPM_TREE" && npm install --ignore-scripts --no-audit --no-fund --loglevel error)
    touch "$NPM_TREE/complete"
  fi
  NPM_NODE=""
  for candidate in "$NPM_TREE"/node_modules/node-linux-*/bin/node; do if [[ -x $candidate ]]; then NPM_NODE=$candidate; fi; done
  [[ -n $NPM_NODE ]] || fail "npm has no Node for $(uname -m) in $list/package-lock.json" "add node-linux-ARCHITECTURE to package.json"
}

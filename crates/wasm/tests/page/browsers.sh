# What the commands of this folder share: packages, a temporary folder, and no browser left behind.

temporary=$(mktemp -d)

# Ends the browsers that were started here, by their ids: their profiles are in the temporary folder.
finish() {
  local status=$? process
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -qF -- "$temporary/"; then
      [ "${process#/proc/}" = $$ ] || kill "${process#/proc/}" 2>/dev/null || true
    fi
  done
  rm -rf "$temporary" 2>/dev/null || { sleep 1; rm -rf "$temporary"; }
  exit "$status"
}
trap finish EXIT

# Installs Debian's packages whose commands are missing: `command:package` each.
install_packages() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}"
    apt-get update >/dev/null
    apt-get install --yes --no-install-recommends "${missing[@]}" >/dev/null
  fi
}

# Copies this folder into the temporary one, with these packages of npm beside it.
prepare() {
  cp crates/wasm/tests/page/*.mjs "$temporary"
  mkdir "$temporary/tmp"
  export TMPDIR=$temporary/tmp
  (
    cd "$temporary"
    echo '{"type": "module"}' >package.json
    npm install --silent --no-audit --no-fund "$@"
  )
}

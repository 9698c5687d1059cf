# What the commands of this folder share: packages, a temporary folder, and no browser left behind.

temporary=$(mktemp -d)

# Ends the browsers that were started here, by their ids: their profiles are in the temporary folder.
finish() {
  local status=$? process
  for process in /proc/[0-9]*; do
    if grep -qsF -- "$temporary/" "$process/cmdline" && [ "${process#/proc/}" != $$ ]; then
      kill "${process#/proc/}" 2>/dev/null || true
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
  PAGE=$(realpath "${PAGE:-docs/review.html}")
  export PAGE REPOSITORY=$PWD
  cp crates/wasm/tests/page/*.mjs "$temporary"
  mkdir "$temporary/tmp"
  export TMPDIR=$temporary/tmp
  (
    cd "$temporary"
    echo '{"type": "module"}' >package.json
    npm install --silent --no-audit --no-fund "$@"
  )
}

# The same, with the engine's answers for the tests.
prepare_tests() {
  cargo build --locked --package socialgraph-wasm --features review --example page_answers
  PAGE_ANSWERS=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/examples/page_answers
  export PAGE_ANSWERS
  prepare "$@"
}

# Runs files of tests, and fails unless each test passes and at least so many do.
run_tests() {
  local least=$1 status=0 outcome passed
  shift
  cd "$temporary"
  node --test --test-reporter=tap "$@" >output || status=$?
  # Each test with its milliseconds; then what failed, with its report.
  sed -nE 's/^# Subtest: //p; s/^  duration_ms: (.*)/    \1 ms/p; /^# compared/p' output
  [ $status -eq 0 ] || { sed -n '/^not ok/,/^  \.\.\.$/p' output | cut -c1-2000 >&2; exit $status; }

  # `node --test` succeeds if no test runs.
  for outcome in fail cancelled skipped todo; do
    grep -q "^# $outcome 0$" output || { echo "not every test passed: $outcome" >&2; exit 1; }
  done
  passed=$(sed -n 's/^# pass //p' output)
  [ "$passed" -ge "$least" ] || { echo "only $passed tests ran" >&2; exit 1; }
  echo "$passed tests passed"
}

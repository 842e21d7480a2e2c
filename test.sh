#!/usr/bin/env bash
# Builds Naru, checks its format and runs its tests. Needs Debian, the .NET SDK and, for missing packages, root.
#
#   ./test.sh          everything
#   ./test.sh unit     only tests/Naru.Tests: virtual time and loopback, a minute or two
#   ./test.sh system   only tests/Naru.SystemTests: the real program against real peers
#
# What follows is handed to the test programs:  ./test.sh unit --filter-class Naru.Tests.LayeringTests
# The last line is "N passed, N failed"; tests that could not run here are named above it, with the reason.
# The exit code is 0 only when tests ran and none failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. .ci/packages.sh

# Command (or file) = Debian package, of what the system tests use.
peers=(
  chromium=chromium
  curl=curl
  /usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1=libfaketime
  /usr/sbin/nginx=nginx
  redis-server=redis-server
  script=bsdutils
  wrk=wrk
)

case ${1:-all} in
  all) suites=(Naru.Tests Naru.SystemTests) ;;
  unit) suites=(Naru.Tests) ;;
  system) suites=(Naru.SystemTests) ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
[ $# -eq 0 ] || shift

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET SDK is missing: https://dotnet.microsoft.com/download (the version is in global.json)" >&2
  exit 1
fi

# No compiler or build server outlives this script.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false UseRazorBuildServer=false
export DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

step() { printf '\n== %s\n' "$1"; }

# Runs a command and shows its output only when it fails.
quietly() {
  "$@" >"$results/output" 2>&1 </dev/null && return 0
  cat "$results/output" >&2
  return 1
}

stop() {
  printf '\n%s\n' "$1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

case " ${suites[*]} " in
  *" Naru.SystemTests "*) step "packages"; install_missing "${peers[@]}" || stop "The packages are not there." ;;
esac

step "build (Release, warnings are errors)"
quietly dotnet build naru.slnx -c Release -v quiet || stop "The build failed."

# The build checks code style and analyzers; what is left is white space.
step "format"
quietly dotnet format whitespace naru.slnx --no-restore --verify-no-changes ||
  stop "The format differs; this mends it: dotnet format whitespace naru.slnx"

passed=0 failed=0

# Runs one test program and adds up what its report says. A program that ends badly without
# naming a failed test (it crashed, or it had no tests) counts as one failure.
run_suite() {
  local suite=$1 status=0 counts p f
  shift
  step "$suite"
  dotnet "tests/$suite/bin/Release/net10.0/$suite.dll" --no-progress --no-ansi \
    --results-directory "$results" --report-xunit --report-xunit-filename "$suite.xml" "$@" </dev/null || status=$?
  counts=$(sed -n 's/.*<assembly \(.*\)>.*/\1/p' "$results/$suite.xml" 2>/dev/null | head -n 1)
  p=$(attribute passed "$counts") f=$(attribute failed "$counts")
  f=$((f + $(attribute errors "$counts")))
  if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
    echo "$suite ended with exit code $status and named no failed test." >&2
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f))
  list_skipped "$results/$suite.xml" >>"$results/skipped"
}

attribute() {
  local value
  value=$(grep -oE "(^| )$1=\"[0-9]+\"" <<<"$2" | head -n 1 | grep -oE '[0-9]+')
  echo "${value:-0}"
}

# One line for each test of a report that was skipped: its name and why.
list_skipped() {
  [ -e "$1" ] || return 0
  awk -v RS='<test ' '
    function plain(text) {
      gsub(/\\?&quot;/, "\"", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&amp;/, "\\&", text)
      gsub(/[[:space:]]+/, " ", text)
      return text
    }
    function between(text, from, to) {
      if (!index(text, from)) return ""
      text = substr(text, index(text, from) + length(from))
      return substr(text, 1, index(text, to) - 1)
    }
    / result="Skip"/ { print "skipped: " plain(between($0, " name=\"", "\"")) ": " plain(between($0, "<![CDATA[", "]]>")) }
  ' "$1"
}

for suite in "${suites[@]}"; do
  run_suite "$suite" "$@"
done

if [ "$((passed + failed))" -eq 0 ]; then
  echo "No test ran." >&2
  failed=1
fi

echo
cat "$results/skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

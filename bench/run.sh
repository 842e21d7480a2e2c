#!/usr/bin/env bash
# Naru beside HAProxy and nginx on this machine: installs them, builds Release, measures, prints the table.
#
#   bench/run.sh                 the comparison: every workload, 5 rounds of 3 s
#   bench/run.sh --quick         3 rounds of 1 s;  --thorough: 11 rounds of 5 s
#   bench/run.sh --work small,1m some workloads;   --proxies haproxy,naru  some proxies
#   bench/run.sh idle | latency | growth | health | loops | room | room-http
#   bench/run.sh all             everything, written into docs/performance.md
#   bench/run.sh --help          every command and option
#
# Close other programs first: docs/performance.md tells what spoils a figure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

install_missing haproxy=haproxy nginx=nginx /usr/lib/nginx/modules/ngx_stream_module.so=libnginx-mod-stream \
  wrk=wrk taskset=util-linux

# 10,000 client connections and as many to servers; root may go beyond the hard limit.
ulimit -n 262144 2>/dev/null || ulimit -n "$(ulimit -Hn)"

# No compiler server may run beside the measurement.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
for project in src/Naru bench/Naru.Bench; do
  dotnet build "$project" -c Release -v quiet --nologo
done

bench=bench/Naru.Bench/bin/Release/net10.0/Naru.Bench
document=docs/performance.md

case ${1:-compare} in
  all)
    shift
    status=0
    for command in compare idle latency growth health loops room room-http; do
      extra=()
      [ "$command" != growth ] || extra=(--chart docs/images/growth.svg)
      "$bench" "$command" --document "$document" "${extra[@]}" "$@" || status=$?
      [ "$status" -lt 2 ] || exit "$status"
    done
    exit "$status"
    ;;
  compare | idle | latency | growth | health | loops | room | room-http | --help | -h | -? | --version) exec "$bench" "${@:-compare}" ;;
  *) exec "$bench" compare "$@" ;;
esac

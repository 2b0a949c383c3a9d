#!/usr/bin/env bash
# usage: bench/all.sh DIR [EVENTS]   Runs the suites one after another, their records into DIR, and makes DIR/report.html of them. Half
# an hour with a million events (the default) on two cores. A suite that fails is missing in the report; the status says that one did.
set -uo pipefail
directory=$(realpath -m "${1:?usage: bench/all.sh DIR [EVENTS]}")
events=${2:-1m}
cd "$(dirname "$0")/.."
mkdir -p "$directory"
dotnet build Vectorized.sln -c Release -nologo -v quiet || exit 1
status=0

run() {
  local suite=$1
  echo "== $*"
  bench/bin/Release/net10.0/Vectorized.Bench "$@" --json "$directory/$suite.json" || { echo "$suite failed"; status=1; }
}

run nexmark --events "$events"
run floor --events "$events"
run tpch --scale 0.1
run growth --events 10m
run views --events "$events"
run freshness --loads 0.1,0.25,0.5,0.75,0.9 --seconds 10
run backfill --seconds 10
run pgwire --seconds 3
run kafka --messages 600000
run generator --events "$events"
run kernels
run slice
bench/bin/Release/net10.0/Vectorized.Bench report --from "$directory" || status=1
exit $status

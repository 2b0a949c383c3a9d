#!/usr/bin/env bash
# The slice of the benchmarks that CI runs (bench/README.md): builds, measures, compares with bench/Slice/baseline.json. Non-zero when a
# query fell. Options are the suite's, such as --update.
set -uo pipefail
cd "$(dirname "$0")/.."
dotnet build bench -c Release -nologo -v quiet || exit 1
exec bench/bin/Release/net10.0/Vectorized.Bench slice "$@"

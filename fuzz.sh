#!/usr/bin/env bash
# Fuzzes each target for so many seconds, from a seed that is printed: ./fuzz.sh SECONDS [SEED]. Non-zero on any finding.
set -uo pipefail
cd "$(dirname "$0")"
seconds=${1:?usage: ./fuzz.sh SECONDS [SEED]}
seed=${2:-$RANDOM$RANDOM}
dotnet build fuzz -c Release -nologo -v quiet || exit 1
status=0
for target in plans views errors time simulate; do
  options=()
  # Every production of the generator is reached in some minutes.
  case "$target" in plans|errors|time) [ "$seconds" -ge 120 ] && options=(--coverage) ;; esac
  [ "$target" = simulate ] && options=(--twice)
  fuzz/bin/Release/net10.0/Vectorized.Fuzz "$target" --seed "$seed" --seconds "$seconds" "${options[@]}" || status=1
done
exit $status

#!/usr/bin/env bash
# Fuzzes each target for so many seconds, two side by side, from a seed that is printed. Non-zero on any finding.
# usage: ./fuzz.sh SECONDS [SEED [TARGET[:CASES]...]]   (without targets: all; CASES: no more than so many)
set -uo pipefail
cd "$(dirname "$0")"
seconds=${1:?usage: ./fuzz.sh SECONDS [SEED [TARGET[:CASES]...]]}
seed=${2:-$RANDOM$RANDOM}
targets=("${@:3}")
[ "${#targets[@]}" -eq 0 ] && targets=(plans views errors time simulate)
dotnet build fuzz -c Release -nologo -v quiet || exit 1
outputs=$(mktemp -d)
trap 'rm -rf "$outputs"' EXIT
status=0

# Waits for those under way, prints what they printed.
settle() {
  local target
  for target in "$@"; do
    wait "${running[$target]}" || status=1
    cat "$outputs/$target"
  done
}

declare -A running
pair=()
for wanted in "${targets[@]}"; do
  target=${wanted%%:*}
  options=()
  [ "$target" != "$wanted" ] && options=(--cases "${wanted#*:}")
  # Every production of the generator is reached in some minutes.
  case "$target" in plans|errors|time) [ "$seconds" -ge 120 ] && options+=(--coverage) ;; esac
  [ "$target" = simulate ] && options+=(--twice)
  fuzz/bin/Release/net10.0/Vectorized.Fuzz "$target" --seed "$seed" --seconds "$seconds" "${options[@]}" >"$outputs/$target" 2>&1 &
  running[$target]=$!
  pair+=("$target")
  [ "${#pair[@]}" -eq 2 ] && { settle "${pair[@]}"; pair=(); }
done
settle "${pair[@]}"
exit $status

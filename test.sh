#!/usr/bin/env bash
# Builds in Release, installs what the tests need, runs them; --long adds the long ones. Non-zero on any failure.
# The last line is the count: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")"
long=0
for argument in "$@"; do
  case "$argument" in
    --long) long=1 ;;
    *) echo "usage: ./test.sh [--long]"; exit 2 ;;
  esac
done

tests/services/install.sh || echo "some test dependencies are missing; the tests that need them are skipped and say so"
export VECTORIZED_LONG_TESTS=$long
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

echo "== build"
dotnet build Vectorized.sln -c Release -nologo -v quiet || { echo "0 passed, 1 failed"; exit 1; }

echo "== tests"
selection=(--filter "Length!=long")
[ "$long" -eq 1 ] && selection=()
dotnet test tests/tests.csproj -c Release --no-build -nologo -v quiet "${selection[@]}" \
  --logger "trx;LogFileName=$results/tests.trx" --logger "console;verbosity=minimal" | grep -v '^$'
status=${PIPESTATUS[0]}

counters=$(grep -o '<Counters [^>]*' "$results/tests.trx" 2>/dev/null | head -n 1)
field() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
total=$(field total); passed=$(field passed); failed=$(field failed)
if [ -z "$total" ]; then
  echo "the test run left no result"
  echo "0 passed, 1 failed"
  exit 1
fi

skipped=$((total - passed - failed))
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]

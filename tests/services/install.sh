#!/usr/bin/env bash
# Installs from Debian's packages and npm what the tests use, where it is missing. Needs root or sudo for packages; says
# what it could not get. Returns non-zero if anything is missing in the end.
set -u
cd "$(dirname "$0")/../.."
missing=()
have() { command -v "$1" >/dev/null 2>&1; }
have psql || missing+=(postgresql-client)
{ have pgbench || ls /usr/lib/postgresql/*/bin/pgbench >/dev/null 2>&1; } && ls /usr/lib/postgresql/15/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
ls /usr/lib/*/librdkafka.so.1 >/dev/null 2>&1 || missing+=(librdkafka1)
have node || missing+=(nodejs)
have npm || missing+=(npm)
status=0
if [ "${#missing[@]}" -gt 0 ]; then
  run=()
  [ "$(id -u)" -eq 0 ] || run=(sudo -n)
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  # The server package would start a cluster of its own; tests start theirs.
  { "${run[@]}" apt-get update -qq && "${run[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 || {
    echo "could not install: ${missing[*]}"
    status=1
  }
fi

if have npm; then
  mkdir -p .cache/node
  if [ ! -d .cache/node/node_modules/apache-arrow ] || [ ! -d .cache/node/node_modules/@duckdb/node-api ]; then
    echo "installing apache-arrow and @duckdb/node-api from npm"
    (cd .cache/node && npm install --silent --no-audit --no-fund --no-save --no-package-lock \
      apache-arrow@21 @duckdb/node-api >/dev/null 2>&1) || { echo "could not install the npm packages"; status=1; }
  fi
else
  status=1
fi

exit $status

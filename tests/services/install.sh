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
have strace || missing+=(strace)
have curl || missing+=(curl)
# By itself: where these cannot be had the others still can.
store=()
have radosgw && have ceph-mon && have ceph-osd && have radosgw-admin && have ceph || store=(ceph-mon ceph-osd radosgw ceph-common)
status=0
run=()
[ "$(id -u)" -eq 0 ] || run=(sudo -n)
export DEBIAN_FRONTEND=noninteractive

# The server packages would start services of their own; tests start theirs.
get() {
  echo "installing $*"
  local policy=/usr/sbin/policy-rc.d made=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${run[@]}" tee "$policy" >/dev/null && "${run[@]}" chmod +x "$policy" && made=1
  fi
  { "${run[@]}" apt-get update -qq && "${run[@]}" apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>&1 || {
    echo "could not install: $*"
    status=1
  }
  [ "$made" -eq 0 ] || "${run[@]}" rm -f "$policy"
}

[ "${#missing[@]}" -eq 0 ] || get "${missing[@]}"
[ "${#store[@]}" -eq 0 ] || get "${store[@]}"

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

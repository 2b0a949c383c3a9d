#!/usr/bin/env bash
# A PostgreSQL 15 of our own, as the other opinion in tests: a fresh cluster in a temporary directory, reached by a Unix socket.
# Prints `socket=FILE` when it accepts connections (database postgres, user postgres, no password), then waits for the end
# of its standard input, stops the server and removes everything. So it lives no longer than who started it.
# `postgres.sh PORT` also listens on that port of 127.0.0.1 and then prints `pid=N`, the postmaster's, before the socket.
set -euo pipefail
port=${1:-}

fail() { echo "postgres.sh: $*" >&2; exit 1; }

bin=""
for candidate in /usr/lib/postgresql/15/bin /usr/pgsql-15/bin "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
  if [ -x "$candidate/initdb" ]; then bin=$candidate; break; fi
done
[ -n "$bin" ] || fail "PostgreSQL 15 is not installed (tests/services/install.sh installs it)"
case "$("$bin/postgres" --version)" in
  *" 15."*) ;;
  *) fail "PostgreSQL 15 is wanted, $bin has $("$bin/postgres" --version)" ;;
esac

directory=$(mktemp -d "${TMPDIR:-/tmp}/pg15.XXXXXX")
# The server refuses to run as root; its package has made a user for it.
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  chown postgres "$directory"
fi

run() { (cd / && exec "${as[@]}" env LC_ALL=C.UTF-8 TZ=UTC "$@"); }

stop() {
  trap - EXIT
  run "$bin/pg_ctl" -D "$directory/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

run "$bin/initdb" -D "$directory/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$directory/log" 2>&1 \
  || { cat "$directory/log" >&2; fail "initdb failed"; }
run tee -a "$directory/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '${port:+127.0.0.1}'
port = ${port:-5432}
unix_socket_directories = '$directory'
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
jit = off
max_parallel_workers_per_gather = 0
shared_buffers = 64MB
max_connections = 50
timezone = 'UTC'
CONF
run "$bin/pg_ctl" -D "$directory/data" -l "$directory/data/server.log" -w -t 60 start >/dev/null </dev/null \
  || { cat "$directory/data/server.log" >&2; fail "the server did not start"; }
[ -z "$port" ] || echo "pid=$(head -n 1 "$directory/data/postmaster.pid")"
echo "socket=$directory/.s.PGSQL.${port:-5432}"
cat >/dev/null

#!/usr/bin/env bash
# A Ceph object gateway (radosgw) of our own, as the real S3 server in tests: one monitor and one storage daemon that keeps everything in
# memory (RADOSGW_GIB at most, 2 where it is not set), on free ports of 127.0.0.1. Prints `endpoint=URL access_key=KEY secret_key=SECRET` when it answers, then waits for the
# end of its standard input, stops everything and removes it. So it lives no longer than who started it.
set -euo pipefail

fail() { echo "radosgw.sh: $*" >&2; exit 1; }

for program in ceph-mon ceph-osd radosgw radosgw-admin ceph monmaptool curl; do
  command -v "$program" >/dev/null || fail "$program is not installed (tests/services/install.sh installs it)"
done

directory=$(mktemp -d "${TMPDIR:-/tmp}/radosgw.XXXXXX")
mkdir "$directory"/{mon,osd,gateway}
# The daemons give up root; their package has made a user for them.
as=(env)
if [ "$(id -u)" -eq 0 ]; then
  chmod 755 "$directory"
  as=(setpriv --reuid=ceph --regid=ceph --init-groups env -i "PATH=$PATH" LC_ALL=C.UTF-8 "HOME=$directory")
fi

daemons=()
stop() {
  trap - EXIT
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
    kill -TERM "${daemons[i]}" 2>/dev/null || continue
    for _ in $(seq 30); do kill -0 "${daemons[i]}" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "${daemons[i]}" 2>/dev/null || true
  done
  rm -rf "$directory"
}
trap stop EXIT
trap 'exit 1' INT TERM HUP

free_port() {
  local port
  for _ in $(seq 50); do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  fail "no free port"
}

daemon() {
  local name=$1
  shift
  "${as[@]}" "$@" </dev/null >"$directory/$name.out" 2>&1 &
  daemons+=($!)
}

monitor=$(free_port)
gateway=$(free_port)
cluster=$(cat /proc/sys/kernel/random/uuid)
access=vectorizedtest
secret=vectorizedtestsecret
conf=$directory/ceph.conf
cat >"$conf" <<CONF
[global]
fsid = $cluster
mon_host = v1:127.0.0.1:$monitor
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_msgr2 = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 500
run_dir = $directory
admin_socket = $directory/\$name.asok
pid_file = $directory/\$name.pid
log_file = $directory/\$name.log
crash_dir = $directory
[mon]
mon_data = $directory/mon
mon_data_avail_crit = 1
[osd]
osd_data = $directory/osd
osd_objectstore = memstore
memstore_device_bytes = $((${RADOSGW_GIB:-2} << 30))
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$gateway tcp_nodelay=1
rgw_data = $directory/gateway
rgw_enable_apis = s3
rgw_thread_pool_size = 16
rgw_dynamic_resharding = false
rgw_gc_obj_min_wait = 5
rgw_gc_processor_period = 20
rgw_gc_processor_max_time = 20
CONF
[ "$(id -u)" -ne 0 ] || chown -R ceph: "$directory"

{
  "${as[@]}" monmaptool --create --clobber --addv a "[v1:127.0.0.1:$monitor]" --fsid "$cluster" "$directory/monmap"
  "${as[@]}" ceph-mon -c "$conf" --mkfs -i a --monmap "$directory/monmap"
} >"$directory/setup.log" 2>&1 || { cat "$directory/setup.log" >&2; fail "the monitor could not be made"; }
daemon mon ceph-mon -c "$conf" -i a -f
ready=0
for _ in $(seq 120); do
  timeout 5 ceph -c "$conf" --connect-timeout 3 -s >/dev/null 2>&1 && { ready=1; break; }
  sleep 0.2
done
[ "$ready" -eq 1 ] || fail "the monitor does not answer"
storage=$(cat /proc/sys/kernel/random/uuid)
{
  ceph -c "$conf" osd new "$storage"
  "${as[@]}" ceph-osd -c "$conf" --mkfs -i 0 --osd-uuid "$storage"
} >>"$directory/setup.log" 2>&1 || { cat "$directory/setup.log" >&2; fail "the storage daemon could not be made"; }
# On a busy machine it may speak to the monitor before it has learned whose it is ("wrong fsid"), and ends: then it begins again.
daemon osd ceph-osd -c "$conf" -i 0 -f
up=0
for _ in $(seq 600); do
  ceph -c "$conf" osd stat 2>/dev/null | grep -q '1 up' && { up=1; break; }
  kill -0 "${daemons[-1]}" 2>/dev/null || { cat "$directory/osd.out" >&2; daemon osd ceph-osd -c "$conf" -i 0 -f; }
  sleep 0.2
done
[ "$up" -eq 1 ] || fail "the storage daemon does not come up"
"${as[@]}" timeout 240 radosgw-admin -c "$conf" -n client.rgw user create --uid test --display-name test \
  --access-key "$access" --secret "$secret" >>"$directory/setup.log" 2>&1 || { cat "$directory/setup.log" >&2; fail "no user"; }
daemon rgw radosgw -c "$conf" -n client.rgw -f
for _ in $(seq 600); do
  if curl -s -m 5 -o /dev/null "http://127.0.0.1:$gateway/"; then
    echo "endpoint=http://127.0.0.1:$gateway access_key=$access secret_key=$secret"
    cat >/dev/null
    exit 0
  fi
  sleep 0.2
done
tail -20 "$directory/rgw.out" >&2
fail "the gateway does not answer"

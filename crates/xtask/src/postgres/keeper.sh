# Keeps one private Postgres cluster until standard input closes, then removes every trace of it.
# Says "ready" on standard output, or what went wrong. Nothing here survives, so nothing is synced.
bin=$1 folder=$2 port=$3 sockets=$4 user=$5 locale=$6
data=$folder/data log=$folder/log

# Only the closing of the pipe ends us: a signal must not leave the server without its keeper. That
# includes PIPE, which "ready" raises when the caller has gone while the server was starting.
trap '' HUP INT TERM PIPE

remove() {
    "$bin/pg_ctl" stop -w -m immediate -D "$data" >/dev/null 2>&1
    cd / && rm -rf "$folder"
}
trap remove EXIT

give_up() {
    cat "$log"
    exit 1
}

"$bin/initdb" -D "$data" --username="$user" --pwfile="$folder/password" --auth=password \
    --encoding=UTF8 --locale="$locale" --no-sync </dev/null >"$log" 2>&1 || give_up

cat >>"$data/postgresql.conf" <<SETTINGS
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$sockets'
max_connections = 300
password_encryption = md5
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
SETTINGS

"$bin/pg_ctl" start -w -D "$data" -l "$log" </dev/null >>"$log" 2>&1 || give_up
echo ready
exec >/dev/null
cat >/dev/null

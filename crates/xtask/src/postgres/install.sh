# Installs the server's programs, without the system-wide cluster that the package would start.
set -e
choice=/etc/postgresql-common/createcluster.d/cartwright-tests.conf
mkdir -p "${choice%/*}"
trap 'rm -f "$choice"' EXIT
echo 'create_main_cluster = false' >"$choice"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends postgresql

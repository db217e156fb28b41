#!/bin/bash
# Runs DockerEndToEndTest on a Docker engine of its own: another data folder, another socket, and a
# network namespace, so that neither the host's packet filter nor another engine's containers change.
#
#   usage: test.sh [MAVEN-OPTION...]
#
# Needs root, dockerd, a Compose and debootstrap. The jar and Maven's local repository must be there:
# `mvn verify` before this. DOCKER_TEST_BASE=FILE keeps the base image in a file for the next run.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() {
  echo "test.sh: $1" >&2
  exit 1
}
[ "$(id -u)" -eq 0 ] || die 'needs root: run it with sudo'
for program in dockerd docker debootstrap ip nsenter; do
  command -v "$program" >/dev/null || die "needs $program, and it is not in PATH"
done

folder=$(mktemp -d) network=raftctl-$$ engine=
finish() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null || :
    wait "$engine" || :
  fi
  ip netns delete "$network" 2>/dev/null || :
  rm -rf --one-file-system -- "$folder"
}
trap finish EXIT
trap 'exit 130' HUP INT TERM

ip netns add "$network"
ip -n "$network" link set lo up
# nsenter and not `ip netns exec`, which hides the control groups.
inside=(nsenter "--net=/run/netns/$network")
export DOCKER_HOST=unix://$folder/docker.sock
"${inside[@]}" dockerd --host "$DOCKER_HOST" --data-root "$folder/data" --exec-root "$folder/run" \
  --pidfile "$folder/pid" >"$folder/log" 2>&1 </dev/null &
engine=$!
for _ in {1..300}; do
  if docker version >/dev/null 2>&1; then break; fi
  kill -0 "$engine" 2>/dev/null || break
  sleep 0.1
done
docker version >/dev/null 2>&1 || { tail -n 20 "$folder/log" >&2; die 'dockerd does not start; see above'; }

# The packages come from outside of the namespace; all that follows needs no network.
if [ -n "${DOCKER_TEST_BASE:-}" ] && [ -f "$DOCKER_TEST_BASE" ]; then
  docker load --quiet --input "$DOCKER_TEST_BASE"
else
  dist/docker/make-base.sh
  [ -z "${DOCKER_TEST_BASE:-}" ] || docker save --output "$DOCKER_TEST_BASE" raftctl-base
fi
"${inside[@]}" mvn -B -o verify -Dunit.skip -Dit=DockerEndToEndTest "$@"

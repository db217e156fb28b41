#!/bin/sh
# Makes a base image for raftctl from Debian's packages, where none can be pulled: Debian's smallest
# system, nftables, and a Java 25.
#
#   usage: make-base.sh [--force] [IMAGE]       makes IMAGE (raftctl-base) unless it is there already
#
#   SUITE               the release of Debian (else the host's)
#   MIRROR              where its packages come from (else where the host's come from)
#   RAFTCTL_JAVA_HOME   the JDK 25 to take the Java from (else JAVA_HOME, else the usual folders).
#                       Used only where the suite has no Java 25 of its own
#
# Needs root, debootstrap and a Docker engine. Everything is built in memory (at most 2 GB) and in mount
# and process namespaces of its own: however it ends, the kernel takes back what it mounted and started.
set -eu

die() {
  printf 'make-base.sh: %s\n' "$1" >&2
  exit 1
}

# --- what is asked for, and whether it can be had ---------------------------------------------------
force='' image=raftctl-base
for argument; do
  case $argument in
    --force) force=yes ;;
    -*) die "unknown option $argument; usage: make-base.sh [--force] [IMAGE]" ;;
    *) image=$argument ;;
  esac
done

command -v docker >/dev/null || die 'needs docker, and it is not in PATH: install docker.io'
docker version --format '{{.Server.Version}}' >/dev/null 2>&1 ||
  die 'no Docker engine answers: start dockerd, or set DOCKER_HOST'
if [ -z "$force" ] && docker image inspect "$image" >/dev/null 2>&1; then
  echo "$image is there already; --force makes it anew"
  exit 0
fi
[ "$(id -u)" -eq 0 ] || die 'needs root, as debootstrap does: run it with sudo'
command -v debootstrap >/dev/null || die 'needs debootstrap, and it is not in PATH: install debootstrap'

if [ -z "${SUITE:-}" ]; then
  SUITE=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || SUITE=
  [ -n "$SUITE" ] || die 'this host is not a release of Debian: set SUITE, e.g. SUITE=trixie'
fi
if [ -z "${MIRROR:-}" ]; then
  # Where apt gets the host's packages from; where it cannot tell, debootstrap has a default.
  MIRROR=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $SUITE" 2>/dev/null | head -n 1) || MIRROR=
fi

# --- namespaces and a file system in memory for what follows ----------------------------------------
if [ -z "${MAKE_BASE_FOLDER:-}" ]; then
  folder=$(mktemp -d) || die 'cannot make a temporary folder'
  child=''
  trap '[ -z "$child" ] || kill -KILL "$child" 2>/dev/null || :; wait; rmdir -- "$folder"' EXIT
  trap 'exit 130' HUP INT TERM
  export SUITE MIRROR MAKE_BASE_FOLDER="$folder"
  # In the background, because a shell hears of a signal only between two commands or in `wait`.
  unshare --mount-proc --pid --fork --kill-child -- sh "$0" --force "$image" &
  child=$!
  status=0
  wait "$child" || status=$?
  child=''
  exit "$status"
fi
work=$MAKE_BASE_FOLDER
mount -t tmpfs -o size=2g,mode=700 raftctl-base "$work" || die "cannot mount a tmpfs on $work"
root=$work/root log=$work/log

# Runs a step quietly; shows the end of what it said if it fails.
try() {
  what=$1
  shift
  "$@" >"$log" 2>&1 </dev/null || {
    tail -n 20 "$log" >&2
    die "$what failed; the end of its output is above"
  }
}

# --- Java -------------------------------------------------------------------------------------------
# What raftctl.jar uses, jcmd to look into a running node, and the elliptic curves of TLS.
modules=java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.sql
modules=$modules,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.net
modules=$modules,jdk.unsupported,jdk.zipfs

# Sets jdk to the host's JDK 25 or newer.
find_jdk() {
  for jdk in "${RAFTCTL_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/*jdk*; do
    [ -x "$jdk/bin/jlink" ] && [ -r "$jdk/release" ] || continue
    major=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$jdk/release")
    if [ "${major:-0}" -ge 25 ]; then return; fi
  done
  die "$SUITE has no Java 25, and no JDK 25 is here: install one, or set RAFTCTL_JAVA_HOME to its folder"
}

install_java() {
  if grep -qsx 'Package: openjdk-25-jre-headless' "$root"/var/lib/apt/lists/*_Packages; then
    echo "  Java 25 from $SUITE"
    mount -t proc proc "$root/proc" # Java's packages run Java while they are installed.
    try 'installing openjdk-25-jre-headless' chroot "$root" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -q --no-install-recommends openjdk-25-jre-headless
    umount "$root/proc"
    return
  fi
  find_jdk
  echo "  Java 25 from $jdk"
  mkdir -p "$root/opt/java"
  try jlink "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-man-pages --no-header-files \
    --generate-cds-archive --output "$root/opt/java/openjdk"
  # Part of what names raftctl's AOT cache, and jlink does not keep it.
  grep '^JAVA_RUNTIME_VERSION=' "$jdk/release" >>"$root/opt/java/openjdk/release" || :
}

# --- go ---------------------------------------------------------------------------------------------
echo "making $image from Debian $SUITE"
# shellcheck disable=SC2086
try debootstrap debootstrap --variant=minbase --include=nftables,libcap2-bin "$SUITE" "$root" ${MIRROR:-}
install_java

# What a container never reads, and what tells of the host that it was made on.
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/* "$root"/var/cache/debconf/*-old \
  "$root"/var/log/* "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/* \
  "$root"/usr/share/locale/* "$root"/tmp/* "$root"/etc/hostname "$root"/etc/resolv.conf

echo '  importing it'
tar -C "$root" --numeric-owner --one-file-system -c . |
  docker import --change 'ENV LANG=C.UTF-8' --change 'CMD ["bash"]' - "$image" >"$log" 2>&1 || {
  cat "$log" >&2
  die 'docker import failed; its output is above'
}
docker image inspect --format "$image is made: {{.Size}} bytes" "$image"

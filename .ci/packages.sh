# shellcheck shell=bash
# Sourced by test.sh and bench/run.sh: installs Debian packages, quietly and only what is missing.

# install_missing COMMAND=PACKAGE ...
# A path instead of a command asks for that file.
install_missing() {
  local pair wanted missing=()
  for pair in "$@"; do
    wanted=${pair%%=*}
    case $wanted in
      /*) [ -e "$wanted" ] || missing+=("${pair#*=}") ;;
      *) command -v "$wanted" >/dev/null 2>&1 || missing+=("${pair#*=}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0

  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      echo "These Debian packages are missing: ${missing[*]}" >&2
      echo "Run this script as root, or first: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
      return 1
    fi
    sudo=(sudo -n)
  fi

  echo "installing ${missing[*]}"
  # The packages of servers start them at once; here they are only tools, so dpkg is told to leave services alone.
  local policy=/usr/sbin/policy-rc.d placed=
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod 755 "$policy"
    placed=yes
  fi
  local log status=0
  log=$(mktemp)
  { "${sudo[@]}" apt-get update -q &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
    >"$log" 2>&1 </dev/null || status=$?
  [ -z "$placed" ] || "${sudo[@]}" rm -f "$policy"
  [ "$status" -eq 0 ] || { echo "apt-get failed:" >&2; tail -n 20 "$log" >&2; }
  rm -f "$log"
  return "$status"
}

#!/bin/sh
# Makes sure that the browser tests find Chromium: installs it from the system's packages where it is missing and we may.
set -eu

found() {
    [ -x /usr/bin/chromium ]
}

if found; then
    exit 0
fi

by_hand="Install it and run this again. Debian: apt install chromium. Without a browser: make test-fast."
if ! command -v apt-get >/dev/null 2>&1; then
    printf 'lockstep: the browser tests need Chromium at /usr/bin/chromium, and it is missing. %s\n' "$by_hand" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    printf 'lockstep: the browser tests need Chromium, and only root can install it. %s\n' "$by_hand" >&2
    exit 1
fi

echo "  Installing Chromium from the system's packages ..."
install_chromium() {
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends chromium </dev/null >/dev/null 2>&1
}
# The list of packages may be older than the packages themselves, so one failure is answered by a fresh list.
install_chromium || { $as_root apt-get update </dev/null >/dev/null 2>&1 && install_chromium; } || true
if ! found; then
    printf 'lockstep: Chromium could not be installed with apt-get. %s\n' "$by_hand" >&2
    exit 1
fi

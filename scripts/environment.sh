#!/bin/sh
# Makes or brings up to date the virtual environment .venv: `scripts/environment.sh runtime` for what Lockstep needs to
# run, `dev` for what its tests need too. Does nothing, in a few milliseconds, where nothing changed.
set -eu

kind=$1
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
venv=.venv
log=$venv/install.log
stamp=$venv/installed-$kind
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

# What an installation depends on: the locked packages, how ours is built, and where it stands (scripts in a virtual
# environment name their interpreter by its whole path, so one that was moved does not work).
wanted() {
    printf '%s\n' "$root"
    cat requirements/build.txt "requirements/$kind.txt" pyproject.toml | cksum
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted)" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi
if [ "$kind" = runtime ] && [ -f "$venv/installed-dev" ] && [ "$(cat "$venv/installed-dev")" = \
    "$(kind=dev; wanted)" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

python=$(sh scripts/preflight.sh "$root")
began=$(date +%s)

say() {
    printf '  %s\n' "$1"
}

give_up() {
    printf 'lockstep: %s\nThe whole output is in %s; it ends with:\n' "$1" "$log" >&2
    tail -n 8 "$log" | sed 's/^/    /' >&2
    rm -f "$stamp"
    exit 1
}

install() {
    "$venv/bin/python" -m pip install --quiet "$@" >>"$log" 2>&1
}

# Made anew where it cannot work any more: another place, or a Python that is gone or too old.
if [ -d "$venv" ]; then
    if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
        ! grep -qF "$root/$venv" "$venv/bin/activate" 2>/dev/null; then
        say "The virtual environment was made elsewhere or by another Python; making it anew"
        rm -rf "$venv"
    fi
fi
if [ ! -x "$venv/bin/python" ]; then
    say "Making a virtual environment with $("$python" --version) ..."
    mkdir -p "$venv"
    "$python" -m venv "$venv" >"$log" 2>&1 || {
        sentence="$python could not make the virtual environment."
        give_up "$sentence On Debian and Ubuntu: apt install python3-venv."
    }
fi
: >"$log"
say "Installing the locked dependencies ($kind; about a minute the first time) ..."
install --require-hashes -r requirements/build.txt -r "requirements/$kind.txt" ||
    give_up "The dependencies could not be installed. Is this machine connected to its package index?"
install --no-deps --no-build-isolation --editable . || give_up "Lockstep itself could not be installed."
wanted >"$stamp"
say "Installed in $(($(date +%s) - began)) s"

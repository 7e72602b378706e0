#!/bin/sh
# Finds a Python that Lockstep can be installed with and prints its path; else says in a sentence what is missing.
# POSIX sh, because on a fresh machine there may be nothing better. PYTHON chooses a certain one.
set -eu

fail() {
    printf 'lockstep: %s\n' "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

describe_old_python() {
    for candidate in ${PYTHON:-python3}; do
        if command -v "$candidate" >/dev/null 2>&1; then
            printf '%s is %s' "$(command -v "$candidate")" "$("$candidate" --version 2>&1 || true)"
            return 0
        fi
    done
    printf 'there is no %s here' "${PYTHON:-python3}"
}

python=$(find_python) || fail "Lockstep needs Python 3.11 or newer, and $(describe_old_python). Install one (Debian 12 and \
newer: apt install python3 python3-venv), or name one: make demo PYTHON=/path/to/python3."

"$python" -c 'import venv, ensurepip' 2>/dev/null || fail "$python cannot make a virtual environment: its module venv or \
ensurepip is missing. On Debian and Ubuntu: apt install python3-venv."

folder=${1:-.}
if [ ! -w "$folder" ]; then
    fail "this folder cannot be written: $(cd "$folder" && pwd). Lockstep puts its virtual environment (.venv) and the \
demo's data (.demo) here. Make a copy of it that belongs to you, for example: git clone \"$(cd "$folder" && pwd)\" ~/lockstep."
fi
# root may write anywhere but to a file system that is mounted read-only, which only trying tells.
probe="$folder/.writable.$$"
if ! (: > "$probe") 2>/dev/null; then
    fail "this folder is on a read-only file system: $(cd "$folder" && pwd). Make a copy elsewhere and run make there."
fi
rm -f "$probe"

printf '%s\n' "$python"

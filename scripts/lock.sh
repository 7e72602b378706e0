#!/bin/sh
# Compiles requirements/*.txt anew from pyproject.toml: exact versions with hashes, for every system and Python that we
# support, without the address of any package index. Run it after a change of the dependencies, or to take newer ones
# (--upgrade). Commit the result.
set -eu
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python=$(sh scripts/preflight.sh .)
"$python" -m venv "$tools/venv"
"$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check uv

compile() {
    source=$1
    target=$2
    shift 2
    "$tools/venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-header --no-emit-index-url --no-emit-find-links "$source" --output-file "$target" "$@"
}

"$python" - >"$tools/build.in" <<'PYTHON'
import tomllib

with open("pyproject.toml", "rb") as file:
    print("\n".join(tomllib.load(file)["build-system"]["requires"]))
PYTHON
compile "$tools/build.in" requirements/build.txt "$@"
compile pyproject.toml requirements/runtime.txt "$@"
compile pyproject.toml requirements/dev.txt --extra dev --constraint requirements/runtime.txt "$@"

#!/usr/bin/env bash
# Installs what is missing to build and test: Debian packages, and Python packages into .deps/python.
# Arrow and Parquet C++ come out of the pinned pyarrow wheel: .deps/pyarrow points into it.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(libyaml-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev libxxhash-dev libsimdjson-dev python3-venv shellcheck)

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
    [ "$status" = "install ok installed" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "setup: installing ${missing[*]}"
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "setup: error: cannot install ${missing[*]}; run as root: apt-get install ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
    echo "setup: error: no swift on the PATH; install Swift 6.3 from swift.org and run again" >&2
    exit 1
fi

requirements=Tests/requirements.txt
installed=.deps/python/requirements.txt
if ! cmp -s "$requirements" "$installed" || [ ! -x .deps/python/bin/python ]; then
    echo "setup: installing Python packages into .deps/python"
    mkdir -p .deps
    python3 -m venv .deps/python
    .deps/python/bin/pip install --quiet --disable-pip-version-check -r "$requirements"
    cp "$requirements" "$installed"
fi
pyarrow=$(.deps/python/bin/python -c 'import os, pyarrow; print(os.path.dirname(os.path.realpath(pyarrow.__file__)))')
if [ "$(readlink .deps/pyarrow || true)" != "$pyarrow" ]; then
    ln -sfn "$pyarrow" .deps/pyarrow
fi

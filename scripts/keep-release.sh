#!/usr/bin/env bash
# Keeps the plugins and the demo of a release for the tests: scripts/keep-release.sh VERSION COMMIT
# Then write Package.swift and expected.json there, after the release before it.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -ne 2 ]; then
    echo "usage: scripts/keep-release.sh VERSION COMMIT" >&2
    exit 2
fi
folder=Tests/Fixtures/Released/$1
if [ -e "$folder" ]; then
    echo "keep-release: error: $folder is there already; releases never change" >&2
    exit 1
fi
mkdir -p "$folder"
git archive "$2" Sources/PluginABI Sources/PluginKit Sources/CSQLite Sources/CCrypto Plugins \
    Examples/plugin-in-c/word_count.c Examples/demo configs | tar -x -C "$folder"
find "$folder/Plugins" -mindepth 2 -maxdepth 2 ! -name Sources -exec rm -rf {} +
rm -f "$folder"/configs/*.lock

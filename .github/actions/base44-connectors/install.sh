#!/usr/bin/env bash
# Installs base44-connectors from npm, beside the project and not in it, and says where it is.
set -euo pipefail
. "$GITHUB_ACTION_PATH/common.sh"
# A version, a range or a tag; never what npm would take for a folder, an archive or an address.
is_version='^([~^]?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z-]+(\.[0-9]+)*)?|[A-Za-z][0-9A-Za-z-]*)$'
[[ $WANTED_VERSION =~ $is_version ]] || refuse "'$WANTED_VERSION' is no version. Write one like 0.1 or 0.1.2."
command -v npm >/dev/null || refuse 'There is no npm on this runner. Add actions/setup-node before this step, or name a program in the input binary.'
folder=$RUNNER_TEMP/base44-connectors
mkdir -p "$folder"
cd -- "$folder"
npm install --prefix "$folder" --silent --no-save --no-audit --no-fund --ignore-scripts "base44-connectors@$WANTED_VERSION" ||
    refuse "base44-connectors@$WANTED_VERSION could not be installed from npm. Check the version, and the way to the registry."
# The program itself: without Node in between, Ctrl-C and exit codes are its own.
binary=$(node -p "require('base44-connectors').binaryPath()")
echo "binary=$binary" >>"$GITHUB_OUTPUT"

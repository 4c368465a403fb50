#!/usr/bin/env bash
# Installs base44-connectors from npm, beside the project and not in it, and says where it is.
set -euo pipefail
# An input may come from anywhere: no line of it begins an order to the runner.
told() { local text=${1//%/%25}; while [[ $text == *'##'* ]]; do text=${text//'##'/'# #'}; done; text=${text//$'\r'/%0D}; printf '%s' "${text//$'\n'/%0A}"; }
case $WANTED_VERSION in
    *[!0-9A-Za-z.^~-]* | '') echo "::error::'$(told "$WANTED_VERSION")' is no version. Write one like 0.1 or 0.1.2."; exit 2 ;;
esac
command -v npm >/dev/null || { echo '::error::There is no npm on this runner. Add actions/setup-node before this step, or name a program in the input binary.'; exit 2; }
folder=$RUNNER_TEMP/base44-connectors
mkdir -p "$folder"
(cd "$folder" && npm install --prefix "$folder" --silent --no-save --no-audit --no-fund --ignore-scripts "base44-connectors@$WANTED_VERSION") || {
    echo "::error::base44-connectors@$WANTED_VERSION could not be installed from npm. Check the version, and the way to the registry."
    exit 2
}
# The program itself: without Node in between, Ctrl-C and exit codes are its own.
binary=$(cd "$folder" && node -p "require('base44-connectors').binaryPath()")
echo "binary=$binary" >>"$GITHUB_OUTPUT"

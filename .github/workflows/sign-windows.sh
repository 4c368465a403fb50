#!/usr/bin/env bash
# Signs $PROGRAM where the secrets for it are there.
set -euo pipefail
[ -n "$CERTIFICATE" ] || { echo '::notice::WINDOWS_CERTIFICATE is not set: the program is not signed.'; exit 0; }
trap 'rm -f "$RUNNER_TEMP/certificate.pfx"' EXIT
base64 --decode <<<"$CERTIFICATE" >"$RUNNER_TEMP/certificate.pfx"
signtool=$(find '/c/Program Files (x86)/Windows Kits/10/bin' -path '*/x64/signtool.exe' | sort | tail -1)
[ -n "$signtool" ] || { echo '::error::There is no signtool on this runner.'; exit 1; }
MSYS2_ARG_CONV_EXCL='*' "$signtool" sign /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 \
    /f "$(cygpath -w "$RUNNER_TEMP/certificate.pfx")" /p "$CERTIFICATE_PASSWORD" "$(cygpath -w "$PROGRAM")"

#!/usr/bin/env bash
# Signs $PROGRAM and has Apple look at it, where the secrets for it are there.
set -euo pipefail
if [ -z "$CERTIFICATE" ]; then
    echo '::notice::APPLE_CERTIFICATE is not set: the program is signed for this computer only.'
    codesign --force --sign - "$PROGRAM"
    exit 0
fi
keychain=$RUNNER_TEMP/signing.keychain-db
password=$(uuidgen)
trap 'security delete-keychain "$keychain"; rm -f "$RUNNER_TEMP"/certificate.p12 "$RUNNER_TEMP"/notary.p8' EXIT
base64 --decode <<<"$CERTIFICATE" >"$RUNNER_TEMP/certificate.p12"
security create-keychain -p "$password" "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$RUNNER_TEMP/certificate.p12" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign -k "$keychain"
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain"
codesign --force --options runtime --timestamp --sign "$IDENTITY" "$PROGRAM"
codesign --verify --strict "$PROGRAM"
[ -n "$NOTARY_KEY" ] || { echo '::notice::APPLE_NOTARY_KEY is not set: the program is signed and not notarized.'; exit 0; }
base64 --decode <<<"$NOTARY_KEY" >"$RUNNER_TEMP/notary.p8"
ditto -c -k "$PROGRAM" "$RUNNER_TEMP/program.zip"
xcrun notarytool submit "$RUNNER_TEMP/program.zip" --wait --key "$RUNNER_TEMP/notary.p8" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"

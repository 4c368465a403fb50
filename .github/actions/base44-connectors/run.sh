#!/usr/bin/env bash
# Runs base44-connectors as the inputs of the action say. How it ended is an output: the last step fails the job, so
# that what was found is uploaded first.
set -uo pipefail
binary=${BINARY:-$INSTALLED}
# The key is for a push alone.
[ "$WANTED_COMMAND" = push ] && [ -n "$BASE44_API_KEY" ] || unset BASE44_API_KEY
# An input may come from a branch or a file that anybody named: no line of it begins an order to the runner.
told() { local text=${1//%/%25}; while [[ $text == *'##'* ]]; do text=${text//'##'/'# #'}; done; text=${text//$'\r'/%0D}; printf '%s' "${text//$'\n'/%0A}"; }
refuse() { echo "::error::$(told "$1")"; exit 2; }
# Nor is it an option, whatever it begins with.
unset CDPATH
case $WANTED_FOLDER in -*) WANTED_FOLDER=./$WANTED_FOLDER ;; esac
cd -- "$WANTED_FOLDER" 2>/dev/null || refuse "There is no folder '$WANTED_FOLDER'. Correct the input working-directory."

line=()
case $WANTED_COMMAND in
    check)
        case $WANTED_FORMAT in github | sarif) ;; *) refuse "'$WANTED_FORMAT' is no format. Write github or sarif." ;; esac
        line=(check --format "$WANTED_FORMAT" --)
        while IFS= read -r path; do
            [ -z "$path" ] || line+=("$path")
        done <<<"$WANTED_PATHS"
        ;;
    push)
        line=(push --yes)
        [ "$WANTED_FAIL_ON_PENDING" != true ] || line+=(--fail-on-pending)
        [ -z "$WANTED_APP_ID" ] || line+=("--app-id=$WANTED_APP_ID")
        ;;
    *) refuse "'$WANTED_COMMAND' is no command. Write check or push." ;;
esac

code=0
if [[ $WANTED_COMMAND == check && $WANTED_FORMAT == sarif ]]; then
    sarif=$RUNNER_TEMP/base44-connectors.sarif
    "$binary" "${line[@]}" >"$sarif" || code=$?
    # Without a report there is nothing to upload.
    [ "$code" -gt 1 ] || echo "sarif-file=$sarif" >>"$GITHUB_OUTPUT"
elif [ "$WANTED_COMMAND" = push ]; then
    said=$RUNNER_TEMP/base44-connectors.txt
    # What the platform says is text: the runner takes no order from it, and nothing in it ends the code of the summary.
    word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    echo "::stop-commands::$word"
    "$binary" "${line[@]}" 2>&1 | tee "$said" || code=${PIPESTATUS[0]}
    echo "::$word::"
    { echo '### Base44 connectors'; echo; sed 's/^/    /' "$said"; } >>"$GITHUB_STEP_SUMMARY"
    [ "$code" != 3 ] || echo '::error::Authorizations are pending. Open the links above, then run this job again.'
else
    "$binary" "${line[@]}" || code=$?
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"

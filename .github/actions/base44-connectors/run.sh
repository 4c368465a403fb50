#!/usr/bin/env bash
# Runs base44-connectors as the inputs of the action say. How it ended is an output: the last step fails the job, so
# that what was found is uploaded first.
set -uo pipefail
. "$GITHUB_ACTION_PATH/common.sh"
binary=${BINARY:-$INSTALLED}
# The key is for a push alone.
[ "$WANTED_COMMAND" = push ] && [ -n "$BASE44_API_KEY" ] || unset BASE44_API_KEY
# Nor is an input an option, whatever it begins with.
case $WANTED_FOLDER in -*) WANTED_FOLDER=./$WANTED_FOLDER ;; esac
cd -P -- "$WANTED_FOLDER" 2>/dev/null || refuse "There is no folder '$WANTED_FOLDER'. Correct the input working-directory."
# A change may have made a link of it, to whatever else the runner has.
is_checked_out "$PWD" || refuse "The folder '$WANTED_FOLDER' is not in the checkout. Correct the input working-directory."

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

# Annotations are orders to the runner; of everything else that is said it takes none.
word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
[ ${#word} = 32 ] || refuse 'This runner has no /dev/urandom, or no od and tr.'
hush() { echo "::stop-commands::$word"; }
speak() { echo "::$word::"; }

code=0
if [[ $WANTED_COMMAND == check && $WANTED_FORMAT == sarif ]]; then
    sarif=$RUNNER_TEMP/base44-connectors.sarif
    hush
    "$binary" "${line[@]}" >"$sarif" || code=$?
    speak
    # Without a report there is nothing to upload.
    [ "$code" -gt 1 ] || echo "sarif-file=$sarif" >>"$GITHUB_OUTPUT"
elif [ "$WANTED_COMMAND" = push ]; then
    said=$RUNNER_TEMP/base44-connectors.txt
    hush
    "$binary" "${line[@]}" 2>&1 | tee "$said" || code=${PIPESTATUS[0]}
    speak
    # Nothing that was said ends the code of the summary.
    { echo '### Base44 connectors'; echo; sed 's/^/    /' "$said"; } >>"$GITHUB_STEP_SUMMARY"
    [ "$code" != 3 ] || echo '::error::Authorizations are pending. Open the links above, then run this job again.'
else
    "$binary" "${line[@]}" || code=$?
fi
echo "exit-code=$code" >>"$GITHUB_OUTPUT"

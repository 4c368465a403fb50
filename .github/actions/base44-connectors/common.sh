# What both steps of the action begin with; they read it in.
unset CDPATH
# An input may come from a branch or a file that anybody named: no line of it begins an order to the runner.
told() { local text=${1//%/%25}; while [[ $text == *'##'* ]]; do text=${text//'##'/'# #'}; done; text=${text//$'\r'/%0D}; printf '%s' "${text//$'\n'/%0A}"; }
refuse() { echo "::error::$(told "$1")"; exit 2; }
checkout=$(cd -P -- "$GITHUB_WORKSPACE" && pwd) || refuse "There is no folder '$GITHUB_WORKSPACE', which GITHUB_WORKSPACE names."
# Whether a folder, links followed, lies in the checkout.
is_checked_out() { case $1/ in "$checkout"/*) ;; *) false ;; esac; }
# A checkout is of whoever wrote it: no program is taken from it, though a step may have put a folder of it, such as
# node_modules/.bin, or one that depends on where a step stands, on the PATH.
PATH=$(
    IFS=: read -rd '' -a parts <<<"$PATH:" || true
    whole=
    for part in "${parts[@]}"; do
        [[ $part == /* ]] && cd -P -- "$part" 2>/dev/null && ! is_checked_out "$PWD" && whole+=:$part
    done
    printf '%s' "${whole#:}"
)

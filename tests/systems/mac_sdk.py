"""Stubs of the frameworks of macOS that the product links to, made from the names that Rust's crates declare."""
import glob
import os
import re
import shutil
import sys

sdk, zig = sys.argv[1:3]
sources = os.path.join(os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo")), "registry", "src", "*")
frameworks = {
    "Security": "security-framework-sys-*",
    "CoreFoundation": "core-foundation-sys-*",
    "SystemConfiguration": "system-configuration-sys-*",
}


def stub(path, installed_as, symbols):
    targets = "[ x86_64-macos, arm64-macos, arm64e-macos ]"
    names = ", ".join("_" + symbol for symbol in sorted(symbols))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(
            f"--- !tapi-tbd\ntbd-version: 4\ntargets: {targets}\ninstall-name: '{installed_as}'\n"
            f"current-version: 1.0.0\ncompatibility-version: 1.0.0\n"
            f"exports:\n  - targets: {targets}\n    symbols: [ {names} ]\n...\n"
        )


os.makedirs(f"{sdk}/usr/lib", exist_ok=True)
shutil.copy(f"{zig}/lib/libc/darwin/SDKSettings.json", sdk)
shutil.copy(f"{zig}/lib/libc/darwin/libSystem.tbd", f"{sdk}/usr/lib/")
for name, crate in frameworks.items():
    files = glob.glob(f"{sources}/{crate}/src/**/*.rs", recursive=True)
    text = "".join(open(file, errors="ignore").read() for file in files)
    symbols = set(re.findall(r"\bfn\s+((?:Sec|CF|SC|CSSM|SSL|Authorization|__CF)\w*)\s*\(", text))
    symbols |= set(re.findall(r"\bstatic\s+(?:mut\s+)?((?:k|_k|__|_)\w*)\s*:", text))
    place = f"/System/Library/Frameworks/{name}.framework"
    stub(f"{sdk}{place}/{name}.tbd", f"{place}/Versions/A/{name}", symbols)
stub(f"{sdk}/usr/lib/libiconv.tbd", "/usr/lib/libiconv.2.dylib", {"iconv", "iconv_open", "iconv_close"})

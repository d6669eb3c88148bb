"""clang-format on every .h and .cc.  Usage: format.py ROOT | --self-test

Version 14 is the one that counts: others break lines differently. Without it: "skipped".
"""

import os
import re
import shutil
import subprocess
import sys

import source


def clang_format():
    for name in ("clang-format-14", "clang-format"):
        path = shutil.which(name)
        if path and re.search(r"version 14\.", subprocess.run([path, "--version"], capture_output=True, text=True).stdout):
            return path
    return None


def check(root):
    paths = [os.path.join(root, path) for path in source.files(root)]
    if not paths:
        return []
    run = subprocess.run([clang_format(), "--dry-run", "-Werror", "--style=file", *paths], capture_output=True, text=True)
    files = sorted(set(re.findall(r"^(.+?):\d+:\d+: error:", run.stderr, re.MULTILINE)))
    return [f"{os.path.relpath(file, root)}: not formatted; mend it with: clang-format -i {os.path.relpath(file, root)}"
            for file in files] or (["clang-format failed: " + run.stderr] if run.returncode else [])


GOOD = {".clang-format": "BasedOnStyle: Google\nColumnLimit: 100\n", "sim/a.cc": "int F(int x) { return x + 1; }\n"}
BAD = [({"sim/b.cc": "int F( int x ){return x+1;}\n"}, "sim/b.cc: not formatted")]

if __name__ == "__main__":
    if clang_format() is None:
        print("skipped: clang-format 14 is not installed (scripts/install-packages test)")
        sys.exit(0)
    source.main(check, GOOD, BAD)

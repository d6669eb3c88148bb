"""clang-format on every .h and .cc, and no comment wider than code may be, as clang-format leaves those alone (an example keeps
its lines).  Usage: format.py ROOT | --self-test

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


MOST_COLUMNS = 100
WRAPS = re.compile(r" *// {0,2}(?!expect|NOLINT|\|)\S+ ")  # prose: no example, no table, nothing that others read


def wide_comments(root, path):
    for number, line in enumerate(source.read(root, path).split("\n"), 1):
        if len(line) > MOST_COLUMNS and WRAPS.match(line):
            yield f"{path}:{number}: a comment of {len(line)} columns, more than {MOST_COLUMNS}"


def check(root):
    wide = [problem for path in source.files(root) for problem in wide_comments(root, path)]
    return wide + misformatted(root)


def misformatted(root):
    paths = [os.path.join(root, path) for path in source.files(root)]
    if not paths:
        return []
    run = subprocess.run([clang_format(), "--dry-run", "-Werror", "--style=file", *paths], capture_output=True, text=True)
    files = sorted(set(re.findall(r"^(.+?):\d+:\d+: error:", run.stderr, re.MULTILINE)))
    return [f"{os.path.relpath(file, root)}: not formatted; mend it with: clang-format -i {os.path.relpath(file, root)}"
            for file in files] or (["clang-format failed: " + run.stderr] if run.returncode else [])


GOOD = {".clang-format": "BasedOnStyle: Google\nColumnLimit: 100\nReflowComments: false\n", "sim/a.cc": "int F(int x) { return x + 1; }\n"}
BAD = [({"sim/b.cc": "int F( int x ){return x+1;}\n"}, "sim/b.cc: not formatted"),
       ({"sim/c.cc": "// " + "word " * 20 + "words\n"}, "sim/c.cc:1: a comment of 108 columns")]

if __name__ == "__main__":
    if clang_format() is None:
        print("skipped: clang-format 14 is not installed (scripts/install-packages test)")
        sys.exit(0)
    source.main(check, GOOD, BAD)

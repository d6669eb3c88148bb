"""clang-tidy over our .cc files, with the flags of the compile database.

Usage: tidy.py [--build BUILD_DIR] ROOT [PATH...] | --self-test

A file is checked again only when it, a header of ours that it includes, its flags or .clang-tidy changed: what was found clean
is remembered in BUILD_DIR/tidy. With PATHs, only those files. Without clang-tidy 14: "skipped".
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import source

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
# g++'s flags that clang does not know, and warnings, which are the compilers' business.
EXTRA = ["--extra-arg=-Wno-everything", "--extra-arg=-Wno-unknown-warning-option"]


def clang_tidy():
    for name in ("clang-tidy-14", "clang-tidy"):
        path = shutil.which(name)
        if path and "version 14." in subprocess.run([path, "--version"], capture_output=True, text=True).stdout:
            return path
    return None


def our_files(build, root):
    """{path: flags} for the .cc files of ours in the compile database, whichever targets compile them."""
    ours = set(source.files(root, (".cc",)))
    commands = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            path = os.path.relpath(os.path.realpath(entry["file"]), os.path.realpath(root))
            if path in ours:
                commands.setdefault(path, entry["command"])
    return commands


def digest(root, path, command, salt):
    """Of all that clang-tidy's verdict on `path` depends on within the tree."""
    result = hashlib.sha256((salt + command).encode())
    seen, queue = set(), [path]
    while queue:
        path = queue.pop()
        if path in seen or not os.path.isfile(os.path.join(root, path)):
            continue
        seen.add(path)
        text = source.read(root, path)
        result.update(text.encode())
        queue += INCLUDE.findall(text)
    return result.hexdigest()


def run_tidy(build, root, path):
    """clang-tidy's complaints about `path`, as text relative to root."""
    run = subprocess.run([clang_tidy(), "-p", build, "--quiet", *EXTRA, os.path.join(root, path)],
                         capture_output=True, text=True)
    if run.returncode == 0:
        return ""
    return (run.stdout or run.stderr).replace(os.path.realpath(root) + "/", "")


def check(root, build=None, only=()):
    build = build or root
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as file:
        salt = file.read()
    clean_folder = os.path.join(build, "tidy")
    os.makedirs(clean_folder, exist_ok=True)
    pending = {}
    for path, command in our_files(build, root).items():
        mark = os.path.join(clean_folder, digest(root, path, command, salt))
        if not os.path.exists(mark) and (not only or path in only):
            pending[path] = mark
    problems = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        verdicts = pool.map(lambda path: run_tidy(build, root, path), pending)
        for (path, mark), verdict in zip(pending.items(), verdicts):
            if verdict:
                problems.append(verdict)
            else:
                open(mark, "w", encoding="utf-8").close()
    return problems


def database(root, *paths):
    return json.dumps([{"directory": root, "file": os.path.join(root, path),
                        "command": shlex.join(["g++", "-std=c++20", "-I.", "-c", path])} for path in paths])


def self_test():
    """Plants a use after move and a wrong name; then mends them and sees that the verdict is not a remembered one."""
    with open(os.path.join(os.path.dirname(__file__), "..", "..", ".clang-tidy"), encoding="utf-8") as file:
        config = file.read()
    header = "#include <string>\nstd::string Twice(std::string text);\n"
    bad = '#include "sim/a.h"\n#include <utility>\nstd::string Twice(std::string text) { auto Copy = std::move(text); return text + Copy; }\n'
    with source.planted({".clang-tidy": config, "sim/a.h": header, "sim/a.cc": bad}) as root:
        with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as file:
            file.write(database(root, "sim/a.cc"))
        found = "".join(check(root))
        wrong = [name for name in ("bugprone-use-after-move", "readability-identifier-naming") if name not in found]
        with open(os.path.join(root, "sim/a.cc"), "w", encoding="utf-8") as file:
            file.write('#include "sim/a.h"\n\nstd::string Twice(std::string text) {\n  text += text;\n  return text;\n}\n')
        if check(root):
            wrong.append("a false alarm on the mended file: " + "".join(check(root)))
        with open(os.path.join(root, "sim/a.h"), "a", encoding="utf-8") as file:
            file.write("struct bad_name {};\n")
        if "readability-identifier-naming" not in "".join(check(root)):
            wrong.append("a change of a header was not noticed")
    for problem in wrong:
        print("self-test failed: " + problem)
    print(found if wrong else "the planted violations were caught")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--build")
    parser.add_argument("root", nargs="?")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if clang_tidy() is None:
        print("skipped: clang-tidy 14 is not installed (scripts/install-packages test)")
        return 0
    if options.self_test:
        return self_test()
    return source.report(check(options.root, options.build, options.paths))


if __name__ == "__main__":
    sys.exit(main())

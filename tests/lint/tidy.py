"""clang-tidy over our .cc files and the headers that these include, with the flags of the compile database.

Usage: tidy.py [--build BUILD_DIR] [--but PATH] ROOT [PATH...] | --units ROOT | --self-test

Nearly all of clang-tidy's time goes to the standard library's and Abseil's headers, again for each translation unit. So the
files that have the same flags are checked together: a unit includes several of them, though never two that define the same name. Should a
unit not compile all the same, its halves are checked, down to single files, and what is found then is what counts.

A unit is checked again only when a file of it, a header of ours that these include, their flags or .clang-tidy changed: what was
found clean is remembered in BUILD_DIR/tidy. With PATHs, only files whose paths begin so; --but: not those. Without clang-tidy 14: "skipped".
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
# What begins in the first column, where clang-format puts whatever a file adds to its namespaces.
ALIAS = re.compile(r"^(?:using|namespace) .*;$", re.MULTILINE)
DEFINITION = re.compile(
    r"^(?!using|namespace|TEST_CASE)[^ \n#/()}][^\n()=]*?(?<![:~<\w])(\w+)(?: final)?(?: :[^:\n]*)?(?:\[\w*\])?(?: =|;| ?\{)",
    re.MULTILINE)
FUNCTION = re.compile(r"^(?!using|namespace|TEST_CASE)[^ \n#/()}][^\n()=]*?(?<![:~<\w])(\w+)(\([^;{]*)", re.MULTILINE)
MOST_FILES = 24  # of a unit: more would leave cores idle at the end


def clang_tidy():
    for name in ("clang-tidy-14", "clang-tidy"):
        path = shutil.which(name)
        if path and "version 14." in subprocess.run([path, "--version"], capture_output=True, text=True).stdout:
            return path
    return None


def flags_of(command):
    """Those flags of a compiler's command that decide what a file means."""
    flags, words = [], iter(shlex.split(command))
    for word in words:
        if word in ("-I", "-D", "-isystem"):
            flags += [word, next(words)]
        elif word.startswith(("-I", "-D", "-isystem", "-std=")):
            flags.append(word)
    return tuple(flags)


def compiled_by(path):
    """The files that compiling `path` compiles: itself, or those that CMake put together (GROUNDHOG_UNITY)."""
    if not os.path.basename(path).startswith("unity_"):
        return [path]
    with open(path, encoding="utf-8") as file:
        return INCLUDE.findall(file.read())


def our_files(build, root):
    """{path: flags} for the .cc files of ours in the compile database, whichever targets compile them. What tests/**/compiles/ holds is
    what a user may write, and is only to be compiled."""
    ours = {path for path in source.files(root, (".cc",)) if "/compiles/" not in path}
    flags = {}
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            for compiled in compiled_by(entry["file"]):
                path = os.path.relpath(os.path.realpath(compiled), os.path.realpath(root))
                if path in ours:
                    flags.setdefault(path, flags_of(entry["command"]))
    return flags


def names(text, path):
    """{name: what it is}: what a file adds to its namespaces. Two files may have the same alias, and overloads in one namespace."""
    code = source.code_only(text)
    found = {re.findall(r"\w+", alias.split("=")[0])[-1]: alias for alias in ALIAS.findall(code)}
    for name, parameters in FUNCTION.findall(code):
        found[name] = os.path.dirname(path)
        found[name + parameters] = path
    found.update((name, path) for name in DEFINITION.findall(code))
    return found


def units(root, keys):
    """The files as lists that can be compiled as one: those of one key, by {path: key}, that define no name twice."""
    made = []
    for path in sorted(keys):
        key = keys[path]
        own = names(source.read(root, path), path)
        for other_key, paths, taken in made:
            if other_key == key and len(paths) < MOST_FILES and all(taken.get(name, own[name]) == own[name] for name in own):
                paths.append(path)
                taken.update(own)
                break
        else:
            made.append((key, [path], own))
    return [paths for _, paths, _ in made]


def digest(root, paths, salt):
    """Of all that clang-tidy's verdict on `paths` depends on within the tree."""
    result = hashlib.sha256(salt.encode())
    seen, queue = set(), list(paths)
    while queue:
        path = queue.pop()
        if path in seen or not os.path.isfile(os.path.join(root, path)):
            continue
        seen.add(path)
        text = source.read(root, path)
        result.update(f"{path}\n{text}".encode())
        queue += INCLUDE.findall(text)
    return result.hexdigest()


def run_tidy(root, paths, flags, unit):
    """clang-tidy's complaints about `paths`, as text relative to root. `unit` is the file to write that includes them."""
    with open(unit, "w", encoding="utf-8") as file:
        file.writelines(f'#include "{path}"\n' for path in paths)
    run = subprocess.run(
        [clang_tidy(), "--quiet", f"--config-file={os.path.join(root, '.clang-tidy')}", unit,
         "--", *flags, "-I" + root, "-Wno-everything", "-ferror-limit=0"],  # warnings are the compilers' business
        capture_output=True, text=True, cwd=root)
    if run.returncode == 0:
        return ""
    if "[clang-diagnostic-error" in run.stdout and len(paths) > 1:
        half = len(paths) // 2
        return run_tidy(root, paths[:half], flags, unit) + run_tidy(root, paths[half:], flags, unit)
    return (run.stdout or run.stderr).replace(os.path.realpath(root) + "/", "")


def check(root, build=None, only=(), but=None):
    root = os.path.realpath(root)
    build = build or root
    with open(os.path.join(root, ".clang-tidy"), encoding="utf-8") as file:
        config = file.read()
    folder = os.path.join(build, "tidy")
    os.makedirs(folder, exist_ok=True)
    flags = {path: its for path, its in our_files(build, root).items()
             if (not only or path.startswith(tuple(only))) and not (but and path.startswith(but))}
    if not flags:
        return [f"{build}/compile_commands.json knows none of the files that are to be checked\n"]
    pending = {}
    for paths in units(root, flags):
        mark = os.path.join(folder, digest(root, paths, config + str(flags[paths[0]])))
        if not os.path.exists(mark):
            pending[mark] = paths
    problems = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        largest_first = dict(sorted(pending.items(), key=lambda entry: -len(entry[1])))
        verdicts = pool.map(lambda mark: run_tidy(root, pending[mark], flags[pending[mark][0]], mark + ".cc"), largest_first)
        for mark, verdict in zip(largest_first, verdicts):
            os.remove(mark + ".cc")
            if verdict:
                problems.append(verdict)
            else:
                open(mark, "w", encoding="utf-8").close()
    return problems


def database(root, *paths):
    return json.dumps([{"directory": root, "file": os.path.join(root, path),
                        "command": shlex.join(["g++", "-std=c++20", "-I.", "-c", path])} for path in paths])


BAD = {
    "sim/a.h": "#include <string>\nstd::string Twice(std::string text);\n",
    "sim/a.cc": """#include "sim/a.h"
#include <utility>
std::string Twice(std::string text) { auto Copy = std::move(text); return text + Copy; }
""",
    # Each of these three can be compiled, though no two of them as one: two names are the same, then one is ambiguous.
    "sim/b.cc": "namespace {\nint twice = 2;\nconst int* Nothing() { return 0; }\n}\nconst int* none = Nothing();\n",
    "sim/c.cc": "namespace {\nint twice = 3;\n}\nstruct wrong_c {};\n",
    "sim/d.cc": "namespace other {\n  int twice = 4;\n}\nusing namespace other;\nint wrong_d() { int wrongD = twice; return wrongD; }\n",
}
EXPECTED = ("bugprone-use-after-move", "'Copy'", "modernize-use-nullptr", "'wrong_c'", "google-build-using-namespace", "'wrongD'")
MENDED = {
    "sim/a.cc": """#include "sim/a.h"

std::string Twice(std::string text) {
  text += text;
  return text;
}
""",
    "sim/b.cc": "", "sim/c.cc": "", "sim/d.cc": "",
}


def self_test():
    """Plants violations in files that clash, one of them compiled in a unit; then mends them, and sees that a verdict is not a
    remembered one."""
    with open(os.path.join(os.path.dirname(__file__), "..", "..", ".clang-tidy"), encoding="utf-8") as file:
        config = file.read()
    sources = [path for path in BAD if path.endswith(".cc")]
    with source.planted({".clang-tidy": config, **BAD}) as root:
        together = os.path.join("build", "unity_0.cxx")
        os.makedirs(os.path.join(root, "build"))
        with open(os.path.join(root, together), "w", encoding="utf-8") as file:
            file.write(f'#include "{root}/{sources[-1]}"\n')
        with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as file:
            file.write(database(root, *sources[:-1], together))
        found = "".join(check(root))
        wrong = [expected for expected in EXPECTED if expected not in found]
        if "clang-diagnostic-error" in found:
            wrong.append("a clash of names was reported as an error")
        if "'Copy'" in "".join(check(root, but="sim/a")):
            wrong.append("a file was checked that was not to be")
        for path, text in MENDED.items():
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        if check(root):
            wrong.append("a false alarm on the mended files: " + "".join(check(root)))
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
    parser.add_argument("--units", metavar="ROOT", help="print `path number` for files that may be compiled as one (cmake/GroundhogUnity.cmake)")
    parser.add_argument("--build")
    parser.add_argument("--but", metavar="PATH")
    parser.add_argument("root", nargs="?")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if options.units:
        # What the other tests of replay/ call Json is another thing in json_text_test.cc; main functions stand alone anyway.
        alone = ("tests/replay/json_text_test.cc",)
        keys = {path: (os.path.dirname(path), path if path in alone else path.endswith("_test.cc"))
                for path in source.files(options.units, (".cc",))}
        for number, paths in enumerate(units(options.units, keys)):
            for path in paths:
                print(path, number)
        return 0
    if clang_tidy() is None:
        print("skipped: clang-tidy 14 is not installed (scripts/install-packages test)")
        return 0
    if options.self_test:
        return self_test()
    return source.report(check(options.root, options.build, options.paths, options.but))


if __name__ == "__main__":
    sys.exit(main())

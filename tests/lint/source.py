"""What the lints share: which files are ours, and C++ text without its comments and strings."""

import os
import re
import sys
import tempfile

SKIPPED_FOLDERS = {"planted", "compile_fail", "__pycache__"}
SOURCE = (".h", ".cc")


def layers(root):
    """layers.txt as {folder: set of folders it may include}, in its order."""
    allowed = {}
    with open(os.path.join(root, "layers.txt"), encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.split("#")[0].strip()
            if not line:
                continue
            folder, _, names = line.partition(":")
            names = list(allowed) if names.strip() == "*" else names.split()
            for name in names:
                if name not in allowed:
                    raise SystemExit(f"layers.txt:{number}: {folder} names {name}, which is not above it: "
                                     "a layer may only include lower ones")
            allowed[folder] = set(names) | {folder}
    return allowed


def layer_of(path, allowed):
    """The longest folder of layers.txt that holds `path`, or None."""
    holding = [folder for folder in allowed if path.startswith(folder + "/")]
    return max(holding, key=len, default=None)


def files(root, suffixes=SOURCE):
    """Our files as sorted paths relative to root; neither hidden ones nor build trees (they have a CMakeCache.txt)."""
    found = []
    for folder, subfolders, names in os.walk(root):
        if "CMakeCache.txt" in names:
            subfolders.clear()
            continue
        subfolders[:] = [name for name in subfolders
                         if not name.startswith(".") and name != "build" and name not in SKIPPED_FOLDERS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names if name.endswith(suffixes)]
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


_NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\'',
                       re.DOTALL)


def code_only(text, keep_strings=False):
    """`text` with comments and strings blanked, line for line."""
    def blank(match):
        if keep_strings and match.group()[0] in "\"'R":
            return match.group()
        quote = '""' if match.group()[0] in '"R' else "''" if match.group()[0] == "'" else ""
        return quote + "\n" * match.group().count("\n")
    return _NOT_CODE.sub(blank, text)


def report(problems):
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} to mend")
    return 1 if problems else 0


def planted(tree):
    """A temporary directory that holds the files of `tree` ({path: text})."""
    folder = tempfile.TemporaryDirectory(prefix="groundhog-lint-")
    for path, text in tree.items():
        path = os.path.join(folder.name, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return folder


def self_test(check, good, bad):
    """`good` is a tree with nothing to report. Each of `bad` is (changes to it, what the only report must contain)."""
    wrong = []
    with planted(good) as root:
        wrong += [f"a false alarm: {problem}" for problem in check(root)]
    for changes, expected in bad:
        with planted({**good, **changes}) as root:
            problems = check(root)
        if len(problems) != 1 or expected not in problems[0]:
            wrong.append(f"planted {changes}: expected one report with {expected!r}, got {problems}")
    for line in wrong:
        print(line)
    print("self-test failed" if wrong else f"all {len(bad)} planted violations were caught")
    return 1 if wrong else 0


def main(check, good, bad):
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test(check, good, bad))
    sys.exit(report(check(sys.argv[1])))

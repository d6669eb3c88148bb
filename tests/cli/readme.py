"""What README.md and docs/guide.md show is true.  Usage: readme.py GROUNDHOG | --self-test

  - A C++ block is code of one of the files that the text before it names: chunk by chunk (blank lines part them), white space aside.
  - Behind a line `$ command` stand lines of what that command prints, in their order; `...` stands for any number of others.
  - Each `--option` is one that some command's help knows.
"""

import os
import re
import subprocess
import sys
import tempfile

DOCUMENTS = ["README.md", "docs/guide.md"]
COMMANDS = ["list", "run", "explore", "reproduce", "replay", "history check", "history show", "history convert", "demo"]


def bare(text):
    return re.sub(r"\s+", "", text)


def wrong_code(readme, read):
    problems = []
    for block in re.finditer(r"^```cpp\n(.*?)^```", readme, re.MULTILINE | re.DOTALL):
        named = re.findall(r"`([\w/]+\.(?:cc|h))`", readme[: block.start()])
        if not named:
            problems.append("a C++ block comes before any file is named")
            continue
        code = [bare(read(name)) for name in dict.fromkeys(named)]
        for chunk in block.group(1).split("\n\n"):
            if not any(bare(chunk) in text for text in code):
                problems.append(f"{named[-1]} does not have:\n{chunk}")
    return problems


def wrong_output(readme, run):
    problems = []
    lines = readme.splitlines()
    for at, line in enumerate(lines):
        if not line.startswith("    $ "):
            continue
        printed = [row.strip() for row in run(line[6:]).splitlines()]
        position = 0
        for shown in lines[at + 1 :]:
            if shown and not shown.startswith("    "):
                break
            shown = shown.strip()
            if shown in ("", "..."):
                continue
            try:
                position = printed.index(shown, position) + 1
            except ValueError:
                problems.append(f"{line[6:]}\ndoes not print (there): {shown}")
                break
    return problems


def wrong_options(readme, helps):
    known = set(re.findall(r"--[a-z][a-z-]+", helps))
    said = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", re.sub(r"^```.*?^```", "", readme, flags=re.MULTILINE | re.DOTALL)))
    foreign = {"--output", "--preset", "--test-dir"}  # of Temporal's command line, of CMake's
    return [f"no command has the option {option}" for option in sorted(said - known - foreign)]


def self_test():
    readme = "From `a/b.cc`:\n\n```cpp\nint F() {\n  return 1;\n}\n\nint G();\n```\n\n    $ x list\n    one\n    ...\n    three\n\nUse `--good`.\n"
    code = {"a/b.cc": "int F() { return 1; }\nint H();\nint G();"}
    output = "one\ntwo\nthree\n"
    assert not wrong_code(readme, code.get)
    assert not wrong_output(readme, lambda _: output)
    assert not wrong_options(readme, "--good --json")
    assert wrong_code(readme, {"a/b.cc": "int F() { return 2; } int G();"}.get)
    assert wrong_output(readme, lambda _: "three\none\n")
    assert wrong_output(readme, lambda _: "one\ntwo\n")
    assert wrong_options(readme, "--json")


def main(binary):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    def read(path):
        with open(os.path.join(root, path), encoding="utf-8") as file:
            return file.read()

    with tempfile.TemporaryDirectory() as folder:
        # The commands are written as they are typed in the tree, after the build.
        os.makedirs(os.path.join(folder, "build", "release"))
        os.symlink(os.path.abspath(binary), os.path.join(folder, "build", "release", "groundhog"))
        os.symlink(os.path.join(root, "tests"), os.path.join(folder, "tests"))

        def run(command):
            return subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True).stdout

        helps = "".join(run(f"build/release/groundhog {command} --help") for command in COMMANDS)
        problems = []
        for name in DOCUMENTS:
            text = read(name)
            found = wrong_code(text, read) + wrong_output(text, run) + wrong_options(text, helps)
            problems += [f"{name}: {problem}" for problem in found]
    for problem in problems:
        print(problem)
    print(f"{len(problems)} to mend" if problems else "they say what is so")
    return 1 if problems else 0


if __name__ == "__main__":
    self_test()
    if sys.argv[1] != "--self-test":
        sys.exit(main(sys.argv[1]))

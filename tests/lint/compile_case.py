"""Compiles one file with its command from the compile database.

Usage: compile_case.py BUILD_DIR SOURCE [REGEX]
With REGEX it must fail and say something that matches; without, it must compile.
"""

import json
import os
import re
import shlex
import subprocess
import sys


def command_for(build, source):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            if os.path.realpath(entry["file"]) == os.path.realpath(source):
                return entry["directory"], shlex.split(entry["command"])
    raise SystemExit(f"{source} is not in {build}/compile_commands.json")


def main(build, source, expected=""):
    directory, command = command_for(build, source)
    if os.path.basename(command[0]) == "ccache":
        command = command[1:]
    command[command.index("-o") + 1] = os.devnull
    command[command.index("-c")] = "-S"  # -fsyntax-only leaves templates uninstantiated
    command += ["-O0", "-g0", "-Wno-unused", "-Wno-unused-const-variable"]  # names are there to be looked at
    run = subprocess.run(command, cwd=directory, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True)
    if not expected and run.returncode == 0:
        return 0
    if expected and run.returncode != 0 and re.search(expected, run.stderr):
        return 0
    print(f"{source} {'compiles' if run.returncode == 0 else 'does not compile'}; expected: "
          + (f"an error that matches /{expected}/" if expected else "that it does"))
    print(run.stderr)
    return 1


sys.exit(main(*sys.argv[1:]))

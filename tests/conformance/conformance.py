"""The recorded money transfers, played in the simulator and compared with the recording; and the table that says so.

usage: conformance.py BINARY [--write]        BINARY: the built play_recorded
Plays recorded/plays.json, compares the histories by recorded/compare.py and all else by BINARY's own word, and checks that
docs/conformance.md says the same; --write writes it. A row may differ only for a reason that reasons.json gives; a reason
without a difference is an error as well. Exit status: 0 all well, 1 not, 2 bad usage.
"""

import difflib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "recorded")
TABLE = os.path.join(HERE, "..", "..", "docs", "conformance.md")

HEAD = """# Conformance

Recorded runs of the money transfer on a real Temporal server with the Python SDK, and the same scenarios played in the simulator.
Compared are the histories, event by event and every attribute that can be compared (`tests/conformance/recorded/compare.py` is the
definition), the outcome as the client saw it, the bank's balances and ledger, how often each activity was invoked, and what
`describe` and `list` said in between.

This page is generated: `python3 tests/conformance/conformance.py build/release/play_recorded --write`. A test checks that it is up
to date.

"""


def play(binary, folder):
    """(the rows that BINARY prints, its exit status)"""
    run = subprocess.run([binary, os.path.join(RECORDED, "plays.json"), "--out", folder, "--json"],
                         capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{binary} ended with {run.returncode}: {run.stderr}")
    rows = json.loads(run.stdout)["scenarios"]
    if run.returncode != any(not row["same"] for row in rows):
        sys.exit(f"{binary} ended with {run.returncode}, which its rows do not say")
    return rows


def compare(folder):
    """{file: "same" or the first difference}"""
    run = subprocess.run([sys.executable, os.path.join(RECORDED, "compare.py"), RECORDED, folder],
                         capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"compare.py ended with {run.returncode}: {run.stderr}")
    lines = run.stdout.splitlines()[:-1]
    return dict(line.split(": ", 1) for line in lines)


def cell(text):
    return text.replace("|", "\\|")


def make_table(rows, histories, reasons):
    """The page, and what is wrong with it."""
    with open(os.path.join(RECORDED, "plays.json"), encoding="utf-8") as file:
        files = {name: scenario["files"] for name, scenario in json.load(file).items()}
    lines = ["| scenario | histories | outcome, bookings, invocations | described | verdict |", "|---|---|---|---|---|"]
    problems = []
    same_rows = same_files = 0
    for row in rows:
        name = row["name"]
        told = [f"{file}: {histories[file]}" for file in files[name] if histories[file] != "same"]
        same_files += len(files[name]) - len(told)
        differences = told + row["differences"]
        same_rows += not differences
        verdict = "same"
        if differences:
            verdict = f"**differs**: {'; '.join(differences)}."
            if name in reasons:
                verdict += f" {reasons[name]}"
            else:
                problems.append(f"{name}: {'; '.join(differences)}")
        elif name in reasons:
            problems.append(f"{name} does not differ, but reasons.json gives a reason")
        count = len(files[name])
        said = f"{count - len(told)} of {count} same"
        lines.append(f"| `{name}` | {said} | {cell(row['came_to'])} | {len(row['facts']) or ''} | {cell(verdict)} |")
    total = sum(map(len, files.values()))
    summary = f"{same_files} of {total} histories and {same_rows} of {len(rows)} scenarios are the same.\n\n"
    return HEAD + summary + "\n".join(lines) + "\n", problems


def main(binary, write):
    with open(os.path.join(HERE, "reasons.json"), encoding="utf-8") as file:
        reasons = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        rows = play(binary, folder)
        histories = compare(folder)
    page, problems = make_table(rows, histories, reasons)
    for problem in problems:
        print(problem)
    if write:
        os.makedirs(os.path.dirname(TABLE), exist_ok=True)
        with open(TABLE, "w", encoding="utf-8") as file:
            file.write(page)
        return 1 if problems else 0
    written = ""
    if os.path.exists(TABLE):
        with open(TABLE, encoding="utf-8") as file:
            written = file.read()
    if written != page:
        print("docs/conformance.md is out of date; write it anew with --write")
        sys.stdout.writelines(difflib.unified_diff(written.splitlines(True), page.splitlines(True), "written", "now", n=0))
    return 1 if problems or written != page else 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if len(arguments) not in (1, 2) or arguments[1:] not in ([], ["--write"]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(arguments[0], len(arguments) == 2))

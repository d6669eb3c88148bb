"""The recorded scenarios, played in the simulator and compared with the recording; and the table that says so.

usage: conformance.py BINARY [--write]        BINARY: the built conformance
Plays all of recorded/index.json, compares the histories by recorded/compare.py and all else by BINARY's own word, and checks that
docs/conformance.md says the same; --write writes it. A row may differ only for a reason that reasons.json gives; a reason
without a difference is an error as well. Where recordings of one scenario differed among themselves, each has to be reached: by the
uneventful play, or by the decisions in variants.json (file: for each sequence, as recorded first, then the index's variants).
Exit status: 0 all well, 1 not, 2 bad usage.
"""

import collections
import difflib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "recorded")
TABLE = os.path.join(HERE, "..", "..", "docs", "conformance.md")
sys.dont_write_bytecode = True
sys.path.insert(0, RECORDED)
import compare  # noqa: E402  the definition of "the same history"

HEAD = """# Conformance

Scenarios recorded from a real Temporal server (Python SDK; group `go_only`: Go SDK), and the same scenarios played in the simulator.
Compared are the histories, event by event and every attribute that can be compared (`tests/conformance/recorded/compare.py` is the
definition), the outcome as the client saw it, and the facts: how often each activity was invoked and what it did when, what calls
were answered or why they were refused, what `describe` and `list` said in between, and the bank's balances and ledger.

Where recordings of one scenario differed among themselves, any sequence of events that was recorded is accepted; if none fits, the
events are compared as a set, without ids and without workflow tasks. The verdict says so. The last table has the decisions that give
each of those sequences.

This page is generated: `python3 tests/conformance/conformance.py build/release/conformance --write`. A test checks that it is up
to date.

"""
VARIANTS = """
## The sequences in which recordings of one scenario differed

Each by these decisions: `build/release/conformance --out DIR NAME --decide DECISION …`. The first is the recorded file's.

| scenario | sequence | events | decisions |
|---|---|---|---|
"""
COLUMNS = "| scenario | histories | came to | facts | verdict |\n|---|---|---|---|---|\n"


def play(binary, folder):
    """The rows that BINARY prints."""
    run = subprocess.run([binary, "--out", folder, "--json"], capture_output=True, text=True)
    if run.returncode not in (0, 1):
        sys.exit(f"{binary} ended with {run.returncode}: {run.stderr}")
    rows = json.loads(run.stdout)["scenarios"]
    if run.returncode != any(not row["same"] for row in rows):
        sys.exit(f"{binary} ended with {run.returncode}, which its rows do not say")
    return {row["name"]: row for row in rows}


def types(events):
    return [event["eventType"].removeprefix("EVENT_TYPE_") for event in events]


def without_ids(value):
    if isinstance(value, dict):
        return {key: without_ids(below) for key, below in value.items() if not key.lower().endswith("eventid")}
    return [without_ids(below) for below in value] if isinstance(value, list) else value


def as_set(events):
    """The events without their order: how often there is each; workflow tasks and what refers to events left out."""
    kept = [event for event in events if "_WORKFLOW_TASK_" not in event["eventType"]]
    return collections.Counter(json.dumps(without_ids(event), sort_keys=True) for event in kept)


def compare_file(scenario, name, folder):
    """(the first difference or None, what the verdict has to say of it)"""
    recorded, simulated = os.path.join(RECORDED, name), os.path.join(folder, name)
    if not os.path.exists(simulated):
        return "not simulated", ""
    difference = compare.compare(recorded, simulated)
    if difference is None or scenario["stable"]:
        return difference, ""
    events = compare.events(simulated)
    if types(events) in scenario.get("variants", {}).get(name, []):
        return None, "another recording's order"
    if as_set(events) == as_set(compare.events(recorded)):
        return None, "compared as a set"
    return difference, ""


def reach(binary, scenario, name, decisions):
    """What the scenario's history is with these decisions; None if all else is not as recorded, or nobody asked for a decision."""
    words = [word for decision in decisions for word in ("--decide", decision)]
    with tempfile.TemporaryDirectory() as folder:
        played = subprocess.run([binary, "--out", folder, "--json", scenario["name"], *words], capture_output=True, check=False)
        return compare.events(os.path.join(folder, name)) if played.returncode == 0 else None


class Variants:
    """The sequences of events in which recordings of one scenario differed, and how each is reached."""

    def __init__(self, binary, scenario, decisions):
        self.text, self.problems = "", []
        for name, others in (scenario.get("variants") or {}).items():
            recorded = compare.events(os.path.join(RECORDED, name))
            sequences = [types(recorded), *others]
            ways = decisions.pop(name, [])
            if len(ways) != len(sequences):
                self.problems.append(f"variants.json: {name} has {len(ways)} ways, not {len(sequences)}")
            for number, (sequence, way) in enumerate(zip(sequences, ways)):
                events = reach(binary, scenario, name, way)
                if events is None or types(events) != sequence or as_set(events) != as_set(recorded):
                    self.problems.append(f"{name}: the decisions of variants.json do not give sequence {number}")
                how = "<br>".join(f"`{decision}`" for decision in way) or "none"
                self.text += f"| `{scenario['name']}` | {number + 1} | {len(sequence)} | {cell(how)} |\n"


def cell(text):
    return text.replace("|", "\\|")


def short(text, most=300):
    return text if len(text) <= most else text[:most] + "…"


class Row:
    def __init__(self, scenario, played, folder):
        self.name, self.files, self.came_to, self.facts = scenario["name"], len(scenario["files"]), played["came_to"], len(played["facts"])
        compared = {file: compare_file(scenario, file, folder) for file in scenario["files"]}
        self.same_files = sum(difference is None for difference, _ in compared.values())
        self.notes = sorted({note for _, note in compared.values() if note})
        self.differences = [f"{file}: {difference}" for file, (difference, _) in compared.items() if difference]
        self.differences += played["differences"]

    def text(self, reason):
        verdict = "same" + "".join(f" ({note})" for note in self.notes)
        if self.differences:
            more = f" (and {len(self.differences) - 1} more)" if len(self.differences) > 1 else ""
            verdict = f"**differs**: {short(self.differences[0])}{more}. {reason or ''}"
        return f"| `{self.name}` | {self.same_files} of {self.files} same | {cell(self.came_to)} | {self.facts or ''} | {cell(verdict.rstrip())} |\n"


def make_page(rows, reasons):
    """The page, and what is wrong with it. `rows`: by group."""
    problems = []
    sections = ""
    every = [row for group in rows.values() for row in group]
    for group, of_group in rows.items():
        same = sum(not row.differences for row in of_group)
        sections += f"\n## {group}: {same} of {len(of_group)} the same\n\n" + COLUMNS
        for row in of_group:
            reason = reasons.get(row.name)
            sections += row.text(reason)
            if row.differences and not reason:
                problems.append(f"{row.name}: {'; '.join(map(short, row.differences))}")
            elif reason and not row.differences:
                problems.append(f"{row.name} does not differ, but reasons.json gives a reason")
    for name in sorted(set(reasons) - {row.name for row in every}):
        problems.append(f"reasons.json: there is no scenario {name}")
    files = sum(row.files for row in every)
    same_files = sum(row.same_files for row in every)
    same = sum(not row.differences for row in every)
    summary = f"{same_files} of {files} histories and {same} of {len(every)} scenarios are the same.\n"
    return HEAD + summary + sections, problems


def main(binary, write):
    with open(os.path.join(HERE, "reasons.json"), encoding="utf-8") as file:
        reasons = json.load(file)
    with open(os.path.join(RECORDED, "index.json"), encoding="utf-8") as file:
        index = json.load(file)
    rows = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        played = play(binary, folder)
        for scenario in index:
            rows[scenario["group"]].append(Row(scenario, played[scenario["name"]], folder))
    page, problems = make_page(rows, reasons)
    with open(os.path.join(HERE, "variants.json"), encoding="utf-8") as file:
        decisions = json.load(file)
    variants = [Variants(binary, scenario, decisions) for scenario in index]
    page += VARIANTS + "".join(each.text for each in variants)
    problems += [problem for each in variants for problem in each.problems]
    problems += [f"variants.json: nothing differs in {name}" for name in decisions]
    for problem in problems:
        print(problem)
    if write:
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

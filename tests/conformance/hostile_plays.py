"""play_recorded refuses bad input: exit status 2, one message on standard error, nothing on standard output.

usage: hostile_plays.py BINARY
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PLAYS = os.path.join(HERE, "recorded", "plays.json")


def scenario(**changes):
    with open(PLAYS, encoding="utf-8") as file:
        happy = json.load(file)["mt_happy"]
    return json.dumps({"mt_happy": {**happy, **changes}})


def texts():
    """(what is wrong, the text, a part of the message)"""
    with open(PLAYS, encoding="utf-8") as file:
        whole = file.read()
    step = {"do": "start"}
    return [
        ("empty", "", "end of input"),
        ("truncated", whole[: len(whole) // 2], "plays.json:"),
        ("not JSON", "Transfer complete", "syntax error"),
        ("nested deeply", "[" * 100000, "nested"),
        ("nested deeply inside", scenario(activities={"deposit": "@"}).replace('"@"', '{"a":' * 5000 + "1" + "}" * 5000), "nested"),
        ("a list", "[]", "expected an object"),
        ("a history", '{"events": []}', "events: expected an object"),
        ("a number for a scenario", '{"mt_happy": 1}', "mt_happy: expected an object"),
        ("an unknown key", scenario(step=[]), 'unknown key "step"'),
        ("unknown code", scenario(code="fortran"), "expected one of tutorial"),
        ("no code", scenario(code=None), "code: expected one of"),
        ("an unknown step", scenario(steps=[{"do": "dance"}]), 'steps[0].do: expected one of start'),
        ("a step without an action", scenario(steps=[{"after": 1}]), "steps[0].do"),
        ("a step that is a text", scenario(steps=["start"]), "steps[0]"),
        ("a negative wait", scenario(steps=[{**step, "after": -1}]), "steps[0].after: expected seconds"),
        ("an endless wait", scenario(steps=[{**step, "after": 1e300}]), "steps[0].after: expected seconds"),
        ("a wait that is a text", scenario(steps=[{**step, "after": "1"}]), "steps[0].after: expected seconds"),
        ("a negative amount", scenario(steps=[{**step, "input": {"amount": -250}}]), "amount: expected a whole number"),
        ("half a cent", scenario(steps=[{**step, "input": {"amount": 0.5}}]), "amount: expected a whole number"),
        ("a huge amount", scenario(steps=[{**step, "input": {"amount": 2**64 - 1}}]), "amount: expected a whole number"),
        ("an unknown activity", scenario(activities={"launder": {}}), "activities.launder: no such activity"),
        ("attempt 0", scenario(activities={"deposit": {"0": []}}), "attempts are called"),
        ("attempt -1", scenario(activities={"deposit": {"-1": []}}), "attempts are called"),
        ("an unknown activity step", scenario(activities={"deposit": {"1": [["fly"]]}}), "expected one of sleep"),
        ("a sleep without a length", scenario(activities={"deposit": {"1": [["sleep"]]}}), "sleep takes 1 arguments, got 0"),
        ("an empty activity step", scenario(activities={"deposit": {"1": [[]]}}), "expected a step"),
        ("an unknown trigger", scenario(steps=[{**step, "on": "noon"}]), "steps[0].on"),
        ("an unknown notice", scenario(steps=[{**step, "on": {"activity": "deposit", "attempt": 1, "what": "end"}}]), "on.what"),
        ("attempt 0 in a trigger", scenario(steps=[{**step, "on": {"activity": "deposit", "attempt": 0, "what": "begin"}}]), "on.attempt"),
        ("an unknown worker", scenario(steps=[{"do": "kill worker", "worker": "worker-9"}]), "steps[0].worker: expected a worker"),
        ("a worker called server", scenario(workers=[{"worker": "server"}]), "this name is taken"),
        ("two workers of one name", scenario(workers=[{"worker": "w"}, {"worker": "w"}]), "another worker has this name"),
        ("an unknown kind of poll", scenario(workers=[{"worker": "w", "polls": ["all"]}]), "expected one of workflow"),
        ("a file outside", scenario(files=["../mt_happy.json"]), "files[0]: expected a relative name"),
        ("an absolute file", scenario(files=["/tmp/mt_happy.json"]), "files[0]: expected a relative name"),
        ("one file twice", scenario(files=["a.json", "a.json"]), "has a file of this name"),
        ("a count of invocations below zero", scenario(expect={"invocations": {"deposit": -1}}), "invocations.deposit"),
        ("a key twice", '{"a": {}, "a": {}}', "twice"),
    ]


def check(binary, what, arguments, wanted, problems):
    run = subprocess.run([binary, *arguments], capture_output=True, text=True, timeout=60)
    if run.returncode != 2 or run.stdout or wanted not in run.stderr or not run.stderr.startswith("play_recorded: "):
        problems.append(f"{what}: exit {run.returncode}, wanted 2 and {wanted!r}, got {run.stdout[:200]!r} {run.stderr[:400]!r}")


def main(binary):
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        path = os.path.join(folder, "plays.json")
        for what, text, wanted in texts():
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            check(binary, what, [path, "--out", out], wanted, problems)
        broken_index = os.path.join(folder, "index.json")
        with open(broken_index, "w", encoding="utf-8") as file:
            file.write('{"not": "a list"}')
        taken = os.path.join(folder, "file")
        with open(taken, "w", encoding="utf-8") as file:
            file.write("")
        check(binary, "no such file", [os.path.join(folder, "none.json"), "--out", out], "there is no such file", problems)
        check(binary, "a folder", [folder, "--out", out], "is a directory; expected a file", problems)
        check(binary, "no arguments", [], "usage:", problems)
        check(binary, "no --out", [PLAYS], "--out DIR", problems)
        check(binary, "an unknown option", [PLAYS, "--out", out, "--fast"], "unexpected argument", problems)
        check(binary, "--out is a file", [PLAYS, "--out", taken], "no folder", problems)
        check(binary, "--out is below a file", [PLAYS, "--out", os.path.join(taken, "x")], "no folder", problems)
        check(binary, "facts that are no list", [PLAYS, "--out", out, "--facts", broken_index], "expected a list", problems)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1]))

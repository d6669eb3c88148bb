"""Every rule of tests/lint/rules.txt is named by a test or a port that shows it.  Usage: rules.py ROOT | --self-test

A comment names rules: `SEMANTICS a.4`, `(SEMANTICS b.4, c; recorded ...)`, `SEMANTICS d.1-d.3`. A section by itself (`c`) names no
rule of it, unless it has none but itself (`g`). A row of the checklist is the name of exactly one test: TEST_CASE("l.7 ..."), in the
file that the table of tests/checklist/README.md says.
"""

import re

import source

RULES = "tests/lint/rules.txt"
TABLE = "tests/checklist/README.md"
RULE = re.compile(r"([a-l](?:\.\d+)?) \S")
ID = r"[a-l](?:\.\d+)?"
# Over the line's end, if the comment goes on there.
NEXT = r"(?:\s|//)*"
CITATION = re.compile(rf"\bSEMANTICS\s+({ID}(?:\(\d+\))?(?:{NEXT}(?:,|-|\band\b){NEXT}{ID}\b(?:\(\d+\))?)*)")
PART = re.compile(rf"\b({ID})\b(?:\s*-\s*({ID})\b)?")
LINE = re.compile(r"^\| (l\.\d+) \|.*\| (\S+) \|$", re.MULTILINE)
ROW = re.compile(r'\bTEST_CASE\(\s*"(l\.\d+) ')


def read_rules(root):
    """Rules as {id: why none shows it, or ""}, and problems."""
    rules, problems = {}, []
    for number, line in enumerate(source.read(root, RULES).split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        match = RULE.match(line)
        if not match:
            problems.append(f"{RULES}:{number}: not of the form `f.6 what it is about`")
        elif match[1] in rules:
            problems.append(f"{RULES}:{number}: {match[1]} stands here twice")
        else:
            rules[match[1]] = line.partition(" -- ")[2]
    return rules, problems


def cited(text):
    for citation in CITATION.finditer(text):
        for first, last in PART.findall(citation[1]):
            yield first
            section, _, begin = first.partition(".")
            if last.startswith(section + ".") and begin:
                end = int(last.partition(".")[2])
                yield from (f"{section}.{number}" for number in range(int(begin) + 1, end + 1))
            elif last:
                yield last


def check(root):
    rules, problems = read_rules(root)
    sections = {rule.partition(".")[0] for rule in rules if "." in rule}
    shown, rows = set(), {}
    for path in source.files(root):
        if not path.startswith("tests/"):
            continue
        text = source.read(root, path)
        for rule in cited(text):
            shown.add(rule)
            if rule not in rules and rule not in sections:
                problems.append(f"{path}: names SEMANTICS {rule}, which {RULES} does not have")
        for row in ROW.findall(text):
            rows.setdefault(row, []).append(path)
    for row, paths in rows.items():
        if row not in rules:
            problems.append(f"{paths[0]}: a test is named {row}, which {RULES} does not have")
    table = dict(LINE.findall(source.read(root, TABLE)))
    for rule, reason in rules.items():
        if rule.startswith("l."):
            tests = rows.get(rule, [])
            if len(tests) != 1:
                problems.append(f"{RULES}: {rule} is the name of {len(tests)} tests: {', '.join(tests) or 'write one'}")
            elif tests[0] != f"tests/checklist/{table.get(rule)}":
                problems.append(f"{TABLE}: the test of {rule} is in {tests[0]}")
        elif reason and rule in shown:
            problems.append(f"{RULES}: {rule} is shown by a test: it needs no reason")
        elif not reason and rule not in shown:
            problems.append(f"{RULES}: no test says that it shows SEMANTICS {rule}")
    return sorted(problems)


def tree(rules, text, file="a_test.cc"):
    table = f"| row | test |\n|---|---|\n| l.1 | it is lost | {file} |\n| l.2 | it is there twice | {file} |\n"
    return {"layers.txt": "tests: *\n", RULES: rules, TABLE: table, "tests/checklist/a_test.cc": text}


RULES_OF_GOOD = "# the rules\na.4 order\na.5 starts\nb.1 more\nb.2 of it\nb.3 yet\ng all\nk none -- why not\nl.1 lost\nl.2 twice\n"
GOOD = tree(RULES_OF_GOOD, "// Order (SEMANTICS a.4, a.5,\n// g; recorded README 3).\n// SEMANTICS b.1-b.3 rule 9\n"
                           'TEST_CASE("l.1 it is lost") {}\nTEST_CASE(\n    "l.2 it is there twice") {}\n')
BAD = [
    (tree("a.4 order\n", "// in order\n"), "no test says that it shows SEMANTICS a.4"),
    (tree("a.4 order\na.5 starts\n", "// SEMANTICS a, a.5\n"), "no test says that it shows SEMANTICS a.4"),
    (tree("a.4 order\n", "// SEMANTICS a.4 and a.6\n"), "names SEMANTICS a.6"),
    (tree("a.4 order -- too hard\n", "// SEMANTICS a.4\n"), "a.4 is shown by a test"),
    (tree("a.4 order\na.4 again\n", "// SEMANTICS a.4\n"), "rules.txt:2: a.4 stands here twice"),
    (tree("order\n", "\n"), "rules.txt:1: not of the form"),
    (tree("l.1 lost\n", 'TEST_CASE("l.1 lost") {}\n', "b_test.cc"), "the test of l.1 is in tests/checklist/a_test.cc"),
    (tree("l.1 lost\n", "\n"), "l.1 is the name of 0 tests"),
    (tree("l.1 lost\n", 'TEST_CASE("l.1 lost") {}\nTEST_CASE("l.1 lost again") {}\n'), "l.1 is the name of 2 tests"),
    (tree("l.1 lost\n", 'TEST_CASE("l.1 lost") {}\nTEST_CASE("l.2 more") {}\n'), "a test is named l.2"),
]

if __name__ == "__main__":
    source.main(check, GOOD, BAD)

"""One co_await in a full expression: with two, g++ and clang issue their commands in different orders, and a history made by one
is no history of the other.  Reads all C++ of the tree and the C++ in its Markdown.  Usage: awaits.py ROOT | --self-test

A place that needs two says so on its line: `// LINT-ALLOW(awaits): why`.
"""

import re

import source

TOKEN = re.compile(r"[A-Za-z_]\w*|->|::|&&|[^\s\w]")
CONDITION = {"if", "while", "for", "switch", "constexpr"}
BLOCK_BEFORE = {")", ";", "{", "}", "else", "do", "try", "const", "noexcept", "mutable", "override", "final", ":"}
DECLARES = {"struct", "class", "union", "enum", "namespace", "extern"}
FENCE = re.compile(r"^ *```(?:cpp|c\+\+|cc)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def opens_block(statement):
    """Whether the `{` that follows these tokens of its statement opens a block, and not a braced list."""
    if not statement or statement[-1] in BLOCK_BEFORE or statement[0] in DECLARES:
        return True
    if statement[-1] == "]":  # a lambda without parameters; but `int a[] {` is a list
        return len(statement) < 3 or statement[-2] != "["
    # A trailing return type: `-> Coro<void> {`.
    for token in reversed(statement):
        if token == "->":
            return True
        if not re.match(r"\w+$|::|[<>*,&]", token):
            return False
    return False


def double_awaits(code):
    """Lines on which the second co_await of one full expression stands."""
    lines = []
    stack = []  # of (bracket, awaits so far outside it, its statement's tokens)
    awaits, statement = 0, []
    line = 1
    position = 0
    for match in TOKEN.finditer(code):
        line += code.count("\n", position, match.start())
        position = match.start()
        token = match.group()
        if token == "co_await":
            awaits += 1
            if awaits == 2:
                lines.append(line)
        if token == "(":
            is_condition = bool(statement) and statement[-1] in CONDITION
            stack.append(("if(" if is_condition else "(", awaits, statement))
            statement = []
        elif token == "{":
            if opens_block(statement):
                stack.append(("block{", awaits, statement))
                awaits = 0
            else:
                stack.append(("{", awaits, statement))
            statement = []
            continue
        elif token in ")}" and stack:
            bracket, outer_awaits, statement = stack.pop()
            if bracket == "block{":
                # A block inside parentheses is a lambda's: the expression around it goes on.
                awaits = outer_awaits if any(kind in ("(", "{") for kind, _, _ in innermost(stack)) else 0
            if bracket == "block{" and awaits == 0 or bracket == "if(":
                awaits, statement = 0, [token]
                continue
        elif token == ";":
            awaits, statement = 0, []
            continue
        statement.append(token)
    return lines


def innermost(stack):
    """The brackets of `stack` inside its last block."""
    inner = []
    for entry in reversed(stack):
        if entry[0] == "block{":
            break
        inner.append(entry)
    return inner


def snippets(root, path):
    """(first line, C++ text) of a source file, or of each fenced block of a Markdown file."""
    text = source.read(root, path)
    if not path.endswith(".md"):
        return [(1, text)]
    return [(text.count("\n", 0, match.start(1)) + 1, match[1]) for match in FENCE.finditer(text)]


def check(root):
    problems = []
    for path in source.files(root, source.SOURCE + (".md",)):
        for first_line, text in snippets(root, path):
            lines = text.split("\n")
            problems += [f"{path}:{first_line + number - 1}: a second co_await in one expression: compilers disagree on the "
                         "order; bind the first to a name, or use WaitAll"
                         for number in double_awaits(source.code_only(text))
                         if not re.search(r"LINT-ALLOW\(awaits\): \S", lines[number - 1])]
    return problems


FINE = """
Coro<int> F() {
  const int a = co_await A();
  const int b = co_await B();
  if (co_await C()) co_await D();
  while (co_await C()) { co_await D(); }
  for (auto& x : co_await List()) co_await Use(x);
  co_await All([&]() -> Coro<std::vector<int>> { co_await D(); co_await D(); co_return {}; }, 1);
  auto later = [] { co_await D(); };
  switch (a) { case 1: co_await D(); break; default: co_await D(); }
  // f(co_await A(), co_await B())
  struct S : Base<int> { Coro<void> G() const { co_await D(); } };
  try { co_await D(); } catch (...) { failed = true; }
  co_return co_await Add(a, b);
}
"""
GOOD = {"scenarios/a.cc": FINE, "README.md": "text co_await co_await\n```sh\nco_await co_await\n```\n```cpp\nco_await A();\n```\n",
        "tests/order.cc": "f(co_await A(), co_await B());  // LINT-ALLOW(awaits): shows the difference\n"}


def in_function(line):
    return {"scenarios/b.cc": "Coro<void> F() {\n  " + line + "\n}\n"}


BAD = [(in_function(line), "scenarios/b.cc:2: a second co_await") for line in (
    "co_return Add(co_await A(), co_await B());",
    "const int sum = co_await A() + co_await B();",
    "co_await F(co_await A());",
    "co_await F(Options{co_await A()});",
    "co_await F(std::vector<int>{co_await A()});",
    "std::vector<int> v{co_await A(), co_await B()};",
    "const int x = (co_await A()) ? co_await B() : 0;",
    "if (co_await A() && co_await B()) {}",
    "for (int i = 0; co_await A(i) < co_await B(i); ++i) {}",
    "co_await G([&](int x) { return x > 0; }, co_await A());",
    "CHECK(co_await A() == co_await B());",
)] + [({"docs/guide.md": "text\n```cpp\nint x = co_await A() + co_await B();\n```\n"}, "docs/guide.md:3:")]

if __name__ == "__main__":
    source.main(check, GOOD, BAD)

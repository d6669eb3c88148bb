"""Folders are layers: reads every #include of the tree and proves layers.txt.  Usage: layers.py ROOT | --self-test"""

import os
import re

import source

THIRD_PARTY = ("absl/", "fmt/", "nlohmann/", "CLI/", "catch2/", "benchmark/")
# What no edit of layers.txt may allow, directly or through other layers: (layer, must never reach).
WALLS = [("runtime/workflow", "sim"), ("runtime/workflow", "runtime/protocol"), ("replay", "sim"),
         ("runtime/worker", "runtime/server"), ("runtime/history", "sim"), ("sim", "runtime/history")]
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def reachable(layer, allowed):
    seen, queue = set(), [layer]
    while queue:
        for below in allowed.get(queue.pop(), ()):
            if below not in seen:
                seen.add(below)
                queue.append(below)
    return seen


def check_include(root, path, included, quote, layer, allowed):
    """What is wrong with one #include, or None."""
    if "../" in included:
        return "paths start at the root of the tree, without `../`"
    if quote == "<":
        known = layer_of_existing(root, included, allowed)
        return f"{included} is ours: write it with quotes" if known else None
    if included.startswith(THIRD_PARTY):
        return f"{included} is not ours: write it with angle brackets"
    if not os.path.isfile(os.path.join(root, included)):
        return f'"{included}" is no file of the tree; paths start at its root'
    target = source.layer_of(included, allowed)
    if target not in allowed[layer]:
        may = " ".join(sorted(allowed[layer] - {layer})) or "nothing else"
        return f'{layer} must not include "{included}" ({target}); it may include: {may}'
    return None


def layer_of_existing(root, included, allowed):
    return source.layer_of(included, allowed) if os.path.isfile(os.path.join(root, included)) else None


def check(root):
    allowed = source.layers(root)
    problems = [f"layers.txt: {layer} can reach {forbidden}: that wall is the architecture's (ARCHITECTURE.md)"
                for layer, forbidden in WALLS if forbidden in reachable(layer, allowed)]
    for path in source.files(root):
        layer = source.layer_of(path, allowed)
        if layer is None:
            problems.append(f"{path}:1: its folder is not in layers.txt")
            continue
        text = source.code_only(source.read(root, path), keep_strings=True)
        for number, line in enumerate(text.split("\n"), 1):
            match = INCLUDE.match(line)
            problem = match and check_include(root, path, match[2], match[1], layer, allowed)
            if problem:
                problems.append(f"{path}:{number}: {problem}")
    return problems


GOOD = {
    "layers.txt": "sim:\nruntime/history:\nruntime/workflow: runtime/history\nworld: *\n",
    "sim/kernel.h": "#include <vector>\n// #include \"world/world.h\"\n",
    "runtime/history/event.h": "#include <absl/status/status.h>\n",
    "runtime/workflow/run.cc": '#include "runtime/history/event.h"\n',
    "world/world.h": '#include "sim/kernel.h"\n#include "runtime/workflow/run.h"\n',
    "runtime/workflow/run.h": "\n",
}
BAD = [
    ({"sim/clock.cc": '\n#include "world/world.h"\n'}, 'sim/clock.cc:2: sim must not include "world/world.h"'),
    ({"runtime/workflow/a.h": '#include "sim/kernel.h"\n'}, "runtime/workflow/a.h:1: runtime/workflow must not include"),
    ({"world/a.h": '#include "../sim/kernel.h"\n'}, "world/a.h:1: paths start at the root"),
    ({"world/a.h": '#include "world.h"\n'}, '"world.h" is no file of the tree'),
    ({"world/a.h": "#include <sim/kernel.h>\n"}, "write it with quotes"),
    ({"world/a.h": '#include "fmt/format.h"\n'}, "write it with angle brackets"),
    ({"cellar/a.h": "\n"}, "cellar/a.h:1: its folder is not in layers.txt"),
    ({"layers.txt": "sim:\nruntime/history:\nfaults: sim\nruntime/workflow: runtime/history faults\nworld: *\n"},
     "layers.txt: runtime/workflow can reach sim"),
]

if __name__ == "__main__":
    source.main(check, GOOD, BAD)

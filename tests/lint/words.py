"""Words that are not written here: vague names, wall clocks, foreign randomness, hash order.  Usage: words.py ROOT | --self-test

A place that needs one says so on its line: `// LINT-ALLOW(clock): why`.
"""

import re

import source

VAGUE = re.compile(r"util|helper|manager|misc", re.IGNORECASE)
TYPE = re.compile(r"\b(?:class|struct|enum(?:\s+class|\s+struct)?|union|concept|using|namespace)\s+(?:\[\[\w+\]\]\s*)?(\w+)")

# Which layers lie outside the simulated world; there the named rule does not hold.
OUTSIDE = {"clock": {"explore", "reports", "cli", "bench"}, "randomness": set(), "environment": {"cli", "bench", "tests"},
           "unordered": {"explore", "reports", "cli", "bench", "tests"}}
# Before the name of a C function: std::, return, or nothing that makes it a member or a declaration.
FREE = r"(?:\bstd::|\breturn\s+|(?<![\w.>:&*])(?<![\w>&*] ))"
RULES = [
    ("clock", r"\b(?:system|steady|high_resolution|utc|file)_clock\b|\babsl::Now\s*\(|\b(?:gettimeofday|clock_gettime)\s*\("
              rf"|{FREE}(?:time\s*\(\s*(?:nullptr|NULL|0|&)|clock\s*\(\s*\))|\bsleep_(?:for|until)\b",
     "nothing reads the machine's clock: virtual time is sim::Time"),
    ("randomness", r"\bstd::(?:random_device|mt19937\w*|minstd_rand0?|default_random_engine|shuffle|sample)\b"
                   r"|\bstd::\w+_distribution\b|\babsl::(?:BitGen|InsecureBitGen|Uniform)\b"
                   rf"|{FREE}(?:srand\s*\(|rand(?:om)?\s*\(\s*\))|\bgetrandom\s*\(",
     "all that could go either way is asked of Choices, or derived from names with our own PRNG"),
    ("environment", rf"{FREE}(?:secure_)?getenv\s*\(", "the environment is not part of the tape"),
    ("unordered", r"\bstd::unordered_\w+", "its order differs between libraries: absl::btree_map, or absl::flat_hash_map for "
                                           "look-up alone"),
]
RULES = [(name, re.compile(pattern), why) for name, pattern, why in RULES]
HASHED = re.compile(r"\babsl::(?:flat|node)_hash_(?:map|set)\s*<[^;{}()]*>\s*&?\s*(\w+)\s*[;={(,)]")


def allows(line, rule):
    return re.search(rf"LINT-ALLOW\({rule}\): \S", line) is not None


def check_names(path, code):
    problems = [f"{path}:1: `{part}` says nothing: name the thing by what it does"
                for part in path.split("/") if VAGUE.search(part)]
    for number, line in enumerate(code, 1):
        problems += [f"{path}:{number}: `{name}` says nothing: name the type by what it does"
                     for name in TYPE.findall(line) if VAGUE.search(name)]
    return problems


def check_rules(path, layer, lines, code):
    problems = []
    for number, (line, stripped) in enumerate(zip(lines, code), 1):
        for name, pattern, why in RULES:
            match = None if layer in OUTSIDE[name] else pattern.search(stripped)
            if match and not allows(line, name):
                problems.append(f"{path}:{number}: `{match[0].strip()}`: {why}")
    return problems


def check_hash_order(root, path, lines, code):
    """Iteration over a hash table that is declared in this file or in its own header."""
    text = "\n".join(code)
    header = re.sub(r"\.cc$", ".h", path)
    try:
        declared = set(HASHED.findall(text + source.code_only(source.read(root, header))))
    except FileNotFoundError:
        declared = set(HASHED.findall(text))
    problems = []
    for name in declared:
        loop = re.compile(rf"\bfor\s*\([^;()]*:\s*(?:\w+(?:\.|->))*{name}\s*\)|\b{name}(?:\.|->)c?begin\s*\(")
        problems += [f"{path}:{number}: iterates over the hash table `{name}`, whose order no tape fixes"
                     for number, line in enumerate(code, 1)
                     if loop.search(line) and not allows(lines[number - 1], "hash_order")]
    return problems


def check(root):
    allowed = source.layers(root)
    problems = []
    for path in source.files(root):
        text = source.read(root, path)
        lines, code = text.split("\n"), source.code_only(text).split("\n")
        problems += check_names(path, code)
        problems += check_rules(path, source.layer_of(path, allowed), lines, code)
        problems += check_hash_order(root, path, lines, code)
    return problems


GOOD = {
    "layers.txt": "sim:\nexplore: sim\ntests: *\n",
    "sim/kernel.h": "// std::random_device is for others\nclass Kernel { Time time() const; int event_time(0); };\n"
                    'const char* kText = "std::mt19937";\nabsl::flat_hash_map<int, int> seen_;\nauto it = seen_.find(3);\n'
                    "auto brand() { return operand(); }\nPrng& random() { return prng_.random(); }\n",
    "sim/kernel.cc": "for (int i : list) {}\n",
    "explore/progress.cc": "auto now = std::chrono::steady_clock::now();\n",
    "tests/plant.cc": "int x = rand();  // LINT-ALLOW(randomness): the guard must catch it\n",
}
BAD = [
    ({"sim/string_util.h": "\n"}, "`string_util.h` says nothing"),
    ({"sim/a.h": "class TaskManager {};\n"}, "`TaskManager` says nothing"),
    ({"sim/a.cc": "\nauto t = std::chrono::system_clock::now();\n"}, "sim/a.cc:2: `system_clock`"),
    ({"sim/a.cc": "auto t = std::chrono::steady_clock::now();\n"}, "`steady_clock`"),
    ({"sim/a.cc": "auto t = time(nullptr);\n"}, "`time(nullptr`"),
    ({"sim/a.cc": "gettimeofday(&t, 0);\n"}, "`gettimeofday(`"),
    ({"explore/a.cc": "std::random_device d;\n"}, "`std::random_device`"),
    ({"sim/a.cc": "std::uniform_int_distribution<int> d;\n"}, "`std::uniform_int_distribution`"),
    ({"sim/a.cc": "std::mt19937_64 g;\n"}, "`std::mt19937_64`"),
    ({"sim/a.cc": "int x = std::rand();\n"}, "`std::rand()`"),
    ({"sim/a.cc": "int x = rand();  // LINT-ALLOW(randomness)\n"}, "`rand()`"),
    ({"sim/a.cc": "int F() { return rand(); }\n"}, "rand()`"),
    ({"sim/a.cc": "std::unordered_map<int, int> m;\n"}, "`std::unordered_map`"),
    ({"sim/a.cc": 'auto* p = std::getenv("HOME");\n'}, "`std::getenv(`"),
    ({"sim/kernel.cc": "for (auto& [k, v] : seen_) {}\n"}, "sim/kernel.cc:1: iterates over the hash table `seen_`"),
    ({"sim/a.cc": "absl::flat_hash_set<Id> ids;\nf(ids.begin());\n"}, "sim/a.cc:2: iterates"),
]

if __name__ == "__main__":
    source.main(check, GOOD, BAD)

#!/usr/bin/env python3
"""Requirement -> test -> result, from what the tests printed: evidence.py LOG

A unit test stands for a requirement whose number is in its name (totp_sec28_a_step_counts_once), an integration check for the one it
prints first (ok SEC-28 ..., ok sqlite: SEC-28 ...). Exit status 1 when a required one has no test, or one of its tests failed.
"""
import re
import sys

REQUIRED = [*range(10, 36), *range(47, 62), 66, 69, 70]
LINE = re.compile(r"^(ok|FAIL|skip)\s+(.+)$")


def main(path):
    found, bad = {}, 0
    for line in open(path, encoding="utf-8", errors="replace"):
        m = LINE.match(line)
        if not m:
            continue
        result, name = m.groups()
        for number in re.findall(r"_sec(\d+)(?=_|/|$)", name.split(":")[0]) or re.findall(r"^(?:\w+: )*SEC-(\d+)", name):
            found.setdefault(int(number), []).append((name.split(":")[0] if "_sec" in name else name, result))
    if len(re.findall(r"^\d+ passed, \d+ failed", open(path, encoding="utf-8", errors="replace").read(), re.M)) < 2:
        print("a run did not reach its end: see the log")
        bad += 1
    for number in sorted(set(REQUIRED) | set(found)):
        tests = found.get(number, [])
        if number in REQUIRED and not any(result != "skip" for _, result in tests):
            print(f"SEC-{number:<3} MISSING")
            bad += 1
        for name, result in tests:
            print(f"SEC-{number:<3} {result:4}  {name}")
            bad += result == "FAIL"
    tested = sum(1 for n in REQUIRED if any(r == "ok" for _, r in found.get(n, [])))
    print(f"\n{tested} of {len(REQUIRED)} requirements have tests; {bad} missing or failed")
    return 1 if bad else 0


sys.exit(main(sys.argv[1]))

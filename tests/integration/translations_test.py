#!/usr/bin/env python3
"""Every text of the program is translated: no message of core/, data/ and tui/ is missing from a catalogue or in doubt
there, and French is set with its own apostrophes, quotation marks and no-break spaces."""
import pathlib
import re
import subprocess
import sys
import tempfile

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(f"FAIL {name}\n{detail}".rstrip())


def run(*args):
    return subprocess.run(args, capture_output=True, text=True)


def strings(po):
    """The translated texts of a catalogue."""
    text = run("msgcat", "--no-wrap", "--no-location", str(po)).stdout
    entries = re.split(r"\n\n", text)[1:]
    for entry in entries:
        for m in re.finditer(r'^msgstr(?:\[\d\])? ((?:"(?:\\.|[^"\\])*"\n?)+)', entry, re.M):
            yield "".join(re.findall(r'"((?:\\.|[^"\\])*)"', m.group(1)))


FRENCH = [
    (re.compile(r"\w'\w"), "a straight apostrophe"),
    (re.compile(r"[“”]"), "English quotation marks"),
    (re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"), "« » without no-break spaces"),
    (re.compile(r"\w[;!?](?:\s|$)|[\w»] [;!?:](?:\s|$)"), "no no-break space before a high sign"),
]


def main():
    with tempfile.TemporaryDirectory() as tmp:
        made = run("make", "-s", f"BUILD={tmp}", "pot")
        pot = pathlib.Path(tmp, "simplix.pot")
        check("texts are gathered", made.returncode == 0 and pot.exists(), made.stderr)
        catalogues = sorted(pathlib.Path("assets/po").glob("*.po"))
        check("there is a catalogue", len(catalogues) > 0)
        for po in catalogues:
            r = run("msgfmt", "--check", "-o", "/dev/null", str(po))
            check(f"{po} is sound", r.returncode == 0, r.stderr)
            r = run("msgcmp", str(po), str(pot))
            check(f"{po} is complete (make po, then translate)", r.returncode == 0, r.stderr)
        french = list(strings(pathlib.Path("assets/po/fr.po")))
        check("French texts are read", len(french) > 1000)
        for rule, what in FRENCH:
            wrong = [text for text in french if rule.search(text)]
            check(f"fr.po: {what}", not wrong, "\n".join(f"  {text}" for text in wrong))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())

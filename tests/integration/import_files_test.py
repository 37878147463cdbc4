#!/usr/bin/env python3
"""Every file of the shared import data: it is imported with nothing lost, or refused with the reason.

Nothing lost means two things. The report accounts for every cell. And each word of the file is found again in the base afterwards,
in a field, a custom field or a note, but for words that a field understands and writes in its own way (yes, dates, numbers), for
labels, and for what the report lists.
"""
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import unicodedata

shared = os.environ.get("SIMPLIX_SHARED", "")
files = sorted(glob.glob(shared + "/data/import_csv/*/*.csv") + glob.glob(shared + "/data/import_csv/*/*.vcf") +
               glob.glob(shared + "/data/import_vcard/*/*.vcf"))
if not shared or not files:
    print("skip: SIMPLIX_SHARED does not name the shared data")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

passed = failed = 0
understood = {"yes", "no", "true", "false", "maybe", "tel", "work", "home", "other", "mobile", "type", "main", "contacted"}


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAIL %s %s" % (what, detail))


def simplix(db, *args):
    env = dict(os.environ, SIMPLIX_LANG="en")
    return subprocess.run([os.environ["SIMPLIX"], "--db", db, *args], capture_output=True, env=env)


def fold(text):
    text = unicodedata.normalize("NFKD", text)
    return "".join(c for c in text if not unicodedata.combining(c)).casefold()


def words(text):
    """What must be found again: words of letters, and long numbers."""
    for word in re.findall(r"\w+", fold(text)):
        if word.isdigit() and len(word) < 5:
            continue
        if len(word) > 2 and word not in understood and not re.fullmatch(r"\d{4}t?\d*z?", word):
            yield word


def dump(db):
    text = b""
    for entity in ("contacts", "companies", "deals", "activities", "users", "products", "tags"):
        text += simplix(db, "export", entity, "--format", "jsonl").stdout
    for table in ("addresses", "contact_phones", "contact_emails", "external_refs", "contacts", "companies"):
        text += simplix(db, "sql", "SELECT * FROM " + table, "--csv").stdout
    return fold(text.decode("utf-8", "replace"))


def csv_rows(path):
    raw = open(path, "rb").read()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    head = text[:2000]
    delimiter = max(",;\t", key=head.count)
    return [row for row in csv.reader(text.splitlines(True), delimiter=delimiter)]


for path in files:
    name = "/".join(path.split("/")[-2:])
    with tempfile.TemporaryDirectory(prefix="sxfiles.") as folder:
        db = folder + "/book.db"
        simplix(db, "init", "--quiet", "--name", "Test", "--email", "me@test.example")
        options = []
        run = simplix(db, "import", path, "--json")
        if run.returncode and b"--dates" in run.stderr: # the file cannot tell, the message says what to add
            options = ["--dates", "dmy"]
            run = simplix(db, "import", path, "--json", *options)
        if run.returncode:
            check(name + " says why not", re.search(rb"[Ll]ine \d|has no rows|not text", run.stderr), run.stderr.decode())
            check(name + " left nothing", simplix(db, "contacts", "list", "--count").stdout.strip() == b"0")
            continue
        report = json.loads(run.stdout)[0]
        base = dump(db)
        listed = fold(" ".join(i["value"] for i in report["issues"]))
        if path.endswith(".csv"):
            rows = csv_rows(path)
            width = max(len(r) for r in rows)
            cells = sum(report["cells"].values())
            check(name + " lists what it lost", report["cells"]["lost"] <= report["issue_count"])
            header = next(i for i, r in enumerate(rows) if sum(1 for c in r if c.strip()) * 2 >= width)
            given = [c for r in rows[header + 1:] for c in r]
            check(name + " counts as many values as there are", cells - report["cells"]["empty"] ==
                  sum(1 for c in given if c.strip()), "%s of %s" % (report["cells"], sum(1 for c in given if c.strip())))
        else:
            given = []
            for line in open(path, encoding="latin-1").read().replace("\r\n ", "").replace("\n ", "").splitlines():
                key, _, value = line.partition(":")
                if re.match(r"(?i)(item\d+\.)?(FN|N|EMAIL|TEL|TITLE|NICKNAME)\b", key) and "QUOTED" not in key and value.isascii():
                    given.append(value.replace("\\", " "))
        missing = sorted({w for c in given for w in words(c) if w not in base and w not in listed})
        check(name + " lost no word", not missing, str(missing))
        check(name + " can be taken back", simplix(db, "undo").returncode == 0 and
              simplix(db, "contacts", "list", "--count").stdout.strip() == b"0")

print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)

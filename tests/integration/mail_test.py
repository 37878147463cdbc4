#!/usr/bin/env python3
"""Messages that Simplix builds, read by Python's own mail parser: subject, people, texts, files and their names come out as they
went in, and the parser finds nothing to complain about. The unit test mail_written_for_other_readers writes them."""
import base64
import email
import email.policy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print(f"ok {name}")
    else:
        failed += 1
        print(f"FAIL {name}: {detail}")


def people(field):
    """Names without their blanks: until 3.13 the parser keeps those between two encoded words of a name, against RFC 2047, 6.2.
    The unit tests compare names to the letter."""
    return bare([[a.display_name, a.addr_spec] for a in field.addresses]) if field else []


def bare(addresses):
    return [["".join(name.split()), address] for name, address in addresses]


def lines(text):
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def content(part):
    return lines(part.get_content()) if part else None


def defects(message):
    """But for a file name that is given twice, as RFC 2231 and in ASCII for readers that do not know that."""
    for part in message.walk():
        yield from part.defects
        for value in part.values():
            yield from getattr(value, "defects", ())


def file_of(part):
    cid = part["Content-ID"]
    return {
        "name": part.get_filename(),
        "data": base64.b64encode(part.get_payload(decode=True)).decode(),
        "type": part.get_content_type(),
        "content_id": cid.strip("<>") if cid else None,
    }


def differences(raw, want):
    m = email.message_from_bytes(raw, policy=email.policy.default)
    found = [d for d in defects(m) if "duplicate parameter name" not in str(d)]
    if found:
        yield f"defects {found}"
    files = [file_of(p) for p in m.walk() if p.get_content_disposition() in ("attachment", "inline")]
    related = bool(want["html"])
    wanted = [dict(p, content_id=p["content_id"] if related else None) for p in want["parts"]]
    order = lambda f: (f["content_id"] is None, f["data"])
    pairs = {
        "subject": (m["Subject"], want["subject"]),
        "from": (people(m["From"]), bare(want["from"])),
        "to": (people(m["To"]), bare(want["to"])),
        "cc": (people(m["Cc"]), bare(want["cc"])),
        "id": (m["Message-ID"], f"<{want['message_id']}>"),
        "date": (m["Date"].datetime, datetime.fromtimestamp(want["at"] // 1000, timezone.utc)),
        "text": (content(m.get_body(("plain",))), want["text"]),
        "html": (content(m.get_body(("html",))), want["html"]),
        "files": (sorted(files, key=order), sorted(wanted, key=order)),
        "bcc": (m["Bcc"], None),
    }
    for what, (got, expected) in pairs.items():
        if got != expected:
            yield f"{what}: {got!r} is not {expected!r}"


def on_the_wire(raw):
    bare = raw.replace(b"\r\n", b"")
    return b"\r" not in bare and b"\n" not in bare and raw.isascii() and max(map(len, raw.split(b"\r\n"))) <= 78


def main():
    unit = pathlib.Path(os.environ.get("BUILD", "build"), "unit").resolve()
    with tempfile.TemporaryDirectory() as tmp:
        run = subprocess.run([unit, "mail_written_for_other_readers"], env=dict(os.environ, SIMPLIX_MAIL_OUT=tmp), capture_output=True, text=True)
        written = sorted(pathlib.Path(tmp).glob("*.eml"))
        check("messages are written", run.returncode == 0 and len(written) >= 50, run.stdout + run.stderr)
        for path in written:
            raw = path.read_bytes()
            wrong = list(differences(raw, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))))
            check(f"message {path.stem} is read as it was written", not wrong, "; ".join(wrong)[:1500])
            check(f"message {path.stem} has clean lines", on_the_wire(raw), "CRLF, ASCII, 78 octets")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())

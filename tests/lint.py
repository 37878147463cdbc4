#!/usr/bin/env python3
"""The rules of the layers and the banned calls (ARCHITECTURE.md), checked on every file of core/, data/ and tui/.

Arrows point one way: tui -> core -> data -> core/base. Comments and texts are blanked before calls are looked for.
"""
import pathlib
import re
import sys

ONLY_IN = {  # header -> folders that may include it
    "curses.h": ("tui/term/",),
    "ncurses.h": ("tui/term/",),
    "term.h": ("tui/term/",),
    "sqlite3.h": ("data/",),
    "libpq-fe.h": ("data/",),
    "curl/curl.h": ("core/helper/",),
    "microhttpd.h": ("core/api/",),
    "hpdf.h": ("core/billing/pdf",),
    "png.h": ("core/billing/pdf",),
    "openssl/evp.h": ("core/base/crypto.",),
}
MAY_INCLUDE = [  # folder of the file -> folders whose headers it may include; first match wins
    ("core/base/", ("core/base/",)),
    ("core/", ("core/", "data/")),
    ("data/", ("data/", "core/base/")),
    ("tui/", ("tui/", "core/", "data/")),
]
BANNED = {"strcpy", "strcat", "sprintf", "vsprintf", "system", "popen", "localtime", "gmtime", "strtok", "gets", "tmpnam", "mktemp"}
SILENT = {"printf", "puts", "putchar", "exit", "_exit"}  # the core neither prints nor exits
MAX_LINES = 600

CALL = re.compile(r"(?<![\w.>])(\w+)\s*\(")
LITERAL_ONLY = re.compile(r"\b(sqlite3_exec|PQexec)\s*\(\s*[^,;]+,\s*(\S)")
OPAQUE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def blank(match):
    text = match.group(0)
    if text[0] == '"':
        return '"' + " " * (len(text) - 2) + '"'
    return "".join(c if c == "\n" else " " for c in text)


def check(path):
    text = path.read_text(encoding="utf-8")
    name = path.as_posix()
    code = OPAQUE.sub(blank, text)
    line_of = lambda at: code.count("\n", 0, at) + 1
    if path.suffix == ".c" and text.count("\n") > MAX_LINES:
        yield 1, f"has {text.count(chr(10))} lines, more than {MAX_LINES}: split it by responsibility"
    for m in re.finditer(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', text, re.M):
        at, header = text.count("\n", 0, m.start()) + 1, m.group(2)
        if header in ONLY_IN and not name.startswith(ONLY_IN[header]):
            yield at, f"{header} belongs to {' '.join(ONLY_IN[header])} alone"
        if m.group(1) == '"':
            allowed = next(folders for prefix, folders in MAY_INCLUDE if name.startswith(prefix))
            if not header.startswith(allowed):
                yield at, f"must not include {header}: arrows point tui, core, data, core/base"
    for m in CALL.finditer(code):
        if m.group(1) in BANNED:
            yield line_of(m.start()), f"{m.group(1)}() is banned"
        if m.group(1) in SILENT and not name.startswith("tui/"):
            yield line_of(m.start()), f"{m.group(1)}(): only tui/ prints or exits"
    for m in LITERAL_ONLY.finditer(code):
        if m.group(2) != '"':
            yield line_of(m.start()), f"{m.group(1)}() takes a literal, values are bound"


def main():
    failed = 0
    for folder in ("core", "data", "tui"):
        for path in sorted(pathlib.Path(folder).rglob("*.[ch]")):
            for line, what in sorted(set(check(path))):
                print(f"{path}:{line}: {what}")
                failed += 1
    if failed:
        print(f"lint: {failed} broken rules")
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
"""PDFs that the unit tests write, read by other programs: qpdf finds nothing wrong, the fonts are inside and only their used part, pdftotext reads numbers, names and sums as they were
put in, pages carry their head and number, and zbarimg decodes the codes from the printed page. What an embedded file must not do, these do not: no scripts, no forms."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

passed = failed = 0
TOOLS = ["qpdf", "pdffonts", "pdfinfo", "pdftotext", "pdftoppm", "zbarimg"]
EPC = "BCD\n002\n1\nSCT\nAGRIFRPP\nAtelier Lumière SAS\nFR7630006000011234567890189\nEUR%s\n\nRF18539007547034"


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print(f"ok {name}")
    else:
        failed += 1
        print(f"FAIL {name}: {detail}"[:2000])


def run(*args):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, errors="replace")


def text(path, *options):
    """Words as a person reads them: blanks of all kinds are one."""
    return re.sub(r"[ \u00a0\u202f]+", " ", run("pdftotext", *options, path, "-").stdout)


def codes(path, folder):
    """What a phone sees on all pages, one behind the other: the bytes themselves, since zbar would guess at their character set."""
    run("pdftoppm", "-r", 150, "-png", path, folder / path.stem)
    found = []
    for page in sorted(folder.glob(f"{path.stem}-*.png")):
        found.append(run("zbarimg", "-q", "--raw", "-Sbinary", page).stdout)
        page.unlink()
    return "".join(found)


def pages(path):
    return int(re.search(r"^Pages:\s+(\d+)", run("pdfinfo", path).stdout, re.M).group(1))


def every_file(out):
    for path in sorted(out.glob("*.pdf")):
        sound = run("qpdf", "--check", path)
        check(f"SEC-66 {path.stem}: the file is sound", sound.returncode == 0, sound.stdout + sound.stderr)
        fonts = run("pdffonts", path)
        rows = fonts.stdout.splitlines()[2:]
        check(f"{path.stem}: fonts are embedded subsets", 1 <= len(rows) <= 2 and not fonts.stderr and all(re.search(r"Identity-H\s+yes yes yes", r) for r in rows), fonts.stdout + fonts.stderr)
        plain = run("qpdf", "--qdf", "--object-streams=disable", path, "-").stdout
        bad = [word for word in ("/JavaScript", "/JS", "/AcroForm", "/Launch", "/EmbeddedFile", "/OpenAction") if re.search(re.escape(word) + r"\b", plain)]
        check(f"SEC-66 {path.stem}: nothing in it runs", not bad, bad)


def holds(name, got, wanted):
    missing = [w for w in wanted if w not in got]
    check(name, not missing, f"without {missing} in:\n{got}")


def words(out):
    holds("invoice: its texts", text(out / "invoice.pdf"), ["Invoice", "INV-2026-0042", "Atelier Lumière", "75011 Paris", "Northwind Traders Ltd", "Attn: Ada Byron", "NW1 6XE London", "PO-7781",
          "Ada / marketing", "3 March 2026", "2 April 2026", "27 February 2026", "12.5 hours", "12 months", "€4,200.00", "€19.90", "€5,438.80", "€1,087.76", "€6,526.56",
          "FR76 3000 6000 0112 3456 7890 189", "AGRIFRPP", "RF18 5390 0754 7034", "https://pay.example.com/i/8f3kQ2bX9z?ref=INV-2026-0042", "SIRET 823 456 789 00014", "FR40823456789",
          "Page 1 / 1"])
    holds("facture: its texts", text(out / "facture.pdf"), ["F-2026-0107", "Boulangerie Durand & Fils SARL", "Hélène Durand", "8 place de l’Église", "BC-2026-118", "18,5", "650,00 €", "5 %",
          "50,00 €", "11 423,75 €", "1 509,96 €", "-389,99 €", "5,5 %", "2,1 %", "12 543,72 €", "2 508,74 €", "Exonération de TVA, article 261-4-4° a du code", "Autoliquidation",
          "18 924,22 €", "2 669,52 €", "21 593,74 €", "-5 000,00 €", "16 593,74 €", "Pas d’escompte pour paiement anticipé."])
    holds("credit note: its texts", text(out / "credit.pdf"), ["Credit note", "CN-2026-0003", "INV-2026-0042, 3 March 2026", "Total credited", "€192.00"])
    holds("quote: its texts", text(out / "quote.pdf"), ["Quote", "Q-2026-0019, version 2", "Valid until", "15 April 2026", "€6,526.56", "Accepted"])
    holds("huge amounts are whole", text(out / "huge.pdf"), ["70 000 000 000 000 000,00 €", "83 990 504 999 999 868,76 €"])
    holds("SEC-66 hostile text is shown as text", text(out / "hostile.pdf", "-l", "1"), ["\\) (Tj ET endstream endobj", "%%EOF", "<script>"])
    info = run("pdfinfo", out / "invoice.pdf").stdout
    holds("invoice: what it says of itself", re.sub(r" +", " ", info), ["Title: Invoice · INV-2026-0042 · Redesign", "Author: Atelier Lumière", "Tue Mar 3", "2026", "(A4)", "9f86d081884c7d65"])
    catalog = run("qpdf", "--qdf", "--object-streams=disable", out / "facture.pdf", "-").stdout
    check("facture: says that it is French", "/Lang (fr)" in catalog)


def long_ones(out):
    for n in (0, 1, 17, 18, 19, 20, 21, 22, 23, 24, 25, 60, 200):
        path = out / f"long{n}.pdf"
        count = pages(path)
        each = [text(path, "-layout", "-f", p, "-l", p) for p in range(1, count + 1)]
        numbered = all(f"Page {i + 1} / {count}" in page for i, page in enumerate(each))
        rows = re.findall(r"^ ?Article (\d+)", "\n".join(each), re.M)
        headed = all("Description" in page for page in each if "Article" in page)
        check(f"{n} lines on {count} pages: each once, in order, under a head", numbered and headed and [int(r) for r in rows] == list(range(1, n + 1)), rows)
        total = next(i for i, page in enumerate(each) if "Amount due" in page or "Total incl. VAT" in page)
        check(f"{n} lines: the sums stay with the last of them", n == 0 or f"Article {n:03}" in each[total] and "Total excl. VAT" in each[total], each[total])
    check("200 lines are on several pages", pages(out / "long200.pdf") > 5)


def payment(out):
    with tempfile.TemporaryDirectory() as tmp:
        seen = {name: codes(out / f"{name}.pdf", pathlib.Path(tmp)) for name in ("invoice", "facture", "deposit", "credit", "quote", "draft", "paid", "huge", "hostile_quote", "nothing")}
    url = "https://pay.example.com/i/8f3kQ2bX9z?ref=INV-2026-0042"
    transfer = EPC % "6526.56"
    both = (transfer + url, url + transfer)
    check("invoice: both codes are decoded", seen["invoice"] in both, seen["invoice"])
    check("deposit: both codes are decoded", seen["deposit"] in both, seen["deposit"])
    check("facture: its transfer is of what is due", seen["facture"] == EPC % "16593.74", seen["facture"])
    for name in ("credit", "quote", "draft", "paid", "huge", "hostile_quote", "nothing"):
        check(f"{name}: nothing to scan", seen[name] == "", seen[name])
    plain = run("qpdf", "--qdf", "--object-streams=disable", out / "invoice.pdf", "-").stdout
    check("invoice: the address can be clicked", plain.count(f"/URI ({url})") == 2, plain.count("/URI ("))
    plain = run("qpdf", "--qdf", "--object-streams=disable", out / "hostile.pdf", "-").stdout
    check("SEC-66 hostile: an address of another kind cannot", "/URI" not in plain)


def main():
    lacking = [tool for tool in TOOLS if not shutil.which(tool)]
    if lacking:
        print(f"skip: {' '.join(lacking)} not installed")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory() as tmp:
        out = pathlib.Path(tmp)
        made = subprocess.run([os.path.join(os.environ.get("BUILD", "build"), "unit"), "pdf_"], env=dict(os.environ, PDF_OUT=tmp), capture_output=True, text=True)
        check("files are written", made.returncode == 0 and len(list(out.glob("*.pdf"))) > 20, made.stdout + made.stderr)
        if made.returncode == 0:
            every_file(out)
            words(out)
            long_ones(out)
            payment(out)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())

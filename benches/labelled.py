#!/usr/bin/env python3
"""Holds what riskset reads from SPSS, Stata and SAS files against pyreadstat, cell by cell.

    cargo build --release -p riskset-tables --example cells
    python3 benches/labelled.py FOLDER.. [--cells target/release/examples/cells] [-v]

Needs `pip install pyreadstat`. Every .sav, .zsav, .dta, .sas7bdat and .xpt file below the folders is read by both: pyreadstat's
own test_data, haven's tests/testthat. A number is the same within 1e-12 of itself; a date is compared by its day (pyreadstat
gives those of formats that it does not take for dates, as SAS's MMYY and SPSS's QYR, as numbers from 1960 or 1582, and texts as
they are), a labelled value by its label where the column became levels and by its number where it did not; missing is missing
whatever the reason. What pyreadstat cannot convert to its own dates is read without that conversion.
Exit 1 if a cell differs, or if a file is read by one of them alone. Damaged files of the readers' own tests are counted apart.
"""

import argparse
import datetime
import math
import subprocess
import sys
from pathlib import Path

import pyreadstat

READERS = {".sav": pyreadstat.read_sav, ".zsav": pyreadstat.read_sav, ".dta": pyreadstat.read_dta,
           ".sas7bdat": pyreadstat.read_sas7bdat, ".xpt": pyreadstat.read_xport}
EPOCHS = [(datetime.date(1960, 1, 1), 1), (datetime.date(1960, 1, 1), 86_400), (datetime.date(1582, 10, 14), 86_400)]
MISSING = {"", "NA", "N/A", "NaN", "nan", "null", "."}


def ours(cells, path):
    done = subprocess.run([cells, path], capture_output=True, text=True)
    if done.returncode:
        return None, done.stderr.strip()
    names, kinds, *rows = done.stdout.split("\n")[:-1]
    unescape = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}

    def cell(text):
        if text == "\\N":
            return None
        out, at = "", 0
        while at < len(text):
            pair = text[at:at + 2]
            out, at = (out + unescape[pair], at + 2) if pair in unescape else (out + text[at], at + 1)
        return out
    return {"names": names.split("\t"), "kinds": kinds.split("\t"), "rows": [[cell(c) for c in r.split("\t")] for r in rows]}, None


def theirs(value, labels):
    """The texts that a value of pyreadstat may be written as; None is missing."""
    if value is None or isinstance(value, float) and math.isnan(value) or str(value) in ("NaT", "nan", "<NA>"):
        return None
    texts = set()
    for key in (value, str(value)):
        if labels and key in labels:
            texts.add(str(labels[key]).strip())
    if isinstance(value, (datetime.datetime, datetime.date)):
        texts |= {str(value)[:10], str(value)}
    elif isinstance(value, datetime.time):
        texts |= {str(value), str(value.hour * 3600 + value.minute * 60 + value.second)}
    else:
        texts.add(str(value).strip())
    return None if texts <= MISSING else texts


def days(text):
    """The days that a text of pyreadstat may stand for."""
    yield text[:10]
    for begin, unit in EPOCHS:
        try:
            yield str(begin + datetime.timedelta(days=math.floor(float(text) / unit)))
        except (ValueError, OverflowError):
            pass


def same(own, other, kind):
    if own is None or other is None:
        return own is None and other is None
    if own.strip() in other or kind == "date" and any(own in days(t) for t in other):
        return True
    try:
        x = float(own)
        return any(abs(x - float(t)) <= 1e-12 * max(1.0, abs(x)) for t in other if t.replace(".", "", 1).lstrip("-").replace("e-", "").replace("e+", "").isdigit())
    except ValueError:
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--cells", default="target/release/examples/cells")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    files = sorted(p for f in options.folders for p in f.rglob("*") if p.suffix.lower() in READERS)
    read = n_cells = n_differ = n_alone = n_neither = 0
    for path in files:
        own, fault = ours(options.cells, path)
        try:
            frame, meta = READERS[path.suffix.lower()](str(path))
        except Exception as error:  # whatever it refuses
            frame, refusal = None, str(error)
            try:
                frame, meta = READERS[path.suffix.lower()](str(path), disable_datetime_conversion=True)
            except Exception:
                pass
        if own is None or frame is None:
            if own is None and (frame is None or frame.shape[0] == 0):
                n_neither += 1
                continue
            n_alone += 1
            print(f"{path}: {'riskset: ' + fault if own is None else 'pyreadstat: ' + refusal}")
            continue
        read += 1
        differ = []
        if own["names"] != [str(c).strip() for c in frame.columns]:
            print(f"{path}: names {own['names']} for {list(frame.columns)}")
        if len(own["rows"]) != len(frame):
            print(f"{path}: {len(own['rows'])} rows for {len(frame)}")
        for k, name in enumerate(frame.columns):
            labels = meta.variable_value_labels.get(name)
            for i, value in enumerate(frame[name].astype(object)):
                if i < len(own["rows"]) and k < len(own["rows"][i]):
                    n_cells += 1
                    other = theirs(value, labels)
                    if not same(own["rows"][i][k], other, own["kinds"][k]):
                        differ.append((name, i + 1, own["rows"][i][k], other))
        n_differ += len(differ)
        if differ:
            print(f"{path}: {len(differ)} cells differ, first {differ[:3]}")
        elif options.v:
            print(f"{path}: {len(frame)} rows, {len(frame.columns)} columns, the same")
    print(f"{len(files)} files: {read} read by both, {n_cells:,} cells, {n_differ} differ; {n_alone} read by one alone, {n_neither} by neither (or empty)")
    sys.exit(1 if n_differ or n_alone else 0)


main()

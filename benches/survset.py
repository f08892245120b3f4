#!/usr/bin/env python3
"""Holds riskset's survival analyses against R's on every set of SurvSet (PyPI) that has a time and an event.

    python3 benches/survset.py [--bin target/release/riskset] [--sets pbc,colon] [--work FOLDER] [-v]

Needs `pip install SurvSet` and R with survival, glmnet, maxstat and jsonlite. Each set goes through km, logrank, cox, table1,
cindex, cutpoint and lasso as a user would run them, and through `benches/survset.R`. A check is one answer (a curve, a test,
a model); its values agree if none differs by more than 1e-6 of the largest of R's. What riskset refuses and R gives, or the
other way round, is a disagreement as well; so is an infinite coefficient of which nothing is said. Exit 1 if there is any.

Sets are taken as they are, but for this: of wide sets the first 100 complete columns of numbers and of those that go through
one by one the first 12; factors with 2 to 20 levels, at most 8; a level called `missing` is written `not given`, because a
table's `missing` is a missing value, and `nan` and `na` are left empty. Where the event has codes beside 0 and 1, each but 0 is
the event, and riskset is told so (`--event-is`). Sets with start and stop go through km and cox alone. What R has answered is
kept in --work and not asked again.
"""

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONE_BY_ONE, FACTORS, WIDE, CUTS, MOST_CUT = 12, 8, 100, 3, 10_000
COMMANDS = ["km", "logrank", "cox", "table1", "cindex", "cutpoint", "lasso"]


def prepare(name, loader, folder):
    """Writes the set's table and what is asked of it; None if it has no time or no event."""
    d = loader.load_dataset(name)["df"].copy()
    if not {"time", "event"} <= set(d.columns) or d["event"].sum() == 0:
        return None
    entry = "time2" in d.columns and d["time2"].notna().all()
    factors = [c for c in d.columns if c.startswith("fac_")]
    d[factors] = d[factors].astype(object).replace({"missing": "not given", "nan": None, "NaN": None, "NA": None, "na": None})
    usable = [c for c in factors if 2 <= d[c].nunique() <= 20][:FACTORS]
    numbers = [c for c in d.columns if c.startswith("num_") and d[c].nunique() > 2]
    complete = [c for c in numbers if d[c].notna().all()][:WIDE]
    numbers = numbers[:ONE_BY_ONE]
    d["fold"] = [i % 5 + 1 for i in range(len(d))]
    end = ["time", "time2"] if entry else ["time"]
    kept = [*end, "event", "fold", *usable, *dict.fromkeys(numbers + complete)]
    d["event"] = d["event"].astype(int)
    (folder / name).mkdir(exist_ok=True)
    d[kept].to_csv(folder / name / "data.csv", index=False)
    spec = {"entry": bool(entry), "event_is": sorted({str(e) for e in d["event"]} - {"0"}), "numbers": numbers, "factors": usable, "all_factors": usable,
            "joint": [*numbers[:5], *[c for c in usable if d[c].nunique() <= 6][:3]], "lasso": complete,
            "by": next((c for c in usable if d[c].nunique() <= 6), []),
            "cut": numbers[:CUTS] if len(d) <= MOST_CUT else []}
    (folder / name / "spec.json").write_text(json.dumps(spec))
    return spec, len(d), int(d["event"].sum())


class Set:
    """One set: its commands, and a tally for each."""

    def __init__(self, binary, folder, spec):
        self.binary, self.data, self.spec = binary, folder / "data.csv", spec
        self.r = json.loads((folder / "r.json").read_text())
        with open(self.data, newline="") as file:
            rows = list(csv.DictReader(file))
        self.levels = {v: levels({row[v] for row in rows} - {"", "NA"}) for v in spec["all_factors"]}
        self.tally = {command: [0, 0, 0] for command in COMMANDS}  # checks, values, disagreements
        self.faults, self.worst, self.refused = [], 0.0, []
        ends = ["--time", "time2", "--entry", "time"] if spec["entry"] else ["--time", "time"]
        told = [] if spec["event_is"] == ["1"] else [word for e in spec["event_is"] for word in ("--event-is", e)]
        self.where = [*ends, "--event", "event", *told, "--time-unit", "days"]

    def ask(self, command, *options, event=True):
        factors = ["--factor", ",".join(self.spec["all_factors"])] if self.spec["all_factors"] else []
        argv = [self.binary, command, self.data, *(self.where if event else []), *factors, *options, "--format", "json"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=600)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()

    def same(self, command, what, found, expected):
        """One check: pairs of numbers or lists of them; None on both sides is agreement."""
        checks = self.tally[command]
        checks[0] += 1
        if isinstance(found, str) or expected is None:
            if not (isinstance(found, str) and expected is None):
                checks[2] += 1
                self.faults.append(f"{command} {what}: {found if isinstance(found, str) else 'R has no answer'}")
            return
        wrong = None
        for key, value in expected.items():
            ours, theirs = flat(found.get(key)), flat(value)
            checks[1] += len(theirs)
            largest = max((abs(x) for x in theirs if x is not None), default=1.0) or 1.0
            if len(ours) != len(theirs):
                wrong = wrong or f"{key}: {len(ours)} values, not {len(theirs)}"
                continue
            for a, b in zip(ours, theirs):
                if a is None or b is None:
                    wrong = wrong or (f"{key}: {a}, not {b}" if a is not b else None)
                    continue
                apart = abs(a - b) / largest
                self.worst = max(self.worst, apart if apart <= 1e-6 else 0.0)
                if apart > 1e-6:
                    wrong = wrong or f"{key}: {a}, not {b}"
        if wrong:
            checks[2] += 1
            self.faults.append(f"{command} {what}: {wrong}")

    def km(self):
        kept = ["time", "n_risk", "n_event", "n_censor", "surv", "std_err", "lower", "upper"]
        medians = ["median", "median_lower", "median_upper"]
        curve = lambda g: {**{k: g["curve"][k] for k in kept}, **{k: g[k] for k in medians}}  # noqa: E731
        answer = self.ask("km")
        self.same("km", "all", answer if isinstance(answer, str) else curve(answer["groups"][0]), self.r["km"])
        if self.spec["by"]:
            answer = self.ask("km", "--by", self.spec["by"])
            groups = {} if isinstance(answer, str) else {level_of(g["group"]): g for g in answer["groups"]}
            for level, expected in self.r["km_by"].items():
                found = curve(groups[level]) if level in groups else answer if isinstance(answer, str) else "no such group"
                self.same("km", f"by {self.spec['by']} {level}", found, expected)

    def logrank(self):
        for factor in self.spec["factors"]:
            answer = self.ask("logrank", "--by", factor)
            if not isinstance(answer, str):
                groups = {level_of(g["group"]): g for g in answer["groups"]}
                answer |= {k: [groups[l][k] for l in self.levels[factor] if l in groups] for k in ("observed", "expected")}
            self.same("logrank", factor, answer, self.r["logrank"][factor])

    def cox(self):
        variables = [*self.spec["numbers"], *self.spec["factors"]]
        alone = self.ask("cox", "--covariates", ",".join(variables), "--univariate")
        if isinstance(alone, str):
            return self.faults.append(f"cox --univariate: {alone}")
        found = {m["variable"]: m for m in alone["models"]}
        for v in variables:
            self.model(f"of {v}", found.get(v, "no model"), self.r["univariate"][v])
        if self.spec["joint"]:
            joint = self.ask("cox", "--covariates", ",".join(self.spec["joint"]))
            self.model("joint", joint, self.r["joint"])

    def model(self, what, found, r):
        if r is None or isinstance(found, str):
            return self.same("cox", what, found, None if r is None else {})
        infinite = any("infinite" in note for note in found.get("notes", []))
        expected = {"n": r["n"], "events": r["events"]}
        if not r["infinite"]:  # of an infinite coefficient each stops elsewhere
            expected |= {"coef": r["coef"], "se": r["se"]}
            expected |= {"lr_p": r["lr_p"]} if "lr_p" in found else {"loglik": r["loglik"], "concordance": r["concordance"]}
        named = {t["term"]: t for t in found["terms"]}
        variables = self.spec["joint"] if what == "joint" else [what.removeprefix("of ")]
        wanted = [t for v in variables for t in ([f"{v}={l}" for l in self.levels[v][1:]] if v in self.levels else [v])]
        terms = [named.get(t, {"coef": None, "se": None}) for t in wanted]
        found = found | {"coef": [t["coef"] for t in terms], "se": [t["se"] for t in terms]}
        found["concordance"] = list((found.get("concordance") or {"c": None, "se": None}).values())
        self.same("cox", what, found, expected)
        if r["infinite"] and not infinite:
            self.tally["cox"][2] += 1
            self.faults.append(f"cox {what}: nothing is said of an infinite coefficient")

    def table1(self):
        if not self.spec["by"]:
            return
        variables = list(self.r["table1"])
        answer = self.ask("table1", "--by", self.spec["by"], "--vars", ",".join(variables), event=False)
        rows = {} if isinstance(answer, str) else {row["variable"]: row for row in answer["rows"]}
        for v in variables:
            expected, row = self.r["table1"][v], rows.get(v)
            if row is None:
                self.same("table1", v, answer if isinstance(answer, str) else "no row", {})
                continue
            test = row["test"]
            numbers = {k: [s[k] for s in expected["summary"]] for k in ("n", "mean", "sd", "q1", "median", "q3")} if expected["summary"] else {}
            found = {k: [s[k] for s in row["summary"]] for k in numbers}
            if expected["counts"]:
                numbers["counts"] = [c for c in map(flat, expected["counts"]) if sum(c)]
                counts = {level["level"]: level["n"] for level in row["levels"]}
                found["counts"] = [counts[l] for l in self.levels[v] if l in counts]
            if test and test["name"] in expected["tests"]:
                numbers["p"], found["p"] = expected["tests"][test["name"]], test["p"]
                if test.get("exact") is False:  # of 200,000 random tables, and said to be so
                    near = 5 * math.sqrt(max(numbers["p"], 1e-5) / 200_000)
                    found["p"] = numbers["p"] if abs(found["p"] - numbers["p"]) <= near else found["p"]
            self.same("table1", v, found, numbers)

    def cindex(self):
        for v in self.spec["numbers"]:
            self.same("cindex", v, self.ask("cindex", "--score", v), self.r["cindex"][v])

    def cutpoint(self):
        for v in self.spec["cut"]:
            self.same("cutpoint", v, self.ask("cutpoint", "--variable", v, "--draws", "9"), self.r["cutpoint"][v])

    def lasso(self):
        if len(self.spec["lasso"]) < 2:
            return
        options = ["--features", ",".join(self.spec["lasso"]), "--foldid", "fold", "--thresh", "1e-7", "--where", "time > 0"]
        answer, r = self.ask("lasso", *options), self.r.get("lasso")
        if isinstance(answer, str) or r is None:
            return self.same("lasso", "path", answer, r)
        chosen = {t["term"]: t["coef"] for t in answer["selected"]["terms"]}
        cv = answer["cv"]
        self.same("lasso", "path", {**cv, "lambda": answer["lambda"], "coef": [chosen.get(v, 0) for v in self.spec["lasso"]]}, r)


def levels(texts):
    """The levels in the order that survset.R gives them: as numbers if all are, else as texts."""
    try:
        return sorted(texts, key=float)
    except ValueError:
        return sorted(texts)


def level_of(group):
    """The level of a group that may be called by its column as well."""
    return group.split(" = ", 1)[-1]


def flat(x):
    if isinstance(x, (list, tuple)):
        return [y for part in x for y in flat(part)]
    if isinstance(x, dict):
        return flat(list(x.values()))
    return [None if x is None or x == "NA" or isinstance(x, float) and not math.isfinite(x) else x]


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--bin", type=Path, default=HERE.parent / "target/release/riskset")
    ap.add_argument("--sets", help="only these")
    ap.add_argument("--work", type=Path, help="a folder to keep tables and R's answers in")
    ap.add_argument("-v", action="store_true", help="every disagreement")
    args = ap.parse_args()
    try:
        from SurvSet.data import SurvLoader
    except ImportError:
        sys.exit("survset.py: pip install SurvSet")
    loader = SurvLoader()
    names = args.sets.split(",") if args.sets else sorted(loader.df_ds["ds"])
    with tempfile.TemporaryDirectory() as tmp:
        folder = args.work or Path(tmp)
        folder.mkdir(exist_ok=True)
        asked = {name: spec for name in names if (spec := prepare(name, loader, folder))}
        left_out = [name for name in names if name not in asked]
        subprocess.run(["Rscript", str(HERE / "survset.R"), folder, *asked], check=True)
        print(f"{'set':18} {'rows':>6} {'events':>6}  " + "  ".join(f"{c:>9}" for c in COMMANDS) + "    values  worst")
        total, faults = {c: [0, 0, 0] for c in COMMANDS}, []
        for name, (spec, rows, events) in asked.items():
            one = Set(args.bin, folder / name, spec)
            if "error" in one.r:
                faults.append(f"{name}: R: {one.r['error']}")
                continue
            for command in ["km", "cox"] if spec["entry"] else COMMANDS:
                getattr(one, command)()
            cells = [f"{t[0] - t[2]}/{t[0]}" if t[0] else "-" for t in one.tally.values()]
            print(f"{name:18} {rows:6} {events:6}  " + "  ".join(f"{c:>9}" for c in cells)
                  + f"  {sum(t[1] for t in one.tally.values()):8}  {one.worst:.0e}", flush=True)
            for command, t in one.tally.items():
                total[command] = [a + b for a, b in zip(total[command], t)]
            faults += [f"{name}: {fault}" for fault in one.faults]
    checks, values, wrong = (sum(t[k] for t in total.values()) for k in range(3))
    if left_out:
        print(f"without a time, an event or anybody whom it happened to: {', '.join(left_out)}")
    print(f"{len(asked)} sets, {checks} checks, {values} values: {checks - wrong} agree, {wrong} do not")
    print("by command: " + ", ".join(f"{c} {t[0] - t[2]}/{t[0]}" for c, t in total.items()))
    for fault in faults if args.v else faults[:20]:
        print("  " + fault[:200])
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares matching features of a study that was extracted in both dialects.

    riskset extract STUDY --format csv -o features.csv    # [extraction] params with dialect: [pyradiomics, ibsi]
    python3 benches/dialects.py features.csv

A feature of PyRadiomics is matched with the one of the initiative that means the same, of the original image and with
texture matrices averaged over directions (3D_avg) or taken once (3D). For each class: how many features match, over how
many columns (features times sequences), Spearman's correlation over the patients (median, least), the median over columns
of the median relative difference, and the feature that agrees least.
"""

import csv
import math
import re
import statistics
import sys

# Where the initiative calls a feature otherwise than PyRadiomics; rules below do the rest.
NAMES = {
    "shape": {"MeshVolume": "Volume"},
    "glcm": {"JointEnergy": "AngularSecondMoment", "Id": "InverseDifference", "Idm": "InverseDifferenceMoment",
             "Idn": "InverseDifferenceNormalised", "Idmn": "InverseDifferenceMomentNormalised",
             "Imc1": "InformationCorrelation1", "Imc2": "InformationCorrelation2", "MaximumProbability": "JointMaximum",
             "SumSquares": "JointVariance"},
    "glrlm": {"RunVariance": "RunLengthVariance"},
    "glszm": {"SizeZoneNonUniformity": "ZoneSizeNonUniformity",
              "SizeZoneNonUniformityNormalized": "ZoneSizeNonUniformityNormalised", "ZoneEntropy": "ZoneSizeEntropy",
              "ZoneVariance": "ZoneSizeVariance"},
    "gldm": {"HighGrayLevelEmphasis": "HighGreyLevelCountEmphasis", "LowGrayLevelEmphasis": "LowGreyLevelCountEmphasis",
             "DependenceVariance": "DependenceCountVariance", "DependenceEntropy": "DependenceCountEntropy",
             "DependenceNonUniformity": "DependenceCountNonUniformity",
             "DependenceNonUniformityNormalized": "DependenceCountNonUniformityNormalised"},
}
FAMILIES = {"shape": "morphology", "firstorder": "statistics", "gldm": "ngldm"}
RULES = [("GrayLevel", "GreyLevel"), ("Normalized", "Normalised"), ("LongRun", "LongRuns"), ("ShortRun", "ShortRuns"),
         ("LargeArea", "LargeZone"), ("SmallArea", "SmallZone"), ("LargeDependence", "HighDependence"),
         ("SmallDependence", "LowDependence")]


def plain(name):
    """The name without what differs in writing only."""
    return re.sub(r"runs|zones", lambda m: m[0][:-1], name.lower())


def ranks(values):
    """Ranks; ties get their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found, at = [0.0] * len(values), 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for k in order[at:end]:
            found[k] = (at + end - 1) / 2
        at = end
    return found


def correlation(a, b):
    a, b = ranks(a), ranks(b)
    ma, mb = statistics.fmean(a), statistics.fmean(b)
    products = [sum((x - mx) * (y - my) for x, y in zip(p, q)) for p, q, mx, my in
                ((a, b, ma, mb), (a, a, ma, ma), (b, b, mb, mb))]
    return products[0] / math.sqrt(products[1] * products[2]) if products[1] * products[2] > 0 else math.nan


def matches(columns):
    """Pairs of columns that mean the same, by class of PyRadiomics."""
    theirs = {}
    for column in columns:
        sequence, feature = column.split("_original_") if "_original_" in column else (None, "")
        family, _, name = feature.partition("_")
        theirs[sequence, family, plain(re.sub(r"_3D(_avg)?$", "", name)), "_3D" in name] = column
    for column in columns:
        if "_original_" not in column or re.search(r"_3D(_avg)?$", column):
            continue
        sequence, feature = column.split("_original_")
        own, _, name = feature.partition("_")
        other = NAMES.get(own, {}).get(name, name)
        for before, after in RULES:
            other = other.replace(before, after)
        texture = own not in ("shape", "firstorder")
        found = theirs.get((sequence, FAMILIES.get(own, own), plain(other), texture))
        if found and found != column:
            yield own, name, column, found


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    classes = {}
    for own, name, a, b in matches(list(rows[0])[1:]):
        pairs = [(float(row[a]), float(row[b])) for row in rows if row[a] and row[b]]
        x, y = zip(*pairs)
        rho = correlation(x, y)
        if not math.isnan(rho):
            away = statistics.median(abs(p - q) / abs(q) for p, q in pairs if q)
            classes.setdefault(own, []).append((rho, away, name, a))
    print(f"{len(rows)} patients\n\n| class | features | columns | rho, median | least | of | relative difference |")
    print("|---|---|---|---|---|---|---|")
    for own, found in classes.items():
        least = min(found)
        features = len({name for _, _, name, _ in found})
        rho = statistics.median(f[0] for f in found)
        away = statistics.median(f[1] for f in found)
        print(f"| {own} | {features} | {len(found)} | {rho:.3f} | {least[0]:.3f} | {least[2]} | {100 * away:.1f} % |")
    every = [f[0] for found in classes.values() for f in found]
    print(f"\n{len(every)} columns: {sum(r > 0.99 for r in every)} above 0.99, {sum(r > 0.9 for r in every)} above 0.9")


if __name__ == "__main__":
    main()

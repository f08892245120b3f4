#!/usr/bin/env python3
"""Times riskset's IBSI dialect beside MIRP (and pictologics, if asked for) on the IBSI configurations of the CT phantom.

    python3 benches/ibsi.py FOLDER --python VENV/bin/python      # MIRP 2.7.0 is there
    python3 benches/ibsi.py FOLDER --install VENV                # is installed there first
    python3 benches/ibsi.py FOLDER --pictologics VENV/bin/python # also pictologics, Python 3.12 or newer

FOLDER holds phantoms/ct_image.nii.gz, phantoms/ct_label.nii.gz and params/ibsi1_[a-e].yaml. Each runs as a process of its
own with one thread, in turn; what is compared is CPU time (user and system) as the operating system counted it for the
finished process, start-up and reading included, and its peak memory. MIRP gets the same settings by its own arguments, once
as it is (Moran's I and Geary's C by a sample of voxels) and with --exact over all pairs.

pictologics compiles itself at its first run, so it is timed in its own process: image and mask read, one run to warm up,
then the CPU time of each further run of the three-dimensional configurations, without Moran's I and Geary's C. riskset's
time beside it is that of its whole process, with them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

MIRP = """
import logging, sys, warnings, json
warnings.simplefilter("ignore"); logging.disable(logging.INFO)
from mirp import extract_features
image, mask, arguments = sys.argv[1:]
found = extract_features(image=image, mask=mask, write_features=False, export_features=True, **json.loads(arguments))
print(len(found[0].columns))
"""

FAMILIES = ["morphology", "local_intensity", "statistics", "intensity_histogram", "intensity_volume_histogram", "glcm",
            "glrlm", "glszm", "gldzm", "ngtdm", "ngldm"]
FLAT = dict(by_slice=True, six=["2d_average", "2d_slice_merge", "2.5d_direction_merge", "2.5d_volume_merge"],
            three=["2d", "2.5d"])
SPACE = dict(by_slice=False, six=["3d_average", "3d_volume_merge"], three=["3d"])
CONFIGURATIONS = {
    "a": (FLAT, dict(resegmentation_intensity_range=[-500.0, 400.0], base_discretisation_method="fixed_bin_size",
                     base_discretisation_bin_width=25.0)),
    "b": (FLAT, dict(new_spacing=2.0, spline_order=1, resegmentation_intensity_range=[-500.0, 400.0],
                     base_discretisation_method="fixed_bin_number", base_discretisation_n_bins=32)),
    "c": (SPACE, dict(new_spacing=2.0, spline_order=1, resegmentation_intensity_range=[-1000.0, 400.0],
                      base_discretisation_method="fixed_bin_size", base_discretisation_bin_width=25.0,
                      ivh_discretisation_method="fixed_bin_size", ivh_discretisation_bin_width=2.5)),
    "d": (SPACE, dict(new_spacing=2.0, spline_order=1, resegmentation_sigma=3.0,
                      base_discretisation_method="fixed_bin_number", base_discretisation_n_bins=32)),
    "e": (SPACE, dict(new_spacing=2.0, spline_order=3, resegmentation_intensity_range=[-1000.0, 400.0],
                      resegmentation_sigma=3.0, base_discretisation_method="fixed_bin_number",
                      base_discretisation_n_bins=32, ivh_discretisation_method="fixed_bin_number",
                      ivh_discretisation_n_bins=1000)),
}
PICTOLOGICS = """
import json, sys, time
import pictologics
pictologics.set_num_threads(1)
image, mask = (pictologics.load_image(path) for path in sys.argv[1:3])
pipeline = pictologics.RadiomicsPipeline()
pipeline.deduplication_enabled = False
pipeline.add_config("it", json.loads(sys.argv[3]))
times = []
for run in range(int(sys.argv[4]) + 1):
    began = time.process_time()
    found = pipeline.run(image, mask, config_names=["it"])
    times.append(time.process_time() - began)
print(json.dumps(dict(times=times[1:], features=len(found["it"]))))
"""


def pictologics_steps(letter):
    """A three-dimensional configuration in the steps of pictologics."""
    bins = dict(method="FBS", bin_width=25, min_val=-1000) if letter == "c" else dict(method="FBN", n_bins=32)
    ivh = {"c": dict(method="FBS", bin_width=2.5, min_val=-1000), "e": dict(method="FBN", n_bins=1000)}.get(letter)
    steps = [dict(step="resample", params=dict(new_spacing=[2, 2, 2], interpolation="cubic" if letter == "e" else "linear")),
             dict(step="round_intensities")]
    if letter != "d":
        steps.append(dict(step="resegment", params=dict(range_min=-1000, range_max=400)))
    if letter != "c":
        steps.append(dict(step="filter_outliers", params=dict(sigma=3)))
    steps.append(dict(step="discretise", params=bins))
    steps.append(dict(step="extract_features", params=dict(
        families=["intensity", "morphology", "texture", "histogram", "ivh"], include_local_intensity=True,
        **(dict(ivh_discretisation=ivh) if ivh else {}))))
    return steps


ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS",
                           "NUMBA_NUM_THREADS"], "1")


def arguments(letter, exact):
    """MIRP's arguments for a configuration."""
    way, own = CONFIGURATIONS[letter]
    found = dict(by_slice=way["by_slice"], anti_aliasing=False, image_modality="ct", no_approximation=exact,
                 base_feature_families=FAMILIES, ivh_discretisation_method="none", **{})
    for family in ("glcm", "glrlm"):
        found[family + "_spatial_method"] = way["six"]
    for family in ("glszm", "gldzm", "ngtdm", "ngldm"):
        found[family + "_spatial_method"] = way["three"]
    found.update(own)
    return found


def run(command):
    """CPU seconds and peak MiB of a process, and what it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, env={**os.environ, **ONE_THREAD})
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))[:200]} failed with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--riskset", default="target/release/riskset")
    parser.add_argument("--python", type=Path, help="a Python with MIRP")
    parser.add_argument("--install", type=Path, help="make a virtual environment with MIRP here")
    parser.add_argument("--pictologics", type=Path, help="a Python with pictologics 0.9")
    parser.add_argument("--exact", action="store_true", help="MIRP looks at all pairs of voxels")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer-runs", type=int, default=1)
    options = parser.parse_args()
    if options.install:
        subprocess.run([sys.executable, "-m", "venv", options.install], check=True)
        options.python = options.install / "bin/python"
        subprocess.run([options.python, "-m", "pip", "install", "-q", "mirp==2.7.0"], check=True)
    image, mask = (options.folder / f"phantoms/ct_{part}.nii.gz" for part in ("image", "label"))
    print("| configuration | riskset CPU s | MiB | MIRP CPU s | MiB | ratio |\n|---|---|---|---|---|---|")
    totals = [0.0, 0.0]
    for letter in CONFIGURATIONS:
        own = [options.riskset, "extract", image, mask, "--params", options.folder / f"params/ibsi1_{letter}.yaml",
               "--format", "json", "--threads", "1"]
        ours = [run(own) for _ in range(options.runs)]
        cpu, memory = statistics.median(r[0] for r in ours), max(r[1] for r in ours)
        totals[0] += cpu
        row = f"| {letter.upper()} | {cpu:.3f} | {memory:.0f} |"
        if options.python:
            peer = [options.python, "-c", MIRP, image, mask, json.dumps(arguments(letter, options.exact))]
            theirs = [run(peer) for _ in range(options.peer_runs)]
            peer_cpu, peer_memory = statistics.median(r[0] for r in theirs), max(r[1] for r in theirs)
            totals[1] += peer_cpu
            row += f" {peer_cpu:.1f} | {peer_memory:.0f} | {peer_cpu / cpu:.0f} |"
        print(row, flush=True)
    if options.python:
        print(f"| A to E | {totals[0]:.3f} | | {totals[1]:.1f} | | {totals[1] / totals[0]:.0f} |")
    if options.pictologics:
        beside_pictologics(options, image, mask)


def beside_pictologics(options, image, mask):
    """The three-dimensional configurations, warm on the peer's side, a whole process on this one."""
    print("\n| configuration | riskset CPU s, whole process | pictologics CPU s, warm, in process | its features | ratio |"
          "\n|---|---|---|---|---|")
    for letter in "cde":
        own = [options.riskset, "extract", image, mask, "--params", options.folder / f"params/ibsi1_{letter}.yaml",
               "--format", "json", "--threads", "1"]
        cpu = statistics.median(run(own)[0] for _ in range(options.runs))
        peer = [options.pictologics, "-c", PICTOLOGICS, image, mask, json.dumps(pictologics_steps(letter)), str(options.runs)]
        said = json.loads(run(peer)[2].splitlines()[-1])
        theirs = statistics.median(said["times"])
        print(f"| {letter.upper()} | {cpu:.3f} | {theirs:.3f} | {said['features']} | {theirs / cpu:.1f} |", flush=True)


if __name__ == "__main__":
    main()

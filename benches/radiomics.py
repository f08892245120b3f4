#!/usr/bin/env python3
"""Times riskset and PyRadiomics side by side, as whole processes, on the same cases with the same parameter files.

    python3 benches/radiomics.py CASES --python VENV/bin/python    # PyRadiomics 3.0.1 is there
    python3 benches/radiomics.py CASES --install VENV              # is installed there first

CASES holds images/<case>_image.* with images/<case>_label.*, and params/*.yaml. Three more cases are made here: ellipsoids
of 60,000, 90,000 and 130,000 voxels. The two programs run in turn, each with one thread; what is compared is CPU time (user and system) as
the operating system counted it for the finished process, start-up and reading included. Then riskset alone: two threads
against one, by the clock. With --study also the extraction of the sample study, cold and warm.

Peak memory is no less than this script's own when it starts a process, which is kept below 20 MiB.
"""

import argparse
import gzip
import multiprocessing
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYRADIOMICS = """
import sys, radiomics, SimpleITK
SimpleITK.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
radiomics.setVerbosity(60)
from radiomics.featureextractor import RadiomicsFeatureExtractor
image, mask, params = sys.argv[1:]
found = RadiomicsFeatureExtractor(params).execute(image, mask)
print(sum(not name.startswith("diagnostics") for name in found))
"""

# Case, parameter file; a file that is not in CASES is made here.
PAIRS = [
    ("synth1", "b_paper1688"), ("brain1", "b_paper1688"), ("lung1", "b_paper1688"),
    ("roi60k", "b_paper1688"), ("roi90k", "b_paper1688"), ("roi130k", "b_paper1688"),
    ("synth1", "d_mri_normalized"), ("brain1", "d_mri_normalized"), ("lung1", "d_mri_normalized"),
    ("brain1", "c_filters_native"), ("lung1", "c_filters_native"), ("roi90k", "c_filters_native"),
    ("brain1", "lbp3d"), ("roi60k", "lbp3d"),
]
# Half axes of the regions made here.
ELLIPSOIDS = {"roi60k": (28, 24.5, 21), "roi90k": (32, 28, 24), "roi130k": (36, 32, 27)}
LBP3D = "imageType:\n  LBP3D: {}\nfeatureClass:\n  firstorder: []\nsetting:\n  binWidth: 25\n"

ONE_THREAD = dict.fromkeys(
    ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"], "1")


def nifti(path, size, code, bits, values):
    """Writes voxels of 1 mm, x fastest, as NIfTI-1."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *size, 1, 1, 1, 1)
    struct.pack_into("<2h", header, 70, code, bits)
    struct.pack_into("<8f", header, 76, 1, 1, 1, 1, 0, 0, 0, 0)
    struct.pack_into("<3f", header, 108, 352, 1, 0)
    struct.pack_into("<2h", header, 252, 0, 1)
    for row in range(3):
        struct.pack_into("<f", header, 280 + 16 * row + 4 * row, 1)
    header[344:348] = b"n+1\0"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(bytes(header) + values)


def make_ellipsoids(folder):
    """Ellipsoids in an image of smooth bands and noise, with some 40 gray levels at bin width 25."""
    from math import cos, sin
    size = nx, ny, nz = 96, 88, 72
    gray, state = [], 1
    masks = {case: bytearray() for case in ELLIPSOIDS}
    for z in range(nz):
        for y in range(ny):
            for x in range(nx):
                state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                noise = (state >> 40) / 2**24 - 0.5
                gray.append(int(500 + 200 * sin(x / 9 + y / 17) * cos(z / 11 - y / 13) + 400 * noise))
                for case, (a, b, c) in ELLIPSOIDS.items():
                    masks[case].append(((x - 47) / a) ** 2 + ((y - 43) / b) ** 2 + ((z - 35) / c) ** 2 <= 1)
    for case, labels in masks.items():
        nifti(folder / f"{case}_image.nii.gz", size, 4, 16, struct.pack(f"<{len(gray)}h", *gray))
        nifti(folder / f"{case}_label.nii.gz", size, 2, 8, bytes(labels))


def install(venv):
    """PyRadiomics 3.0.1 in a new environment; it builds against the NumPy that it finds."""
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    python = Path(venv, "bin", "python")
    pip = [python, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "numpy==1.26.4", "scipy==1.11.4", "SimpleITK", "PyWavelets", "pykwalify", "scikit-image==0.23.2",
                    "trimesh", "six", "cython", "versioneer", "wheel", "setuptools<66"], check=True)
    subprocess.run([*pip, "--no-build-isolation", "pyradiomics==3.0.1"], check=True)
    return python


def run(command, **environment):
    """CPU seconds, seconds by the clock and peak MiB of one finished process."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment})
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}: {message.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def spread(values):
    return f"{min(values):8.3f} {statistics.median(values):8.3f}"


def side_by_side(ours, theirs, runs):
    """Runs of both in turn, after one of each that does not count."""
    run(ours), run(theirs, **ONE_THREAD)
    pairs = [(run(ours), run(theirs, **ONE_THREAD)) for _ in range(runs)]
    cpu = [[pair[k][0] for pair in pairs] for k in (0, 1)]
    ratios = [theirs / ours for ours, theirs in zip(*cpu)]
    peak = [statistics.median(pair[k][2] for pair in pairs) for k in (0, 1)]
    return f"{spread(cpu[0])} {spread(cpu[1])} {spread(ratios)} {peak[0]:8.0f} {peak[1]:8.0f}"


def study(riskset, folder, runs):
    """The sample study: simulated, extracted cold, and again with everything known."""
    place = folder / "study"
    subprocess.run([riskset, "simulate", place], check=True, stdout=subprocess.DEVNULL)
    for number in range(runs):
        command = [riskset, "extract", place, "--cache-dir", folder / f"cache{number}", "-o", folder / f"features{number}.csv"]
        cold = run(command)
        warm = run([*command, "--force"])
        print(f"sample study {number + 1}: cold {cold[1]:.1f} s by the clock, {cold[0]:.1f} s CPU, {cold[2]:.0f} MiB; "
              f"warm {warm[1]:.2f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, help="folder with images/ and params/")
    parser.add_argument("--riskset", default="target/release/riskset", help="the binary")
    parser.add_argument("--python", type=Path, default=os.environ.get("PYRADIOMICS_PYTHON"), help="with PyRadiomics 3.0.1")
    parser.add_argument("--install", metavar="VENV", help="install PyRadiomics there and use it")
    parser.add_argument("--runs", type=int, default=5, help="runs that count (default 5)")
    parser.add_argument("--only", default="", help="cases and parameter files whose names contain this")
    parser.add_argument("--study", action="store_true", help="extract the sample study too")
    arguments = parser.parse_args()
    python = install(arguments.install) if arguments.install else arguments.python
    if python is None:
        parser.error("say where PyRadiomics is (--python), or where to install it (--install)")

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "lbp3d.yaml").write_text(LBP3D)
        # In a process of its own: what this one takes would count as the peak of every process that it starts.
        maker = multiprocessing.Process(target=make_ellipsoids, args=(folder,))
        maker.start(), maker.join()

        def files(case, params):
            place = folder if case in ELLIPSOIDS else arguments.cases / "images"
            image, mask = (next(iter(sorted(place.glob(f"{case}_{kind}.*"))), None) for kind in ("image", "label"))
            made = folder / f"{params}.yaml"
            return image, mask, made if made.exists() else arguments.cases / f"params/{params}.yaml"

        def ours(image, mask, params, threads=1):
            return [arguments.riskset, "extract", image, mask, "--params", params, "--threads", str(threads)]

        chosen = [pair for pair in PAIRS if arguments.only in " ".join(pair)]
        print(f"{'':25} riskset CPU s     PyRadiomics CPU s ratio             peak MiB")
        print(f"{'':25}{'min':>8} {'median':>8} {'min':>8} {'median':>8} {'min':>8} {'median':>8} {'riskset':>8} {'PyRad.':>8}")
        for case, params in chosen:
            image, mask, file = files(case, params)
            if not (image and mask and file.exists()):
                print(f"{case} {params}: not in {arguments.cases}")
                continue
            theirs = [python, "-c", PYRADIOMICS, image, mask, file]
            print(f"{case + ' ' + params:25}{side_by_side(ours(image, mask, file), theirs, arguments.runs)}", flush=True)
        for case, params in [("roi130k", "b_paper1688"), ("roi90k", "c_filters_native")]:
            if (case, params) in chosen:
                case_files = files(case, params)
                run(ours(*case_files))
                clock = [run(ours(*case_files))[1] / run(ours(*case_files, threads=2))[1] for _ in range(arguments.runs)]
                print(f"{case + ' ' + params:25}two threads: {min(clock):.2f} (min) {statistics.median(clock):.2f} (median) "
                      "times as fast as one by the clock")
        if arguments.study:
            study(arguments.riskset, folder, 2)


if __name__ == "__main__":
    main()

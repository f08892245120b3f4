//! The study file and the README of a synthetic study.

use super::Spec;
use super::patient::effect;

/// `study.toml`.
pub(super) fn study(spec: Spec) -> String {
    STUDY.replace("{seed}", &spec.seed.to_string())
}

const STUDY: &str = r#"version = 1
title = "HCC after resection and TACE (synthetic)"

table = "clinical.csv"
id = "id"

[endpoints.RFS]
label = "Recurrence-free survival"
time = "rfs_months"
unit = "months"
event = "recurrence"
cause = "first_event"
censored = "none"

[endpoints.OS]
label = "Overall survival"
origin = "surgery_date"
event_date = ["death_date"]
last_contact = "last_contact"
cut_off = 2024-06-30
show = "months"

# 7:3 of centre A; centre B is the external validation cohort.
[cohorts]
split = "7:3"
centre = "centre"
development = "A"
stratify = ["RFS"]
seed = {seed}

[[enrolment]]
name = "resection and adjuvant TACE"
include = "resection_and_tace == 'yes'"

[[enrolment]]
name = "earlier treatment of the tumour"
exclude = "prior_treatment == 'yes'"

[[enrolment]]
name = "MRI more than 30 days before surgery"
exclude = "mri_days > 30"

[[enrolment]]
name = "poor image quality"
exclude = "image_quality == 'poor'"

[[enrolment]]
name = "followed for less than two months"
exclude = "rfs_months < 2 and recurrence == 0"

[derived]
nlr = "neutrophils / lymphocytes"
# Death without recurrence competes with recurrence: whoever died first cannot have it any more.
first_event = "ifelse(recurrence == 1, 'recurrence', ifelse(is_missing(death_date), 'none', 'death'))"

[columns]
age = { label = "Age", unit = "years" }
sex = { label = "Sex", levels = ["male", "female"] }
bmi = { label = "BMI", unit = "kg/m2" }
antiviral = { label = "Antiviral therapy", levels = ["no", "yes"] }
cirrhosis = { label = "Cirrhosis", levels = ["no", "yes"] }
child_pugh = { label = "Child-Pugh class", levels = ["A", "B"] }
bclc = { label = "BCLC stage", levels = ["0-A", "B"] }
cnlc = { label = "CNLC stage", levels = ["I", "II"] }
tumour_size = { label = "Tumour size", unit = "cm" }
tumour_number = { label = "Tumours", levels = ["single", "multiple"] }
afp = { label = "AFP", unit = "ng/mL" }
alb = { label = "Albumin", unit = "g/L" }
alt = { label = "ALT", unit = "U/L" }
bilirubin = { label = "Bilirubin", unit = "umol/L" }
platelets = { label = "Platelets", unit = "10^9/L" }
prothrombin_time = { label = "Prothrombin time", unit = "s" }
nlr = "NLR"
first_event = { label = "First event", levels = ["none", "recurrence", "death"] }
differentiation = { label = "Differentiation", levels = ["well", "moderate", "poor"], ordered = true }
hep_par1 = { label = "Hep Par-1", levels = ["negative", "positive"] }
afp_expression = { label = "AFP expression", levels = ["negative", "positive"] }
gpc3 = { label = "Glypican-3", levels = ["negative", "positive"] }
ki67 = { label = "Ki-67", levels = ["<30%", ">=30%"] }
microvascular_invasion = { label = "Microvascular invasion", levels = ["no", "yes"] }
capsule_r1 = { label = "Reader 1", levels = ["absent", "incomplete", "complete"], ordered = true }
capsule_r2 = { label = "Reader 2", levels = ["absent", "incomplete", "complete"], ordered = true }
enhancement_r1 = { label = "Reader 1", levels = ["no", "yes"] }
enhancement_r2 = { label = "Reader 2", levels = ["no", "yes"] }
diameter_r1 = { label = "Reader 1", unit = "cm" }
diameter_r2 = { label = "Reader 2", unit = "cm" }

# Signs that two radiologists read in the same images.
[readings]
capsule = { label = "Tumour capsule", columns = ["capsule_r1", "capsule_r2"], weights = "linear" }
enhancement = { label = "Peritumoural enhancement", columns = ["enhancement_r1", "enhancement_r2"] }
diameter = { label = "Largest diameter (cm)", columns = ["diameter_r1", "diameter_r2"] }

[images]
sequences = ["T2WI", "DWI", "AP"]
image = "images/{id}_{sequence}.nii.gz"
mask = "masks/{id}_{sequence}.nii.gz"
repeats = "repeats/{id}_{sequence}_{reader}_{reading}.nii.gz"

[extraction]
preset = "paper"

[analysis]
seed = {seed}
times = [12, 24, 36]
variables = [
  "age", "sex", "bmi", "antiviral", "cirrhosis", "child_pugh", "bclc", "cnlc", "tumour_size", "tumour_number", "afp",
  "alb", "alt", "bilirubin", "platelets", "prothrombin_time", "nlr", "differentiation", "hep_par1", "afp_expression",
  "gpc3", "ki67", "microvascular_invasion",
]

[icc]
type = "ICC2"
threshold = 0.75

[lasso]
folds = 10
rule = "min"

# The score of all features, fitted to recurrence in the training cohort; OS is looked at with the same score.
[scores.rad]
label = "Rad-score"
endpoint = "RFS"
cut = "median"

[models]
clinical = ["nlr", "tumour_size"]
radiomics = ["rad_score"]
combined = ["nlr", "tumour_size", "rad_score"]
"#;

/// `README.md`.
pub(super) fn readme(spec: Spec, screened: usize) -> String {
    format!(
        "# hcc_pa_tace: a synthetic study

**Every value and image in this folder is synthetic. No patient is behind any of it.** It was made by

    riskset simulate OUT --patients {patients} --seed {seed}

which writes the same bytes on every machine.

{screened} patients are screened and {patients} enrolled; seven tenths of centre A train the models, the rest of centre A
is the internal and centre B the external validation cohort. The marginal distributions follow a published study of
recurrence of hepatocellular carcinoma after resection and adjuvant TACE (149 patients in cohorts of 81, 36 and 32): age
57.6 (SD 9.7) years, 85 % men, neutrophil-to-lymphocyte ratio 2.3 (SD 1.2), about 38 % recurrences.

| file | what |
|---|---|
| `study.toml` | endpoints, cohorts, criteria, labels, images, models |
| `clinical.csv` | one row for everybody who was screened |
| `images/`, `masks/` | T2WI, DWI and AP of each enrolled patient (NIfTI, 16 bit), and reader A's outline of the tumour |
| `repeats/` | outlines drawn again by reader A (`A_2`) and by reader B (`B_1`), for the first patients |
| `truth.csv` | the hidden heterogeneity of each tumour and the true linear predictor: never read by an analysis |

Recurrence follows a Weibull model with hazard ratios {nlr:.2} per unit of NLR, {size:.2} per cm of tumour size, and
{texture:.2} per standard deviation of a heterogeneity that only the texture of the tumours shows. Centre A images have
2 x 2 x 5 mm voxels, centre B 1.75 x 1.75 x 6 mm and other intensities.

The data may be used under the licences of riskset (MIT or Apache-2.0).
",
        patients = spec.patients,
        seed = spec.seed,
        nlr = libm::exp(effect::NLR),
        size = libm::exp(effect::SIZE),
        texture = libm::exp(effect::TEXTURE),
    )
}

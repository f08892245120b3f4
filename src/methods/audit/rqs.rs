//! RQS 2.0: rigour and readiness of radiomics. Lambin P, Woodruff HC, Mali SA, et al. Radiomics Quality Score 2.0. Nat Rev
//! Clin Oncol 2025;22:831 (doi 10.1038/s41571-025-01067-1): 42 checkpoints in nine readiness levels, with points. They are
//! put in our own words; numbers, levels and most points of all 42 were compared with the calculator of the University of
//! Western Australia's medical physics group (github.com/UWA-Medical-Physics-Research-Group/RQS-calculator), which scores
//! papers by them.

use super::judged::*;
use super::{Entry, staged};

pub(super) const ITEMS: &[Entry] = &[
    staged("1", 1, "Clinical need that is not met: named by several centres 1, by consensus 2", 2.0, open),
    staged("2", 1, "Scanners described", 1.0, protocol),
    staged("3", 1, "Maturity of the imaging protocol: local or national 1, international 2", 2.0, open),
    staged("4", 1, "Criteria of inclusion and exclusion", 1.0, eligibility),
    staged("5", 1, "Diversity and distribution: likely biases named beforehand", 1.0, open),
    staged("6", 2, "Robustness of features: repeated scans, repeated regions or phantoms", 1.0, repeats),
    staged("7", 2, "Preprocessing of images", 1.0, preprocessing),
    staged("8", 2, "Harmonisation of images or features", 1.0, harmonised),
    staged("9", 2, "International standards of extraction", 1.0, software),
    staged("10", 2, "Automatic segmentation", 1.0, drawn_by_machine),
    staged("11", 3, "Reduction of features", 1.0, reduction),
    staged("12", 3, "Robustness is used in choosing features", 1.0, reliable),
    staged("13", 3, "Deep learning beside handcrafted features", 1.0, no_deep),
    staged("14", 3, "Variables other than radiomics in the model", 2.0, combined),
    staged("15", 4, "Validation in the same centre, nothing refitted", 1.0, held_out),
    staged("16", 4, "Cut-offs", 1.0, cut),
    staged("17", 4, "Discrimination 1, with resampling 2", 2.0, discrimination),
    staged("18", 4, "Calibration", 1.0, calibration),
    staged("19", 4, "Where the model fails", 1.0, open),
    staged("20", 4, "Open scans, regions, code: a point each", 3.0, open),
    staged("21", 5, "Other centres: one 1, several 2, a third party's data 3", 3.0, external),
    staged("22", 5, "Comparison with the clinical standard", 2.0, open),
    staged("23", 5, "Comparison with earlier signatures", 1.0, open),
    staged("24", 5, "Clinical use, such as decision curves", 2.0, utility),
    staged("25", 6, "The model is explained", 1.0, explained),
    staged("26", 6, "The explanation is evaluated", 1.0, open),
    staged("27", 6, "Biological correlates", 1.0, open),
    staged("28", 6, "Fairness evaluated 1, bias corrected 2", 2.0, open),
    staged("29", 7, "Usable for clinicians", 1.0, open),
    staged("30", 7, "Sample size computed beforehand", 1.0, sample_size),
    staged("31", 7, "Trial registered", 1.0, open),
    staged("32", 7, "Prospective validation", 3.0, open),
    staged("33", 7, "Assessed in clinical reality", 1.0, open),
    staged("34", 8, "Software can be traced", 1.0, traceable),
    staged("35", 8, "Safeguards against use out of scope", 1.0, safeguards),
    staged("36", 8, "Cost-effectiveness", 2.0, open),
    staged("37", 8, "Drift of performance is watched", 1.0, open),
    staged("38", 8, "How the model goes on learning", 1.0, open),
    staged("39", 9, "Level of automation in practice", 1.0, open),
    staged("40", 9, "Quality management", 1.0, open),
    staged("41", 9, "Regulation", 1.0, open),
    staged("42", 9, "On the market", 1.0, open),
];

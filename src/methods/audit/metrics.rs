//! METRICS: how well a radiomics study was done. Kocak B, Akinci D'Antonoli T, Mercaldo N, et al. METhodological RadiomICs
//! Score. Insights Imaging 2024;15:8 (CC BY 4.0): 30 items with weights that add up to 1. The points are put in our own
//! words; the weights are those of table 1, compared
//! with those of the authors' calculator (github.com/metricsscore/metrics).

use super::judged::*;
use super::{Entry, weighted};

pub(super) const ITEMS: &[Entry] = &[
    weighted("1", "A guideline for radiomics or machine learning is followed", 0.0368, checklists),
    weighted("2", "Criteria of eligibility make a representative sample", 0.0735, eligibility),
    weighted("3", "A sound, clearly defined reference standard or outcome", 0.0919, outcome),
    weighted("4", "Images of more than one centre", 0.0438, multicentre),
    weighted("5", "Imaging as it is done in clinical routine, by protocols that are established", 0.0292, open),
    weighted("6", "Imaging protocol with its parameters", 0.0438, protocol),
    weighted("7", "Interval between imaging and reference standard", 0.0292, open),
    weighted("8", "How regions were drawn is described", 0.0337, segmentation),
    weighted("9", "Automatic segmentation is evaluated", 0.0225, automatic),
    weighted("10", "Test regions drawn by one reader or one tool, as in practice", 0.0112, open),
    weighted("11", "Images are preprocessed as they should be, and it is described", 0.0622, resampling),
    weighted("12", "Standardized software of extraction", 0.0311, software),
    weighted("13", "Parameters of extraction, or that they are the defaults", 0.0415, extraction),
    weighted("14", "Features that are not robust are dropped", 0.02, reliable),
    weighted("15", "Redundant features are dropped", 0.02, redundant),
    weighted("16", "Dimensions in proportion to the data", 0.03, dimension),
    weighted("17", "Robustness of end-to-end deep learning", 0.02, deep),
    weighted("18", "Data are divided before anything is fitted", 0.0599, partition),
    weighted("19", "Confounders are looked for and dealt with", 0.03, confounders),
    weighted("20", "Measures of performance that fit the task", 0.0352, measures),
    weighted("21", "Uncertainty is given", 0.0234, uncertainty),
    weighted("22", "Calibration is assessed", 0.0176, calibration),
    weighted("23", "One kind of image, or proof that several are better", 0.0117, one_sequence),
    weighted("24", "Comparison with what is there without radiomics, or proof of added value", 0.0293, clinical_models),
    weighted("25", "Comparison with simple or classical models", 0.0176, classical),
    weighted("26", "Internal testing", 0.0375, internal),
    weighted("27", "External testing", 0.0749, external),
    weighted("28", "Data can be had", 0.0075, shared_features),
    weighted("29", "Code can be had", 0.0075, shared_code),
    weighted("30", "The model can be had", 0.0075, shared_model),
];

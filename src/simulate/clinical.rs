//! The clinical table and the truth behind it, as CSV.

use std::fmt::Write;

use tables::date;

use super::patient::{Centre, Exclusion, Patient};

const COLUMNS: &str = "id,centre,resection_and_tace,prior_treatment,mri_days,image_quality,age,sex,bmi,antiviral,\
cirrhosis,child_pugh,bclc,cnlc,tumour_size,tumour_number,afp,alb,alt,bilirubin,platelets,prothrombin_time,neutrophils,\
lymphocytes,differentiation,hep_par1,afp_expression,gpc3,ki67,microvascular_invasion,surgery_date,rfs_months,\
recurrence,death_date,last_contact,capsule_r1,capsule_r2,enhancement_r1,enhancement_r2,diameter_r1,diameter_r2";

const CAPSULE: [&str; 3] = ["absent", "incomplete", "complete"];

/// The clinical table: one row for everybody who was screened.
pub(super) fn table(patients: &[Patient]) -> String {
    let mut out = format!("{COLUMNS}\n");
    for p in patients {
        let excluded = |reason: Exclusion| p.exclusion == Some(reason);
        let fields = [
            p.id.clone(),
            centre(p.centre).to_owned(),
            yes_no(!excluded(Exclusion::NoTace)),
            yes_no(excluded(Exclusion::PriorTreatment)),
            p.mri_days.to_string(),
            if excluded(Exclusion::PoorImages) { "poor" } else { "good" }.to_owned(),
            p.age.to_string(),
            if p.male { "male" } else { "female" }.to_owned(),
            p.bmi.to_string(),
            yes_no(p.antiviral),
            yes_no(p.cirrhosis),
            if p.child_pugh_b { "B" } else { "A" }.to_owned(),
            if p.bclc_b { "B" } else { "0-A" }.to_owned(),
            if p.cnlc_2 { "II" } else { "I" }.to_owned(),
            p.size.to_string(),
            if p.lesions > 1 { "multiple" } else { "single" }.to_owned(),
            p.afp.to_string(),
            p.alb.to_string(),
            p.alt.to_string(),
            p.bilirubin.to_string(),
            p.platelets.to_string(),
            p.prothrombin.to_string(),
            p.neutrophils.to_string(),
            p.lymphocytes.to_string(),
            ["well", "moderate", "poor"][p.differentiation].to_owned(),
            positive(p.hep),
            positive(p.afp_expression),
            positive(p.gpc3),
            if p.ki67_high { ">=30%" } else { "<30%" }.to_owned(),
            // Pathology did not report it for everybody.
            if p.number % 17 == 0 { String::new() } else { yes_no(p.microvascular_invasion) },
            date::iso(p.surgery_day),
            p.rfs_months.to_string(),
            u8::from(p.recurrence).to_string(),
            p.death_day.map(date::iso).unwrap_or_default(),
            date::iso(p.last_contact_day),
            CAPSULE[p.read[0].capsule].to_owned(),
            CAPSULE[p.read[1].capsule].to_owned(),
            yes_no(p.read[0].enhancement),
            yes_no(p.read[1].enhancement),
            p.read[0].diameter.to_string(),
            p.read[1].diameter.to_string(),
        ];
        let _ = writeln!(out, "{}", fields.join(","));
    }
    out
}

/// What nobody knows in a real study: heterogeneity and risk of everybody enrolled.
pub(super) fn truth(patients: &[Patient]) -> String {
    let mut out = "id,texture,linear_predictor\n".to_owned();
    for p in patients.iter().filter(|p| p.is_enrolled()) {
        let _ = writeln!(out, "{},{:.6},{:.6}", p.id, p.texture, p.risk);
    }
    out
}

fn centre(centre: Centre) -> &'static str {
    match centre {
        Centre::A => "A",
        Centre::B => "B",
    }
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

fn positive(positive: bool) -> String {
    if positive { "positive" } else { "negative" }.to_owned()
}

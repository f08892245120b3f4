use super::*;
use watch::Unwatched;

/// Three features of eight subjects at two sites, shifted and stretched.
fn two_sites() -> (Vec<Vec<f64>>, Vec<&'static str>) {
    let site = ["a", "a", "a", "a", "b", "b", "b", "b"].to_vec();
    let features = vec![
        vec![1.0, 2.0, 3.0, 4.5, 11.0, 14.0, 17.0, 21.0],
        vec![0.3, 0.1, 0.4, 0.15, 0.9, 0.2, 0.6, 0.5],
        vec![-5.0, -7.0, -6.5, -9.0, 2.0, 2.5, 1.0, 0.0],
    ];
    (features, site)
}

fn fit(spec: &CombatSpec, features: &[Vec<f64>], site: &[&str]) -> Result<(Harmonizer, Vec<Vec<f64>>), HarmonizeError> {
    let columns: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let data = SiteData { features: &columns, site, kept: &[] };
    let fitted = spec.clone().check().expect("a spec").fit(&data, &Unwatched)?;
    let harmonised = fitted.apply(&data, &Unwatched)?.features;
    Ok((fitted, harmonised))
}

fn mean_and_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

#[test]
fn location_and_scale_without_a_prior_make_sites_alike() {
    let (features, site) = two_sites();
    let (_, harmonised) =
        fit(&CombatSpec { prior: SitePrior::None, ..Default::default() }, &features, &site).expect("fits");
    for column in harmonised {
        let ((mean_a, sd_a), (mean_b, sd_b)) = (mean_and_sd(&column[..4]), mean_and_sd(&column[4..]));
        assert!((mean_a - mean_b).abs() < 1e-12 && (sd_a - sd_b).abs() < 1e-12, "{column:?}");
    }
}

#[test]
fn a_feature_without_variance_stays_and_is_no_prior() {
    let (mut features, site) = two_sites();
    let (alone, expected) = fit(&CombatSpec::default(), &features, &site).expect("fits");
    features.push(vec![0.1 + 0.2; 8]);
    let (fitted, harmonised) = fit(&CombatSpec::default(), &features, &site).expect("fits");
    assert_eq!(fitted.unchanged, [3]);
    assert_eq!(harmonised[3], features[3]);
    assert_eq!(harmonised[..3], expected);
    assert_eq!(fitted.sites[0].prior, alone.sites[0].prior);
    assert_eq!(fitted.notes, [HarmonizeNote::WithoutVariance(1)]);
}

#[test]
fn a_site_with_one_subject_loses_its_location_alone() {
    let (mut features, mut site) = two_sites();
    features.iter_mut().for_each(|f| f.push(f[0] + 30.0));
    site.push("c");
    for prior in [SitePrior::Parametric, SitePrior::NonParametric, SitePrior::None] {
        let (fitted, harmonised) = fit(&CombatSpec { prior, ..Default::default() }, &features, &site).expect("fits");
        assert!(fitted.notes.contains(&HarmonizeNote::OneSubject("c".into())), "{:?}", fitted.notes);
        assert!(fitted.sites[2].delta_star.iter().all(|d| *d == 1.0));
        assert!(harmonised.iter().flatten().all(|v| v.is_finite()));
    }
}

#[test]
fn missing_values_stay_missing_and_leave_the_rest_alone() {
    let (mut features, site) = two_sites();
    let spec = CombatSpec { prior: SitePrior::None, ..Default::default() };
    let (_, complete) = fit(&spec, &features, &site).expect("fits");
    features[1][2] = f64::NAN;
    let (_, harmonised) = fit(&spec, &features, &site).expect("fits");
    assert!(harmonised[1][2].is_nan());
    assert_eq!(harmonised.iter().flatten().filter(|v| v.is_nan()).count(), 1);
    assert_eq!((&harmonised[0], &harmonised[2]), (&complete[0], &complete[2]));
    // Without the subject altogether the feature gets the same values.
    let others: Vec<usize> = (0..8).filter(|i| *i != 2).collect();
    let part: Vec<Vec<f64>> = features.iter().map(|f| others.iter().map(|&i| f[i]).collect()).collect();
    let (_, alone) = fit(&spec, &part, &others.iter().map(|&i| site[i]).collect::<Vec<_>>()).expect("fits");
    for (k, &i) in others.iter().enumerate() {
        assert!((alone[1][k] - harmonised[1][i]).abs() < 1e-12);
    }
}

#[test]
fn a_new_site_is_brought_to_the_fit_by_its_own_features() {
    let (features, site) = two_sites();
    let columns: Vec<&[f64]> = features.iter().map(|f| &f[..4]).collect();
    let others: Vec<&[f64]> = features.iter().map(|f| &f[4..]).collect();
    let first = SiteData { features: &columns, site: &site[..4], kept: &[] };
    let second = SiteData { features: &others, site: &site[4..], kept: &[] };
    for prior in [SitePrior::Parametric, SitePrior::NonParametric, SitePrior::None] {
        let fitted =
            CombatSpec { prior, ..Default::default() }.check().expect("a spec").fit(&first, &Unwatched).expect("fits");
        assert_eq!(fitted.notes, [HarmonizeNote::OneSite("a".into())]);
        let applied = fitted.apply(&second, &Unwatched).expect("applies");
        assert_eq!((applied.new_sites.len(), applied.new_sites[0].n), (1, 4));
        // The same as both sites together with the first as reference.
        let spec = CombatSpec { prior, reference: Some("a".into()), ..Default::default() };
        let (_, together) = fit(&spec, &features, &site).expect("fits");
        for (own, all) in applied.features.iter().zip(&together) {
            own.iter().zip(&all[4..]).for_each(|(x, y)| assert!((x - y).abs() < 1e-9 * y.abs().max(1.0), "{x} {y}"));
        }
        let unmoved = fitted.apply(&first, &Unwatched).expect("applies").features;
        unmoved.iter().zip(&columns).for_each(|(x, y)| {
            x.iter().zip(*y).for_each(|(x, y)| assert!((x - y).abs() < 1e-14 * y.abs().max(1.0)));
        });
    }
}

#[test]
fn a_covariate_that_the_sites_determine_is_refused() {
    let (features, site) = two_sites();
    let columns: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let confounded = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
    let age = [50.0, 61.0, 47.0, 70.0, 52.0, 66.0, 49.0, 58.0];
    let data = SiteData { features: &columns, site: &site, kept: &[&age, &confounded] };
    assert_eq!(
        CombatSpec::default().check().expect("a spec").fit(&data, &Unwatched),
        Err(HarmonizeError::Confounded { column: 1 })
    );
    // As far away as whole numbers stay whole in single precision.
    let far = SiteData { kept: &[&age.map(|a| 1e4 + a)], ..data };
    let near = SiteData { kept: &[&age], ..data };
    let of = |data: &SiteData| {
        let fitted = CombatSpec::default().check().expect("a spec").fit(data, &Unwatched).expect("fits");
        fitted.apply(data, &Unwatched).expect("applies").features
    };
    for (x, y) in of(&far).iter().flatten().zip(of(&near).iter().flatten()) {
        assert!((x - y).abs() < 1e-6, "the origin of a covariate does not matter: {x} {y}");
    }
}

#[test]
fn what_cannot_be_is_said() {
    let (mut features, site) = two_sites();
    let unknown = CombatSpec { reference: Some("z".into()), ..Default::default() };
    assert!(matches!(fit(&unknown, &features, &site), Err(HarmonizeError::Reference { .. })));
    assert_eq!(fit(&CombatSpec::default(), &features[..1], &site).map(|_| ()), Err(HarmonizeError::NothingToBorrow(1)));
    (5..8).for_each(|i| features[2][i] = f64::NAN);
    let few = HarmonizeError::FewAtSite { feature: 2, site: "b".into(), values: 1 };
    assert_eq!(fit(&CombatSpec::default(), &features, &site).map(|_| ()), Err(few));
    features[0][3] = f64::INFINITY;
    let infinite = HarmonizeError::Infinite { feature: 0, row: 3 };
    assert_eq!(fit(&CombatSpec::default(), &features, &site).map(|_| ()), Err(infinite));
}

#[test]
fn z_scores_have_mean_zero_and_variance_one_at_each_site() {
    let (features, site) = two_sites();
    let columns: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let data = SiteData { features: &columns, site: &site, kept: &[] };
    let z = fit_z_scores(&data).expect("fits").apply(&data, &Unwatched).expect("applies").features;
    for column in z {
        for part in [&column[..4], &column[4..]] {
            let (mean, sd) = mean_and_sd(part);
            assert!(mean.abs() < 1e-14 && (sd - 1.0).abs() < 1e-14);
        }
    }
    let part: Vec<&[f64]> = features.iter().map(|f| &f[..4]).collect();
    let known = fit_z_scores(&SiteData { features: &part, site: &site[..4], kept: &[] }).expect("fits");
    let applied = known.apply(&data, &Unwatched).expect("applies");
    assert_eq!(applied.new_sites[0].name, "b");
    assert!(mean_and_sd(&applied.features[0][4..]).0.abs() < 1e-14);
}

#[test]
fn sites_named_by_numbers_come_in_their_order() {
    let columns: [&[f64]; 2] = [&[1.0, 2.0, 4.0, 7.0], &[0.0, 3.0, 1.0, 5.0]];
    let names = |site: &[&str]| {
        let data = SiteData { features: &columns, site, kept: &[] };
        data.sites().into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(&["10", "9", "10", "9"]), ["9", "10"]);
    assert_eq!(names(&["10", "9", "A", "9"]), ["10", "9", "A"]);
}

#[test]
fn a_line_does_to_one_subject_what_the_fit_does_to_all() {
    let (features, site) = two_sites();
    let reference = Some(site[0].to_owned());
    let combat = fit(&CombatSpec { reference, ..CombatSpec::default() }, &features, &site).expect("fits");
    let plain = fit(&CombatSpec::default(), &features, &site).expect("fits");
    let slices: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let data = SiteData { features: &slices, site: &site, kept: &[] };
    let z = fit_z_scores(&data).expect("fits");
    let of_z = z.apply(&data, &Unwatched).expect("applies").features;
    for (fitted, applied) in [combat, plain, (z, of_z)] {
        for (j, feature) in features.iter().enumerate() {
            let lines = fitted.lines(j).expect("no covariates");
            for (i, x) in feature.iter().enumerate() {
                let line = lines.iter().find(|line| line.site == site[i]).expect("a site of the fit");
                let (found, wanted) = (line.factor * x + line.offset, applied[j][i]);
                assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0), "{found} {wanted}");
            }
        }
    }
}

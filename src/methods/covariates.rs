//! The covariates of a model, from how they are written to the columns of a design.
//!
//! `age` is a column, `rcs(age,4)` a restricted cubic spline of it with four knots, `a*b` both and their product `a:b`.
//! Main effects come before products, whatever the order in which they are written, as in R's formulas.

use tables::names::{split_outside, unquoted};
use tables::{Column, Values};

use crate::ask::{AskError, Dataset};
use crate::study::covariate_columns;
use survival::cox::{Design, Factor};
use survival::spline::RestrictedCubicSpline;

/// A part of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// A column as it is: a number, or the contrasts of a factor.
    Column(String),
    /// A restricted cubic spline of a column, with so many knots.
    Spline(String, usize),
    /// The product of columns that are there as main effects.
    Product(Vec<String>),
}

/// A design and the rows that it is made of.
#[derive(Debug, Clone)]
pub struct Designed {
    /// The design.
    pub design: Design,
    /// Positions, among the rows asked about, of those on which every covariate is known.
    pub known: Vec<usize>,
    /// What a reader should know: a reference level that nobody of these has.
    pub notes: Vec<String>,
}

/// Values of a factor at most; and so many where they are more than half as many as the patients.
const MOST_LEVELS: usize = 1000;
const FEW_LEVELS: usize = 50;

/// Knots of `rcs(x)` without a number.
const USUAL_KNOTS: usize = 4;

/// Splits `a, rcs(b,4), c*d` at the commas outside brackets and quotes; a part that is one quoted name loses its quotes.
pub fn split(list: &str) -> Vec<String> {
    split_outside(list, ',').into_iter().map(|part| unquoted(part).to_owned()).collect()
}

/// The effects of covariates as they are written, each once, main effects first.
pub fn effects(data: &Dataset, covariates: &[String]) -> Result<Vec<Effect>, AskError> {
    let mut main: Vec<Effect> = Vec::new();
    let mut products: Vec<Vec<String>> = Vec::new();
    for text in covariates {
        // A column may have a name that reads like a product.
        if data.cohort.frame().get(text).is_some() {
            add(&mut main, Effect::Column(text.clone()))?;
            continue;
        }
        let parts: Vec<Effect> =
            split_outside(text, '*').into_iter().map(|part| one(part, text)).collect::<Result<_, _>>()?;
        if parts.len() < text.split('*').count() && !text.contains(['`', '"']) {
            return Err(AskError::Impossible(format!("`{text}` is no covariate: a column is missing in it")));
        }
        let names: Vec<String> = parts.iter().map(|p| p.column().to_owned()).collect();
        for part in parts {
            add(&mut main, part)?;
        }
        // a*b*c is every product of two of them, and the product of all three.
        for members in 1_u32..1 << names.len() {
            let chosen: Vec<String> =
                (0..names.len()).filter(|i| members >> i & 1 == 1).map(|i| names[i].clone()).collect();
            if chosen.len() > 1 && !products.contains(&chosen) {
                products.push(chosen);
            }
        }
    }
    products.sort_by_key(Vec::len);
    main.extend(products.into_iter().map(Effect::Product));
    Ok(main)
}

/// The same covariates with the column `name` as a restricted cubic spline of so many knots, wherever it stands; at the
/// end if it is none of them.
pub fn bent(data: &Dataset, covariates: &[String], name: &str, knots: usize) -> Vec<String> {
    let spline = format!("rcs({name},{knots})");
    let part = |part: &str| match one(part.trim(), part) {
        Ok(Effect::Column(column) | Effect::Spline(column, _)) if column == name => spline.clone(),
        _ => part.trim().to_owned(),
    };
    let bent = |text: &String| match data.cohort.frame().get(text) {
        Some(column) if column.name == name => spline.clone(),
        Some(_) => text.clone(),
        None => split_outside(text, '*').into_iter().map(part).collect::<Vec<_>>().join("*"),
    };
    let mut all: Vec<String> = covariates.iter().map(bent).collect();
    if !all.iter().any(|text| text.contains(&spline)) {
        all.push(spline);
    }
    all
}

fn one(part: &str, text: &str) -> Result<Effect, AskError> {
    let Some(inside) = part.strip_prefix("rcs(").and_then(|rest| rest.strip_suffix(')')) else {
        return match part {
            "" => Err(AskError::Impossible(format!("`{text}` is no covariate: a column is missing in it"))),
            _ => Ok(Effect::Column(unquoted(part).to_owned())),
        };
    };
    let (name, knots) = match inside.rsplit_once(',') {
        Some((name, knots)) => (unquoted(name), knots.trim().parse().ok().filter(|k| (3..=10).contains(k))),
        None => (unquoted(inside), Some(USUAL_KNOTS)),
    };
    let knots = knots.ok_or_else(|| AskError::Impossible(format!("`{part}`: write 3 to 10 knots: rcs({name},4)")))?;
    Ok(Effect::Spline(name.to_owned(), knots))
}

/// Adds a main effect unless it is there; a column cannot be in a model in two ways.
fn add(main: &mut Vec<Effect>, effect: Effect) -> Result<(), AskError> {
    match main.iter().find(|e| e.column() == effect.column()) {
        Some(there) if *there == effect => Ok(()),
        Some(_) => Err(AskError::Impossible(format!("{} is in the model in two ways", effect.column()))),
        None => {
            main.push(effect);
            Ok(())
        }
    }
}

impl Effect {
    /// The column of a main effect.
    fn column(&self) -> &str {
        match self {
            Self::Column(name) | Self::Spline(name, _) => name,
            Self::Product(names) => names.first().map_or("", String::as_str),
        }
    }
}

/// The patients whose values place the knots of splines.
#[derive(Debug, Clone, Copy)]
pub struct KnotsOf<'a> {
    /// Where their values stand.
    pub data: &'a Dataset,
    /// The patients.
    pub rows: &'a [usize],
}

/// The design of `covariates` on those of `rows` where all of them, and the columns called `also`, are known. Knots of
/// splines are placed by the column's values in `knot_rows`.
pub fn design(
    data: &Dataset,
    covariates: &[String],
    also: &[&str],
    rows: &[usize],
    knot_rows: &[usize],
) -> Result<Designed, AskError> {
    design_with(data, covariates, also, rows, KnotsOf { data, rows: knot_rows })
}

/// The same with knots by values that stand elsewhere, such as those before missing ones were filled in.
pub fn design_with(
    data: &Dataset,
    covariates: &[String],
    also: &[&str],
    rows: &[usize],
    knots_of: KnotsOf<'_>,
) -> Result<Designed, AskError> {
    let effects = effects(data, covariates)?;
    let frame = data.cohort.frame();
    let used = covariates.iter().filter(|c| frame.get(c).is_some()).map(String::as_str);
    let inside = covariates.iter().filter(|c| frame.get(c).is_none()).flat_map(|c| covariate_columns(c));
    let columns: Vec<&Column> = used
        .chain(inside)
        .chain(also.iter().copied())
        .map(|name| frame.column(name).map_err(AskError::impossible))
        .collect::<Result<_, _>>()?;
    let known: Vec<usize> =
        (0..rows.len()).filter(|i| columns.iter().all(|c| !c.values.is_missing(rows[*i]))).collect();
    if known.is_empty() {
        return Err(AskError::Impossible("no patient has all values".to_owned()));
    }
    let of: Vec<usize> = known.iter().map(|i| rows[*i]).collect();
    let mut design = Design::new(known.len());
    for effect in &effects {
        design = match effect {
            Effect::Column(name) => column(design, frame.column(name).map_err(AskError::impossible)?, &of)?,
            Effect::Spline(name, knots) => {
                let values = data.numbers(name)?;
                let placing = knots_of.data.numbers(name)?;
                let placed: Vec<f64> = knots_of.rows.iter().map(|r| placing[*r]).filter(|x| !x.is_nan()).collect();
                let spline = RestrictedCubicSpline::from_quantiles(&placed, *knots)
                    .map_err(|why| AskError::Impossible(format!("rcs({name},{knots}): {why}")))?;
                let values: Vec<f64> = of.iter().map(|r| values[*r]).collect();
                design.spline(name, &values, spline).map_err(AskError::impossible)?
            }
            Effect::Product(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                design.interaction(&names).map_err(AskError::impossible)?
            }
        };
    }
    let notes = columns.iter().filter_map(|column| other_reference(column, &of)).collect();
    Ok(Designed { design, known, notes })
}

/// Says that another level is the reference, where nobody in `rows` has the one that was said.
fn other_reference(column: &Column, rows: &[usize]) -> Option<String> {
    let Values::Category(category) = &column.values else { return None };
    let is_said = category.ordered || category.reference > 0 || !category.levels.is_sorted();
    let factor = factor(column, rows);
    let (said, taken) = (category.levels.get(category.reference as usize)?, factor.levels().first()?);
    (is_said && said != taken && factor.levels().len() > 1).then(|| {
        format!("{}: nobody of these has the reference level {said}; {taken} is taken instead", column.label())
    })
}

/// Adds a column: a number as it is, anything else by its contrasts.
fn column(design: Design, column: &Column, rows: &[usize]) -> Result<Design, AskError> {
    match &column.values {
        Values::Number(values) => {
            let values: Vec<f64> = rows.iter().map(|r| values[*r]).collect();
            design.linear(&column.name, &values).map_err(AskError::impossible)
        }
        Values::Date(_) => Err(AskError::Impossible(format!("{} is a date, not a covariate", column.name))),
        _ => {
            let factor = factor(column, rows);
            if factor.levels().len() < 2 {
                let level = factor.levels().first().cloned().unwrap_or_default();
                return Err(AskError::Impossible(format!(
                    "{} is {level} in all of these patients, so it explains nothing; leave it out",
                    column.name
                )));
            }
            let (levels, n) = (factor.levels().len(), rows.len());
            if levels > MOST_LEVELS || levels > FEW_LEVELS && 2 * levels > n {
                return Err(AskError::Impossible(format!(
                    "{} has {levels} values in {n} patients, too many for a factor; group them, or leave it out",
                    column.name
                )));
            }
            design.factor(&column.name, &factor).map_err(AskError::impossible)
        }
    }
}

/// The levels of a column that occur in `rows` (all known), the reference first if it does.
pub fn factor(column: &Column, rows: &[usize]) -> Factor {
    let category = column.factor();
    let code = |r: &usize| category.codes[*r].unwrap_or_default();
    let mut occurs = vec![false; category.levels.len()];
    rows.iter().for_each(|r| occurs[code(r) as usize] = true);
    let mut order: Vec<u32> = (0..category.levels.len() as u32).filter(|k| occurs[*k as usize]).collect();
    order.sort_by_key(|k| *k != category.reference);
    let mut position = vec![0_u32; occurs.len()];
    (0..).zip(&order).for_each(|(at, k)| position[*k as usize] = at);
    let codes = rows.iter().map(|r| position[code(r) as usize]).collect();
    let levels = order.iter().map(|k| category.levels[*k as usize].clone()).collect();
    Factor::new(codes, levels).expect("every code has a level")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_inside_brackets_do_not_split() {
        assert_eq!(split("age, rcs(size,4),sex*stage"), ["age", "rcs(size,4)", "sex*stage"]);
        assert_eq!(split("`Sex, M/F`, age"), ["Sex, M/F", "age"]);
        assert_eq!(split(""), Vec::<String>::new());
    }

    #[test]
    fn a_spline_says_its_knots() {
        assert_eq!(one("rcs(age, 5)", "").ok(), Some(Effect::Spline("age".to_owned(), 5)));
        assert_eq!(one("rcs(age)", "").ok(), Some(Effect::Spline("age".to_owned(), 4)));
        assert!(one("rcs(age,2)", "").is_err());
    }
}

//! Parameters of filters: what each may be.

use super::filter::{GaborResponse, Pooling};
use crate::filters::WaveletFilters;
use crate::ibsi::boundary::Boundary;
use crate::ibsi::filters::laws_kernel;
use crate::settings::Value;

/// Letters, digits and underscores.
pub(super) fn name(value: &Value) -> Result<String, String> {
    let text = value.to_string();
    let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if fits { Ok(text) } else { Err(format!("wants letters, digits and underscores, not {value}")) }
}

pub(super) fn boundary(value: &Value) -> Result<Boundary, String> {
    let found = match value {
        Value::Text(name) => Boundary::ALL.into_iter().find(|rule| rule.name() == name),
        _ => None,
    };
    found.ok_or_else(|| format!("wants zero, nearest, periodic or mirror, not {value}"))
}

pub(super) fn odd(value: &Value) -> Result<usize, String> {
    value
        .count(1, 9999)
        .ok()
        .filter(|n| n % 2 == 1)
        .ok_or_else(|| format!("wants an odd number of voxels, not {value}"))
}

pub(super) fn pooling(value: &Value) -> Result<Pooling, String> {
    match value {
        Value::Text(name) if name == "max" => Ok(Pooling::Max),
        Value::Text(name) if name == "average" || name == "mean" => Ok(Pooling::Average),
        Value::Text(name) if name == "min" => Ok(Pooling::Min),
        _ => Err(format!("wants max, average or min, not {value}")),
    }
}

pub(super) fn response(value: &Value) -> Result<GaborResponse, String> {
    match value {
        Value::Text(name) if name == "modulus" => Ok(GaborResponse::Modulus),
        Value::Text(name) if name == "real" => Ok(GaborResponse::Real),
        Value::Text(name) if name == "imaginary" => Ok(GaborResponse::Imaginary),
        Value::Text(name) if name == "angle" => Ok(GaborResponse::Angle),
        _ => Err(format!("wants modulus, real, imaginary or angle, not {value}")),
    }
}

/// The names of Laws' kernels in `L5E5E5`, as many as there are axes.
pub(super) fn kernels(value: &Value, axes: usize) -> Result<Vec<String>, String> {
    let unfit =
        || format!("wants {axes} of L3 E3 S3 L5 E5 S5 W5 R5 in a row, such as {}, not {value}", &"L5E5E5"[..2 * axes]);
    let Value::Text(text) = value else { return Err(unfit()) };
    let text = text.to_uppercase();
    if !text.is_ascii() || text.len() != 2 * axes {
        return Err(unfit());
    }
    let names: Vec<String> = (0..axes).map(|axis| text[2 * axis..2 * axis + 2].to_owned()).collect();
    if names.iter().all(|name| laws_kernel(name).is_some()) { Ok(names) } else { Err(unfit()) }
}

/// Low or high along each axis.
pub(super) fn passes(value: &Value, axes: usize) -> Result<Vec<bool>, String> {
    let unfit = || format!("wants {axes} of L and H, such as {}, not {value}", &"LLH"[3 - axes..]);
    let Value::Text(text) = value else { return Err(unfit()) };
    let each = text.chars().map(|c| match c.to_ascii_uppercase() {
        'L' => Some(false),
        'H' => Some(true),
        _ => None,
    });
    each.collect::<Option<Vec<bool>>>().filter(|passes| passes.len() == axes).ok_or_else(unfit)
}

pub(super) fn orthogonal(value: &Value) -> Result<String, String> {
    let families = ["haar", "dmey", "db", "sym", "coif"];
    match value {
        Value::Text(name)
            if families.iter().any(|family| name.starts_with(family)) && WaveletFilters::named(name).is_some() =>
        {
            Ok(name.clone())
        }
        _ => Err(format!("wants an orthogonal wavelet (haar, dmey, db1-38, sym2-20, coif1-17), not {value}")),
    }
}

pub(super) fn orders(value: &Value, axes: usize) -> Result<[usize; 3], String> {
    let mut items = value.list(|v| v.count(0, 20))?;
    if axes == 2 && items.len() == 2 {
        items.push(0);
    }
    match <[usize; 3]>::try_from(items) {
        Ok(order) if axes == 2 && order[2] > 0 => Err(format!("wants 0 along z with force2D, not {value}")),
        Ok(order) if order.iter().sum::<usize>() > 20 => {
            Err(format!("wants orders of 20 or less together, not {value}"))
        }
        Ok(order) => Ok(order),
        Err(_) => Err(format!("wants the orders along x, y, z, not {value}")),
    }
}

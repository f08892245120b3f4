//! Values of settings: what each may be.

use super::{Anchor, Interpolation, Range};
use crate::ibsi::family::Aggregation;
use crate::settings::Value;

pub(super) fn spacing(value: &Value) -> Result<[f64; 3], String> {
    let items = value.list(Value::non_negative)?;
    items.try_into().map_err(|_| format!("wants three spacings in mm (x, y, z), not {value}"))
}

pub(super) fn interpolation(value: &Value, of_image: bool) -> Result<Interpolation, String> {
    match value {
        Value::Text(name) => match name.as_str() {
            "nearest" | "sitkNearestNeighbor" => Ok(Interpolation::Nearest),
            "linear" | "sitkLinear" => Ok(Interpolation::Linear),
            "cubic" | "sitkBSpline" if of_image => Ok(Interpolation::Cubic),
            _ if of_image => Err(format!("wants nearest, linear or cubic, not {name}")),
            _ => Err(format!("wants nearest or linear, not {name}")),
        },
        Value::Int(1) => Ok(Interpolation::Nearest),
        Value::Int(2) => Ok(Interpolation::Linear),
        Value::Int(3) if of_image => Ok(Interpolation::Cubic),
        _ => Err(format!("wants nearest, linear or cubic, not {value}")),
    }
}

pub(super) fn threshold(value: &Value) -> Result<f64, String> {
    value.positive().ok().filter(|&x| x <= 1.0).ok_or_else(|| format!("wants a number above 0, up to 1, not {value}"))
}

pub(super) fn range(value: &Value) -> Result<Range, String> {
    let ends = value.list(|v| v.optional(Value::number))?;
    match *ends.as_slice() {
        [Some(low), Some(high)] if low > high => Err(format!("wants the lower end first, not {value}")),
        [low, high] => Ok(Range { low, high }),
        _ => Err(format!("wants two ends, null for an open one, not {value}")),
    }
}

pub(super) fn anchor(value: &Value) -> Result<Anchor, String> {
    match value {
        Value::Text(name) if name == "range" => Ok(Anchor::Range),
        Value::Text(name) if name == "minimum" => Ok(Anchor::Minimum),
        _ => value.number().map(Anchor::At).map_err(|_| format!("wants range, minimum or a number, not {value}")),
    }
}

pub(super) fn ivh_method(value: &Value) -> Result<String, String> {
    match value {
        Value::Text(name) if ["none", "fbs", "fbn"].contains(&name.as_str()) => Ok(name.clone()),
        _ => Err(format!("wants none, fbs or fbn, not {value}")),
    }
}

pub(super) fn aggregation(value: &Value) -> Result<Aggregation, String> {
    let names = || Aggregation::ALL.map(Aggregation::name).join(", ");
    match value {
        Value::Text(name) => Aggregation::from_name(name),
        _ => None,
    }
    .ok_or_else(|| format!("wants a list of {}, not {value}", names()))
}

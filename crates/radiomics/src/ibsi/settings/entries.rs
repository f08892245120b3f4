//! The section `imageType` of a parameter file under `dialect: ibsi`: filters, and the names of their response maps.

use marked_yaml::Node;
use marked_yaml::types::MarkedScalarNode;

use super::filter::{Filter, GaborResponse, Image, LawsEnergy, Pooling, RieszOf};
use super::parameters;
use super::read::Reading;
use crate::ibsi::boundary::Boundary;
use crate::settings::{ImageType, Value, yaml_value};

const FILTERS: [&str; 8] = ["Original", "Mean", "LoG", "Laws", "Gabor", "Wavelet", "Simoncelli", "Riesz"];

/// True if the dialect has the filter `name`.
pub(crate) fn has_filter(name: &str) -> bool {
    FILTERS.contains(&name)
}

impl Reading {
    /// The response maps of one filter.
    pub(super) fn image_type(&mut self, name: &MarkedScalarNode, node: &Node, before: &[Image]) -> Vec<Image> {
        let kind = name.as_str();
        if !FILTERS.contains(&kind) {
            if !(self.both && ImageType::from_name(kind).is_some()) {
                self.unknown(name, "image type", &FILTERS);
            }
            return Vec::new();
        }
        let entries: Vec<&Node> = match node {
            Node::Sequence(items) => items.iter().collect(),
            // PyRadiomics gives a mapping to each of its image types.
            Node::Mapping(_) if self.both && kind != "Original" && ImageType::from_name(kind).is_some() => Vec::new(),
            one => vec![one],
        };
        let mut images = Vec::new();
        for entry in entries {
            let mut found = Entry { kind, values: Vec::new() };
            for (key, node) in self.entries(entry, &format!("an entry of {kind}")) {
                found.values.push((key, yaml_value(node)));
            }
            let unknown = found.values.iter().find(|(key, _)| !found.keys().contains(&key.as_str()));
            if let Some((key, _)) = unknown {
                let known = found.keys();
                self.unknown(key, &format!("parameter of {kind}"), &known);
                continue;
            }
            let taken = |name: &str| before.iter().chain(&images).any(|image| image.name == name);
            match found.image(self.settings.by_slice) {
                Ok(image) if taken(&image.name) => {
                    let message = format!("{kind}: two images are called {}; give one another name", image.name);
                    self.error(entry.span(), message);
                }
                Ok(image) => images.push(image),
                Err(message) => self.error(entry.span(), format!("{kind}: {message}")),
            }
        }
        images
    }
}

/// One entry of a filter.
struct Entry<'n> {
    kind: &'n str,
    values: Vec<(&'n MarkedScalarNode, Value)>,
}

impl Entry<'_> {
    /// The parameters that the filter has.
    fn keys(&self) -> Vec<&'static str> {
        let own: &[&'static str] = match self.kind {
            "Original" => return Vec::new(),
            "Mean" => &["support"],
            "LoG" => &["sigma", "truncate"],
            "Laws" => &["kernels", "rotationInvariance", "pooling", "energy", "delta"],
            "Gabor" => &["sigma", "lambda", "gamma", "theta", "thetaStep", "response", "rotationInvariance", "pooling"],
            "Wavelet" => &["wavelet", "filters", "level", "rotationInvariance", "pooling", "decimated"],
            "Simoncelli" => &["level"],
            _ => &["of", "sigma", "truncate", "level", "order"],
        };
        ["name", "boundary"].into_iter().chain(own.iter().copied()).collect()
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(name, _)| name.as_str() == key).map(|(_, value)| value)
    }

    /// The parameter `key` as `taken` reads it, or `default`; without a default it is needed.
    fn read<T>(&self, key: &str, default: Option<T>, taken: impl Fn(&Value) -> Result<T, String>) -> Result<T, String> {
        match (self.get(key), default) {
            (Some(value), _) => taken(value).map_err(|unfit| format!("{key} {unfit}")),
            (None, Some(default)) => Ok(default),
            (None, None) => Err(format!("{key} is missing")),
        }
    }

    fn image(&self, by_slice: bool) -> Result<Image, String> {
        if self.kind == "Original" {
            return Ok(Image::original());
        }
        let filter = self.filter(by_slice)?;
        let boundary = self.read("boundary", Some(Boundary::Mirror), parameters::boundary)?;
        let name = self.read("name", Some(self.made_up_name()), parameters::name)?;
        Ok(Image { name, filter, boundary })
    }

    /// A name from the parameters: `log_sigma_1_5_truncate_4`.
    fn made_up_name(&self) -> String {
        let mut name = self.kind.to_lowercase();
        for (key, value) in &self.values {
            let text: String =
                value.to_string().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            name += &format!("_{}_{}", key.as_str(), text.trim_matches('_'));
        }
        name
    }

    fn filter(&self, by_slice: bool) -> Result<Filter, String> {
        let axes = if by_slice { 2 } else { 3 };
        let sigma = || self.read("sigma", None, Value::positive);
        let truncate = || self.read("truncate", Some(4.0), Value::positive);
        let level = || self.read("level", Some(1), |v| v.count(1, 16));
        let invariant = || self.read("rotationInvariance", Some(false), Value::boolean);
        Ok(match self.kind {
            "Mean" => Filter::Mean { support: self.read("support", None, parameters::odd)? },
            "LoG" => Filter::LoG { sigma: sigma()?, truncate: truncate()? },
            "Laws" => self.laws(axes, invariant()?)?,
            "Gabor" => Filter::Gabor {
                sigma: sigma()?,
                lambda: self.read("lambda", None, Value::positive)?,
                gamma: self.read("gamma", Some(1.0), Value::positive)?,
                thetas: self.angles()?,
                response: self.read("response", Some(GaborResponse::Modulus), parameters::response)?,
                three_planes: invariant()? && !by_slice,
                pooling: self.read("pooling", Some(Pooling::Max), parameters::pooling)?,
            },
            "Wavelet" => {
                if self.read("decimated", Some(false), Value::boolean)? {
                    return Err("decimated wavelets are not computed: they have no reference values".to_owned());
                }
                Filter::Wavelet {
                    wavelet: self.read("wavelet", None, parameters::orthogonal)?,
                    high: self.read("filters", None, |v| parameters::passes(v, axes))?,
                    level: level()?,
                    rotations: self.rotations(invariant()?)?,
                }
            }
            "Simoncelli" => Filter::Simoncelli { level: level()? },
            _ => Filter::Riesz {
                of: self.read("of", None, |v| match v {
                    Value::Text(name) if name == "LoG" => Ok(RieszOf::LoG { sigma: sigma()?, truncate: truncate()? }),
                    Value::Text(name) if name == "Simoncelli" => Ok(RieszOf::Simoncelli { level: level()? }),
                    _ => Err(format!("wants LoG or Simoncelli, not {v}")),
                })?,
                order: self.read("order", None, |v| parameters::orders(v, axes))?,
            },
        })
    }

    fn laws(&self, axes: usize, invariant: bool) -> Result<Filter, String> {
        let kernels = self.read("kernels", None, |v| parameters::kernels(v, axes))?;
        let rotations = self.rotations(invariant)?;
        let odd = kernels.iter().find(|name| name.starts_with(['E', 'W']));
        if let (Some(name), Some(Pooling::Average)) = (odd, rotations) {
            return Err(format!("the average over the rotations of {name}, an odd kernel, is 0: pool by max or min"));
        }
        let energy = self.read("energy", Some(false), Value::boolean)?;
        let delta = self.read("delta", Some(7), |v| v.count(1, 1000))?;
        Ok(Filter::Laws { kernels, rotations, energy: energy.then_some(LawsEnergy { delta }) })
    }

    fn rotations(&self, invariant: bool) -> Result<Option<Pooling>, String> {
        let pooling = self.read("pooling", Some(Pooling::Max), parameters::pooling)?;
        Ok(invariant.then_some(pooling))
    }

    /// Degrees: `theta` alone, or with `thetaStep` as many as fit into 360.
    fn angles(&self) -> Result<Vec<f64>, String> {
        let first = self.read("theta", Some(0.0), Value::number)?;
        match self.read("thetaStep", Some(0.0), Value::non_negative)? {
            0.0 => Ok(vec![first]),
            step => {
                let count = (360.0 / step - 1e-9).ceil().max(1.0) as usize;
                if count > 3600 {
                    return Err(format!("thetaStep wants a tenth of a degree or more, not {step}"));
                }
                Ok((0..count).map(|k| first + k as f64 * step).collect())
            }
        }
    }
}

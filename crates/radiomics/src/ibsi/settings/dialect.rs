//! Which definitions a parameter file asks for.

use marked_yaml::Node;

use crate::settings::{ParameterError, Value, parameter_error, yaml_value};

/// Which dialects a parameter file asks for: PyRadiomics', the initiative's. Where it says nothing, `otherwise` says
/// whether the initiative's is meant; where both say something, they must agree.
pub(crate) fn dialect(root: &Node, otherwise: Option<bool>) -> Result<(bool, bool), ParameterError> {
    let Some(node) = entry(root, "setting").and_then(|section| entry(section, "dialect")) else {
        let ibsi = otherwise.unwrap_or(false);
        return Ok((!ibsi, ibsi));
    };
    let unfit = |value: &Value| {
        parameter_error(node.span(), format!("dialect wants pyradiomics, ibsi, or [pyradiomics, ibsi], not {value}"))
    };
    let whole = yaml_value(node);
    let named = match &whole {
        Value::List(items) => items.clone(),
        one => vec![one.clone()],
    };
    let mut asked = (false, false);
    for value in &named {
        match value {
            Value::Text(name) if name == "pyradiomics" => asked.0 = true,
            Value::Text(name) if name == "ibsi" => asked.1 = true,
            _ => return Err(unfit(&whole)),
        }
    }
    match otherwise {
        _ if asked == (false, false) => Err(unfit(&whole)),
        Some(ibsi) if asked != (!ibsi, ibsi) => {
            let message = format!("the file asks for the dialect {whole}, and another is asked for beside it");
            Err(parameter_error(node.span(), message))
        }
        _ => Ok(asked),
    }
}

/// The value of `key` in a mapping.
fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match node {
        Node::Mapping(map) => map.iter().find(|(name, _)| name.as_str() == key).map(|(_, node)| node),
        _ => None,
    }
}

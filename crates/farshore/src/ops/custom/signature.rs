//! The parameters of a user's kernel: `"float32 x, T y"`.

use crate::dtype::DType;
use crate::error::{Error, Result};

/// One parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub dtype: Type,
}

/// A dtype, or a name that stands for one, the same wherever it occurs.
#[derive(Clone, Debug)]
pub enum Type {
    DType(DType),
    Template(String),
}

/// The dtypes that template names stand for.
pub type Types = Vec<(String, DType)>;

/// The parameters that `text` declares.
///
/// # Errors
/// [`Error::Value`] for a declaration that is not a type and a name, and for a name that is there twice.
pub fn parse(op: &'static str, text: &str) -> Result<Vec<Parameter>> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for declaration in text.split(',').map(str::trim).filter(|declaration| !declaration.is_empty()) {
        let words: Vec<&str> = declaration.split_whitespace().collect();
        let [dtype, name] = words[..] else {
            let reason =
                format!("{declaration:?} is not a type and a name, such as \"float32 x\" or \"T x\"");
            return Err(Error::Value { op, reason });
        };
        if let Some(wrong) = [dtype, name].into_iter().find(|word| !is_identifier(word)) {
            return Err(Error::Value { op, reason: format!("{wrong:?} in {declaration:?} is not a name") });
        }
        if parameters.iter().any(|known| known.name == name) {
            return Err(Error::Value { op, reason: format!("there are two parameters {name}") });
        }
        let dtype = DType::ALL
            .into_iter()
            .find(|known| known.name() == dtype)
            .map_or_else(|| Type::Template(dtype.into()), Type::DType);
        parameters.push(Parameter { name: name.into(), dtype });
    }
    Ok(parameters)
}

impl Type {
    /// The dtype, given what the template names stand for.
    pub fn dtype(&self, op: &'static str, types: &Types) -> Result<DType> {
        match self {
            Self::DType(dtype) => Ok(*dtype),
            Self::Template(name) => {
                let known = types.iter().find(|(known, _)| known == name).map(|&(_, dtype)| dtype);
                let reason = || format!("no array says which dtype {name} stands for");
                known.ok_or_else(|| Error::Value { op, reason: reason() })
            }
        }
    }
}

fn is_identifier(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    first && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_') && !word.contains("__")
}

/// `text` with the template names replaced by WGSL's names for their types.
pub fn with_types(text: &str, types: &Types) -> String {
    let mut result = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = match end {
            0 => rest.split_at(rest.chars().next().map_or(0, char::len_utf8)),
            end => rest.split_at(end),
        };
        let name = types.iter().find(|(known, _)| known == word).map(|&(_, dtype)| dtype.compute().name());
        result.push_str(name.unwrap_or(word));
        rest = after;
    }
    result
}

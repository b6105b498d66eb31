//! A user's WGSL as a row like those of the table: for one set of dtypes.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::device::{Fault, check};
use crate::dtype::{DType, Kind};
use crate::error::{Error, Result};
use crate::ufunc::{Output, Role, Ufunc, types};

/// What a function is made of.
pub struct Definition<'a> {
    pub op: &'static str,
    /// What the user's text is called in messages.
    pub part: &'static str,
    pub inputs: &'a [(String, DType)],
    /// Variables that the statements set, of which `output` is given.
    pub outputs: &'a [(String, DType)],
    pub output: usize,
    /// Statements, with WGSL's names for types.
    pub body: &'a str,
}

/// Rows that users made, by their texts. They live as long as the process, as compiled kernels do.
static MADE: LazyLock<Mutex<HashMap<Text, &'static Ufunc>>> = LazyLock::new(Mutex::default);

/// A text with the dtypes of its parameters.
type Text = (String, Vec<DType>);

/// Operands of the rows.
const PARAMETERS: &[&str] = &["p0", "p1", "p2", "p3", "p4", "p5"];

impl Definition<'_> {
    /// The row, once its text is checked.
    ///
    /// # Errors
    /// [`Error::Value`] with naga's words and the user's line; [`Error::DType`] for complex numbers.
    pub fn row(&self) -> Result<&'static Ufunc> {
        let op = self.op;
        let both = || self.inputs.iter().chain(self.outputs).map(|&(_, dtype)| dtype);
        if let Some(dtype) = both().find(|dtype| dtype.kind() == Kind::Complex) {
            let accepted = "real numbers and bool".into();
            let remedy = ". Give it the parts: fs.real(x), fs.imag(x)".into();
            return Err(Error::DType { op, dtype, accepted, remedy });
        }
        if self.inputs.len() > PARAMETERS.len() {
            let reason =
                format!("it has {} inputs; a kernel takes up to {}", self.inputs.len(), PARAMETERS.len());
            return Err(Error::Value { op, reason });
        }
        let dtypes: Vec<DType> = both().collect();
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = made.len() + 1;
        let (head, tail) = self.around("user");
        let key = (format!("{op} {head}{}{tail}", self.body), dtypes);
        if let Some(known) = made.get(&key) {
            return Ok(known);
        }
        check(&format!("{head}{}{tail}", self.body)).map_err(|fault| self.fault(&fault))?;
        let name = format!("user{number}");
        let (head, tail) = self.around(&name);
        let lanes = ["x", "y", "z", "w"].map(|lane| {
            let arguments = PARAMETERS[..self.inputs.len()].iter().map(|name| format!("{name}.{lane}"));
            format!("{name}({})", arguments.collect::<Vec<_>>().join(", "))
        });
        let result = self.outputs[self.output].1;
        let expression = format!("vec4<{}>({})", result.compute().name(), lanes.join(", "));
        let row: &'static Ufunc = Box::leak(Box::new(Ufunc {
            name: op,
            number,
            doc: "Written by a user.",
            parameters: &PARAMETERS[..self.inputs.len()],
            roles: leaked(self.inputs.iter().map(|&(_, dtype)| Role::Exactly(dtype)).collect()),
            result: Output::Exactly(result),
            wgsl: leaked(vec![(types::ALL, &*expression.leak())]),
            functions: format!("{head}{}{tail}\n", self.body).leak(),
        }));
        made.insert(key, row);
        Ok(row)
    }

    /// What stands before and behind the user's statements, which begin on a line of their own.
    fn around(&self, name: &str) -> (String, String) {
        let declared = |(name, dtype): &(String, DType)| format!("{name}: {}", dtype.compute().name());
        let inputs = self.inputs.iter().map(declared).collect::<Vec<_>>().join(", ");
        let (result, dtype) = &self.outputs[self.output];
        let outputs: String =
            self.outputs.iter().map(|output| format!(" var {};", declared(output))).collect();
        let head = format!("fn {name}({inputs}) -> {} {{{outputs}\n", dtype.compute().name());
        let ends = self.body.trim_end().ends_with([';', '}']) || self.body.trim().is_empty();
        (head, format!("{}\nreturn {result};\n}}", if ends { "" } else { ";" }))
    }

    fn fault(&self, fault: &Fault) -> Error {
        // One line stands before the user's.
        let fault = Fault { line: fault.line.saturating_sub(1), ..fault.clone() };
        wrong(self.op, self.part, self.body, &fault)
    }
}

/// What is wrong with `text`, which messages call `part`: naga's words, and the line.
pub fn wrong(op: &'static str, part: &str, text: &str, fault: &Fault) -> Error {
    let Fault { message, line, column } = fault;
    if *line == 0 {
        return Error::Value { op, reason: message.clone() };
    }
    let text = text.lines().nth(line - 1).unwrap_or_default();
    let place = if text.is_empty() {
        String::new()
    } else {
        format!("\n  {text}\n  {}^", " ".repeat(column.saturating_sub(1)))
    };
    Error::Value { op, reason: format!("line {line} of the {part}: {message}{place}") }
}

/// The same name, kept for as long as the process lives.
pub fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.iter().find(|known| **known == name) {
        return known;
    }
    let name: &'static str = name.to_owned().leak();
    names.push(name);
    name
}

fn leaked<T>(items: Vec<T>) -> &'static [T] {
    items.leak()
}

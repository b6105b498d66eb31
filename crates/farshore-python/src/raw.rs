//! Whole programs that users write.

use farshore::{Argument, RawKernel};
use numpy::PyUntypedArray;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::argument::{Operand, array_of, not_an_operand};
use crate::array::PyArray;
use crate::device::default;
use crate::errors::raise;

/// A whole compute program in WGSL: its bindings are the arrays and numbers that it is called with.
///
/// code: the program. name: its entry point. What it binds in group 0 is given in the order of the bindings' numbers: an array
/// for each variable in storage, `read` or written in place (`read_write`), and for the members of one uniform a number
/// each. `array<f32>` and `array<vec4<f32>>` take arrays of float32; a name that nothing declares, such as `T` in
/// `array<T>`, stands for the dtype of the array that is given there, and each set of dtypes is compiled once. Elements of
/// 8 and 16 bits lie several to a word: `load_x(i)` and `store_x(i, value)` reach those of `x`, `length_x()` counts them,
/// and there are such functions for arrays of every dtype.
///
/// The kernel is called with its number of workgroups, up to three, and a tuple of arguments: `kernel(workgroups,
/// arguments)`. It gives nothing: the arrays that it writes have their new elements for whatever follows. Views are
/// copied on the device before they are read; what is written lies in one piece.
///
/// An index beyond an end reaches the last element, and a loop is left after 2**20 turns, so that a program writes nothing
/// but the arrays that it is given; unsafe=True leaves those checks out, and what happens beyond an end is undefined. Raises
/// ValueError for WGSL that is wrong, with its line, for arrays that cannot be bound, and for more workgroups than the
/// device takes; TypeError for another number of arguments, and another dtype than declared.
///
/// >>> import farshore as fs
/// >>> reverse = fs.RawKernel("""
/// ... @group(0) @binding(0) var<storage, read> x: array<T>;
/// ... @group(0) @binding(1) var<storage, read_write> y: array<T>;
/// ...
/// ... @compute @workgroup_size(64)
/// ... fn reverse(@builtin(global_invocation_id) id: vec3<u32>) {
/// ...     let n = length_y();
/// ...     if id.x < n { store_y(id.x, load_x(n - 1 - id.x)); }
/// ... }
/// ... """, "reverse")
/// >>> x = fs.arange(5, dtype=fs.int16)
/// >>> y = fs.empty_like(x)
/// >>> reverse(1, (x, y))
/// >>> print(y)
/// [4 3 2 1 0]
#[pyclass(name = "RawKernel", module = "farshore", frozen)]
pub struct PyRawKernel(RawKernel);

#[pymethods]
impl PyRawKernel {
    #[new]
    #[pyo3(signature = (code, name, *, r#unsafe=false))]
    #[expect(unsafe_code, reason = "the caller answers for it, by an argument that says so")]
    fn new(py: Python<'_>, code: &str, name: &str, r#unsafe: bool) -> PyResult<Self> {
        let kernel = if r#unsafe {
            // SAFETY: the caller has promised it by name.
            unsafe { RawKernel::new_unchecked(code, name) }
        } else {
            RawKernel::new(code, name)
        };
        kernel.map(Self).map_err(raise(py))
    }

    fn __call__(
        &self,
        py: Python<'_>,
        workgroups: &Bound<'_, PyAny>,
        arguments: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let name = self.0.name();
        let workgroups = workgroups_of(name, workgroups)?;
        let Some(arguments) = sequence(arguments) else {
            return Err(PyTypeError::new_err(format!(
                "{name}: arguments are a tuple, not {}: {name}(workgroups, (x, y))",
                arguments.get_type().name()?
            )));
        };
        let given = self.operands(py, &arguments)?;
        let arguments: Vec<Argument<'_>> = given.iter().map(Operand::as_argument).collect();
        py.detach(|| self.0.dispatch(workgroups, &arguments)).map_err(raise(py))
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    #[getter(__name__)]
    fn dunder_name(&self) -> &'static str {
        self.0.name()
    }

    /// The program's text.
    #[getter]
    fn code(&self) -> &str {
        self.0.code()
    }

    /// Invocations of a workgroup along x, y and z; None where that is known only once dtypes are.
    #[getter]
    fn workgroup_size(&self, py: Python<'_>) -> Option<(u32, u32, u32)> {
        let [x, y, z] = py.detach(|| self.0.workgroup_size())?;
        Some((x, y, z))
    }

    fn __repr__(&self) -> String {
        let arrays = self.0.arrays().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
        format!("<RawKernel '{}' of {arrays}>", self.0.name())
    }
}

impl PyRawKernel {
    /// The arguments, on the device of the first that is on one. What is written cannot come from the host.
    fn operands<'py>(&self, py: Python<'py>, given: &[Bound<'py, PyAny>]) -> PyResult<Vec<Operand<'py>>> {
        let op = self.0.name();
        let first =
            given.iter().find_map(|value| Some(array_of(value.cast::<PyArray>().ok()?).device().clone()));
        let device = first.map_or_else(|| default(py), Ok)?;
        let mut arrays = self.0.arrays();
        let operand = |value: &Bound<'py, PyAny>| {
            let known = Operand::extract_device(value)?;
            if let Some(Operand::Scalar(_)) = known {
                return Ok(known);
            }
            let written = arrays.next().filter(|&(_, written)| written);
            match (written, known) {
                (Some((name, _)), None) if value.cast::<PyUntypedArray>().is_ok() => {
                    Err(PyTypeError::new_err(format!(
                        "{op}: {name} is written on the device, and an array of the host was given; give it one of \
                         farshore: fs.asarray(h)"
                    )))
                }
                (_, None) => Operand::extract(op, value, &device),
                (_, known) => Ok(known),
            }
        };
        let operands: Vec<Option<Operand<'py>>> = given.iter().map(operand).collect::<PyResult<_>>()?;
        let each = operands.into_iter().zip(given);
        each.map(|(operand, value)| operand.ok_or_else(|| not_an_operand(op, value))).collect()
    }
}

fn sequence<'py>(value: &Bound<'py, PyAny>) -> Option<Vec<Bound<'py, PyAny>>> {
    if let Ok(tuple) = value.cast::<PyTuple>() {
        return Some(tuple.iter().collect());
    }
    value.cast::<PyList>().ok().map(|list| list.iter().collect())
}

/// Workgroups along x, y and z, of a number or a tuple of up to three.
fn workgroups_of(op: &str, value: &Bound<'_, PyAny>) -> PyResult<[u32; 3]> {
    let each = match sequence(value) {
        Some(each) if (1..=3).contains(&each.len()) => each,
        Some(each) => {
            let given = each.len();
            return Err(PyValueError::new_err(format!(
                "{op}: workgroups lie along one to three axes; {given} numbers were given"
            )));
        }
        None => vec![value.clone()],
    };
    let mut workgroups = [1; 3];
    for (place, value) in workgroups.iter_mut().zip(each) {
        let number: i128 = value.extract().map_err(|_| {
            let kind = value.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string());
            PyTypeError::new_err(format!(
                "{op}: workgroups are a whole number, or a tuple of up to three, not {kind}"
            ))
        })?;
        *place = u32::try_from(number).map_err(|_| {
            PyValueError::new_err(format!("{op}: {number} is no number of workgroups; it is 0 to 65535"))
        })?;
    }
    Ok(workgroups)
}

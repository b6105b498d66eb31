//! Kernels that users write.

use farshore::{Argument, ElementwiseKernel, ReductionKernel, Scalar};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::argument::Operand;
use crate::array::PyArray;
use crate::errors::raise;
use crate::ufunc::{operands, write};

/// A function of elements in WGSL, which takes part in fusion as every function of the package does.
///
/// in_params, out_params: `"float32 x, T y"`: dtypes, or names that stand for the dtype of the arrays given there,
/// the same everywhere; each set of dtypes is compiled once. operation: WGSL statements that read the inputs and set
/// the outputs, for one element. Numbers of 8 and 16 bits are computed with in 32, and wrapped or rounded when stored.
/// Functions such as `sin` are WGSL's own, of the driver's precision. A loop is left after 2**20 turns.
///
/// The kernel is called with arrays and numbers, which broadcast, and perhaps with the arrays to write the outputs into
/// behind them. It gives an array, or a tuple of several. Raises ValueError for WGSL that is wrong, with its line;
/// TypeError for another number of arguments, another dtype than declared, and two that differ where one name stands.
///
/// >>> import farshore as fs
/// >>> squared_difference = fs.ElementwiseKernel("T x, T y", "T z", "z = (x - y) * (x - y)", "squared_difference")
/// >>> print(fs.sqrt(squared_difference(fs.asarray([1.0, 5.0]), 2)))
/// [1. 3.]
#[pyclass(name = "ElementwiseKernel", module = "farshore", frozen)]
pub struct PyElementwiseKernel(ElementwiseKernel);

#[pymethods]
impl PyElementwiseKernel {
    #[new]
    #[pyo3(signature = (in_params, out_params, operation, name="kernel"))]
    fn new(py: Python<'_>, in_params: &str, out_params: &str, operation: &str, name: &str) -> PyResult<Self> {
        ElementwiseKernel::new(in_params, out_params, operation, name).map(Self).map_err(raise(py))
    }

    #[pyo3(signature = (*args))]
    fn __call__<'py>(&self, py: Python<'py>, args: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
        let kernel = &self.0;
        let (inputs, outputs) = (kernel.inputs(), kernel.outputs());
        if args.len() != inputs && args.len() != inputs + outputs {
            return Err(PyTypeError::new_err(format!(
                "{}() takes {inputs} inputs, and {outputs} arrays to write into or none; {} arguments were given",
                kernel.name(),
                args.len()
            )));
        }
        let given = operands(py, kernel.name(), &args.get_slice(0, inputs))?;
        let arguments: Vec<Argument<'_>> = given.iter().map(Operand::as_argument).collect();
        let results = py.detach(|| kernel.call(&arguments)).map_err(raise(py))?;
        let mut all = Vec::with_capacity(outputs);
        for (number, result) in results.into_iter().enumerate() {
            all.push(match args.get_item(inputs + number) {
                Err(_) => Py::new(py, PyArray(result))?,
                Ok(out) => {
                    let out = out.cast::<PyArray>().map_err(|_| {
                        PyTypeError::new_err(format!("{}: it writes into arrays of farshore", kernel.name()))
                    })?;
                    write(py, kernel.name(), PyArray(result), &Operand::Array(out.clone()), None)?
                }
            });
        }
        match <[_; 1]>::try_from(all) {
            Ok([one]) => Ok(one.into_bound(py).into_any()),
            Err(all) => Ok(PyTuple::new(py, all)?.into_any()),
        }
    }

    #[getter(__name__)]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn __repr__(&self) -> String {
        format!("<ElementwiseKernel '{}'>", self.0.name())
    }
}

/// A reduction in WGSL: each element is mapped, the results are combined two by two, and what is left is mapped once more.
///
/// in_params, out_params: as of `ElementwiseKernel`, with one output. map_expr: an expression of the inputs. reduce_expr: one of
/// `a` and `b`. post_map_expr: statements that set the output, of `a`. Both have the dtype of the output, or its 32-bit
/// one where that is narrower. identity: the number that changes nothing that it is combined with, and what is left of no
/// elements. In which order values are combined is not said, but it is the same each time.
///
/// The kernel is called with arrays and numbers, `axis=` and `keepdims=` as `fs.sum`, and gives an array. Raises as
/// `ElementwiseKernel` does, and AxisError.
///
/// >>> import farshore as fs
/// >>> norm = fs.ReductionKernel("T x", "T y", "x * x", "a + b", "y = sqrt(a)", 0, "norm")
/// >>> print(norm(fs.asarray([[3.0, 4.0], [6.0, 8.0]]), axis=1))
/// [ 5. 10.]
#[pyclass(name = "ReductionKernel", module = "farshore", frozen)]
pub struct PyReductionKernel(ReductionKernel);

#[pymethods]
impl PyReductionKernel {
    #[new]
    #[pyo3(signature = (in_params, out_params, map_expr, reduce_expr, post_map_expr, identity, name="kernel"))]
    #[expect(clippy::too_many_arguments, reason = "those of CuPy's class of this name")]
    fn new(
        py: Python<'_>,
        in_params: &str,
        out_params: &str,
        map_expr: &str,
        reduce_expr: &str,
        post_map_expr: &str,
        identity: &Bound<'_, PyAny>,
        name: &str,
    ) -> PyResult<Self> {
        let identity = identity_of(name, identity)?;
        ReductionKernel::new(in_params, out_params, map_expr, reduce_expr, post_map_expr, identity, name)
            .map(Self)
            .map_err(raise(py))
    }

    #[pyo3(signature = (*args, axis=None, keepdims=false))]
    fn __call__<'py>(
        &self,
        py: Python<'py>,
        args: &Bound<'py, PyTuple>,
        axis: Option<&Bound<'py, PyAny>>,
        keepdims: bool,
    ) -> PyResult<PyArray> {
        if args.len() != self.0.inputs() {
            let (name, inputs, given) = (self.0.name(), self.0.inputs(), args.len());
            return Err(PyTypeError::new_err(format!("{name}() takes {inputs} inputs; {given} were given")));
        }
        let given = operands(py, self.0.name(), args)?;
        let arguments: Vec<Argument<'_>> = given.iter().map(Operand::as_argument).collect();
        let axes = match axis {
            None => None,
            Some(axis) => {
                Some(axis.extract::<Vec<isize>>().or_else(|_| axis.extract().map(|one| vec![one]))?)
            }
        };
        py.detach(|| self.0.call(&arguments, axes.as_deref(), keepdims)).map(PyArray).map_err(raise(py))
    }

    #[getter(__name__)]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn __repr__(&self) -> String {
        format!("<ReductionKernel '{}'>", self.0.name())
    }
}

/// A number; CuPy's users write it in quotes.
fn identity_of(op: &str, value: &Bound<'_, PyAny>) -> PyResult<Scalar> {
    let py = value.py();
    let number = match value.extract::<&str>() {
        Err(_) => value.clone(),
        Ok(text) => {
            let builtins = py.import("builtins")?;
            let whole = builtins.call_method1("int", (text,));
            whole.or_else(|_| builtins.call_method1("float", (text,)))?
        }
    };
    match Operand::extract_device(&number)? {
        Some(Operand::Scalar(scalar)) => Ok(scalar),
        _ => Err(PyTypeError::new_err(format!(
            "{op}: identity is a number, not {}",
            number.get_type().name()?
        ))),
    }
}

//! The module `farshore._core`: arguments in, errors out. The only package that names pyo3 and numpy.

mod argument;
mod array;
mod context;
mod custom;
mod device;
mod errors;
mod index;
mod memory;
mod methods;
mod numpy;
mod operators;
mod pipeline;
mod profile;
mod protocols;
mod raw;
mod receive;
mod reduction;
mod scalar;
mod send;
mod transfers;
mod ufunc;
mod watch;

/// The native half of farshore.
#[pyo3::pymodule]
mod _core {
    use pyo3::prelude::*;

    use super::quiet;

    #[pymodule_export]
    use super::array::{PyArray, empty, explain, full, matmul};
    #[pymodule_export]
    use super::custom::{PyElementwiseKernel, PyReductionKernel};
    #[pymodule_export]
    use super::device::{PyDevice, default_device, devices, finish, inside_transfer, open_device};
    #[pymodule_export]
    use super::index::{gather, nonzero, scatter, upload_index};
    #[pymodule_export]
    use super::memory::PyHostMap;
    #[pymodule_export]
    use super::numpy::check_dtype;
    #[pymodule_export]
    use super::pipeline::{PyRecordings, is_recording};
    #[pymodule_export]
    use super::profile::{PyProfile, PyReport, open_profile};
    #[pymodule_export]
    use super::raw::PyRawKernel;
    #[pymodule_export]
    use super::reduction::{argsort, logsumexp, reduce, scan, softmax, sort, squares_from_mean};
    #[pymodule_export]
    use super::send::{from_numpy, unpickle};
    #[pymodule_export]
    use super::transfers::{PyLedger, PyTransfers};
    #[pymodule_export]
    use super::ufunc::PyUfunc;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        for row in farshore::UFUNCS {
            module.add(row.name, PyUfunc(row))?;
        }
        quiet();
        let finish = module.getattr("finish")?;
        module.py().import("atexit")?.call_method1("register", (finish,))?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// wgpu panics when it polls a device that was lost. That is caught and raised as DeviceError, so Rust need not print it.
fn quiet() {
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload().downcast_ref::<String>();
        if !text.is_some_and(|text| text.starts_with("Error in Device::poll")) {
            print(panic);
        }
    }));
}

//! Devices, and the one that arrays are made on when nobody names one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};

use farshore::{AdapterKind, DType, Device, Error, MemoryLimit, supports};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::context::{DEVICE, warn};
use crate::errors::raise;
use crate::watch::Watcher;

/// A GPU, or a processor that stands in for one. Usable in `with`: arrays are then made on it.
#[pyclass(name = "Device", module = "farshore", frozen)]
pub struct PyDevice(pub Device);

/// The device named by `name`: "vulkan:0", "gpu:1", "software", or part of an adapter's name.
#[pyfunction]
pub fn open_device(py: Python<'_>, name: &str) -> PyResult<PyDevice> {
    py.detach(|| Device::open(name)).map(PyDevice).map_err(raise(py))
}

/// The device of the innermost `with` block, else the one that `FARSHORE_DEVICE` names, else the best hardware, else
/// a software one, which is said once.
#[pyfunction]
pub fn default_device(py: Python<'_>) -> PyResult<PyDevice> {
    default(py).map(PyDevice)
}

pub fn default(py: Python<'_>) -> PyResult<Device> {
    let set = DEVICE.get(py)?;
    if !set.is_none() {
        return Ok(set.cast::<PyDevice>()?.get().0.clone());
    }
    let named = std::env::var("FARSHORE_DEVICE").ok().filter(|name| !name.is_empty());
    let open = || match &named {
        Some(name) => Device::open(name),
        None => Device::best(),
    };
    let device = py.detach(open).map_err(|error| match error {
        Error::UnknownDevice { asked, available } if named.is_some() => raise(py)(Error::UnknownDevice {
            asked,
            available: format!("{available}. The name comes from FARSHORE_DEVICE"),
        }),
        error => raise(py)(error),
    })?;
    if named.is_none() && device.is_software() {
        say_software(py, &device)?;
    }
    Ok(device)
}

fn say_software(py: Python<'_>, device: &Device) -> PyResult<()> {
    static SAID: AtomicBool = AtomicBool::new(false);
    if SAID.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    let text = format!(
        "no GPU was found: arrays are computed by {} on the processor. Set FARSHORE_DEVICE=software to say that this \
         is meant",
        device.adapter().name
    );
    warn(py, "SoftwareDeviceWarning", &text)
}

/// The device that an argument `device=` means.
pub fn chosen(py: Python<'_>, device: Option<&Bound<'_, PyAny>>) -> PyResult<Device> {
    let Some(device) = device else { return default(py) };
    if let Ok(device) = device.cast::<PyDevice>() {
        return Ok(device.get().0.clone());
    }
    let name = device.cast::<PyString>().map_err(|_| {
        PyTypeError::new_err(format!("device is a farshore.Device or a device's name, not {device:?}"))
    })?;
    let name = name.to_string();
    py.detach(|| Device::open(&name)).map_err(raise(py))
}

/// Waits for transfers that are under way; called when the interpreter ends.
#[pyfunction]
pub fn finish(py: Python<'_>) {
    py.detach(farshore::finish);
}

/// Whether this code is called in the middle of a transfer, to be told of its progress.
#[pyfunction]
pub fn inside_transfer() -> bool {
    farshore::inside_transfer()
}

/// Every device of this machine: a list of dicts with id, name, kind, backend and driver.
#[pyfunction]
pub fn devices(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let adapters = py.detach(farshore::adapters);
    let describe = |adapter: &farshore::AdapterSummary| {
        let entry = PyDict::new(py);
        entry.set_item("id", &adapter.id)?;
        entry.set_item("name", &adapter.name)?;
        entry.set_item("kind", adapter.kind.name())?;
        entry.set_item("backend", adapter.backend)?;
        entry.set_item("driver", &adapter.driver)?;
        Ok(entry)
    };
    adapters.iter().map(describe).collect()
}

fn memory_limit(py: Python<'_>, limit: &Bound<'_, PyAny>) -> PyResult<MemoryLimit> {
    if let Ok(text) = limit.cast::<PyString>() {
        return text.to_string().parse().map_err(raise(py));
    }
    if !limit.hasattr("__index__")? {
        return Err(PyTypeError::new_err(format!(
            "a limit is a number of bytes, a text such as \"2GiB\" or \"80%\", or None, not {limit:?}; part of the \
             memory is fraction="
        )));
    }
    limit.extract().map(MemoryLimit::Bytes)
}

#[pymethods]
impl PyDevice {
    /// Backend and number: "vulkan:0".
    #[getter]
    fn id(&self) -> String {
        self.0.to_string()
    }

    #[getter]
    fn name(&self) -> &str {
        &self.0.adapter().name
    }

    /// "discrete GPU", "integrated GPU", "GPU" or "software".
    #[getter]
    fn kind(&self) -> &'static str {
        self.0.adapter().kind.name()
    }

    #[getter]
    fn backend(&self) -> &'static str {
        self.0.adapter().backend
    }

    /// The driver's name and version.
    #[getter]
    fn driver(&self) -> &str {
        &self.0.adapter().driver
    }

    #[getter]
    fn is_software(&self) -> bool {
        self.0.adapter().kind == AdapterKind::Software
    }

    /// Whether the host can look at the memory of arrays in place: `x.map_host()`.
    #[getter]
    fn shares_memory(&self) -> bool {
        self.0.shares_memory()
    }

    /// Names of the dtypes that the device can hold and compute with.
    #[getter]
    fn dtypes(&self) -> Vec<&'static str> {
        DType::ALL.into_iter().filter(|&dtype| supports(&self.0, dtype)).map(DType::name).collect()
    }

    /// A dict of the device's limits, in bytes and counts.
    #[getter]
    fn limits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let limits = self.0.limits();
        let entry = PyDict::new(py);
        entry.set_item("array_bytes", limits.array)?;
        entry.set_item("binding_bytes", limits.binding)?;
        entry.set_item("bindings", limits.bindings)?;
        entry.set_item("workgroups", limits.workgroups)?;
        Ok(entry)
    }

    /// A dict of what was measured of the device: how it treats NaN, subnormals and the order of additions.
    #[getter]
    fn capabilities<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let found = *py.detach(|| self.0.capabilities()).map_err(raise(py))?;
        let entry = PyDict::new(py);
        entry.set_item("fused_fma", found.fused_fma)?;
        entry.set_item("reassociates", found.reassociates)?;
        entry.set_item("strict_arithmetic", found.strict_arithmetic)?;
        entry.set_item("nan_compares", found.nan_compares)?;
        entry.set_item("subnormals", found.subnormals)?;
        entry.set_item("exact_float16", found.exact_float16)?;
        Ok(entry)
    }

    /// A dict of what the device made and did since it was opened.
    fn counters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counters = self.0.counters();
        let entry = PyDict::new(py);
        entry.set_item("nodes", counters.nodes)?;
        entry.set_item("buffers", counters.buffers)?;
        entry.set_item("bind_groups", counters.bind_groups)?;
        entry.set_item("pipelines", counters.pipelines)?;
        entry.set_item("dispatches", counters.dispatches)?;
        entry.set_item("submissions", counters.submissions)?;
        Ok(entry)
    }

    /// Bytes of the device's memory; None where the driver does not tell.
    #[getter]
    fn memory_bytes(&self) -> Option<u64> {
        self.0.limits().memory
    }

    /// A dict of bytes: "used" by arrays that are alive, "total" with what the pool keeps, "peak" of used, "limit" of total
    /// or None; "pinned" is of the host's memory, which the device can write to: in host arrays that are alive, and kept
    /// for the next.
    fn memory<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let memory = self.0.memory();
        let entry = PyDict::new(py);
        entry.set_item("used", memory.used)?;
        entry.set_item("total", memory.total)?;
        entry.set_item("peak", memory.peak)?;
        entry.set_item("limit", memory.limit)?;
        entry.set_item("pinned", memory.pinned)?;
        Ok(entry)
    }

    /// Sets the most that arrays and the pool may take together: bytes, "2GiB", "80%" or fraction=0.8 of the device's
    /// memory; None that the driver alone decides. What would take more raises OutOfDeviceMemoryError.
    #[pyo3(signature = (limit = None, *, fraction = None))]
    fn limit_memory(
        &self,
        py: Python<'_>,
        limit: Option<&Bound<'_, PyAny>>,
        fraction: Option<f64>,
    ) -> PyResult<()> {
        let limit = match (limit, fraction) {
            (Some(_), Some(_)) => return Err(PyTypeError::new_err("give bytes or a fraction, not both")),
            (None, fraction) => fraction.map(MemoryLimit::Fraction),
            (Some(limit), None) => Some(memory_limit(py, limit)?),
        };
        py.detach(|| self.0.limit_memory(limit)).map_err(raise(py))
    }

    /// Has the "peak" of `memory()` count from what is used now.
    fn reset_peak(&self) {
        self.0.reset_peak();
    }

    /// What the memory is used for, as text.
    fn memory_summary(&self, py: Python<'_>) -> String {
        py.detach(|| self.0.memory_summary())
    }

    /// Starts everything recorded and waits until the device has finished it.
    fn synchronize(&self, py: Python<'_>) -> PyResult<()> {
        Watcher::wait(py, |watch| {
            self.0.synchronize_watched(watch)?;
            farshore::check_indices(&self.0)
        })
    }

    /// Gives back to the driver the memory that no array uses.
    fn trim(&self, py: Python<'_>) {
        py.detach(|| self.0.trim());
    }

    fn __enter__<'py>(slf: Bound<'py, Self>, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        DEVICE.enter(py, &slf, slf.clone())?;
        Ok(slf)
    }

    fn __exit__(
        slf: &Bound<'_, Self>,
        _class: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        DEVICE.leave(slf.py(), slf).map(drop)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| other.get().0 == self.0)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.id().hash(&mut hasher);
        hasher.finish()
    }

    fn __str__(&self) -> String {
        self.id()
    }

    fn __repr__(&self) -> String {
        format!("Device('{}', '{}')", self.id(), self.name())
    }
}

//! Whole programs in a user's WGSL.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::device::{Device, UserProgram, VariableKind};
use crate::dtype::DType;
use crate::error::{Error, Result};
use crate::graph::{Launch, launch};
use crate::ops::custom::accessors::Instance;
use crate::ops::custom::bindings::{Bound, deduce};
use crate::ops::custom::declarations::Declarations;
use crate::ops::custom::function::interned;
use crate::ops::custom::signature::{Type, Types};
use crate::ops::scalar::Argument;

/// A whole compute program in WGSL: its bindings are arrays and numbers that are given, its workgroups as many as are
/// asked for. The counterpart of CuPy's `RawKernel`.
///
/// `name` is the entry point's. What the program binds in group 0 is given in the order of the numbers of the bindings: an
/// array for each variable in storage, `read` or written in place (`read_write`), and for the members of one uniform a
/// number each. Arrays have the dtype that the variable has, `array<f32>` or `array<vec4<f32>>` that of float32; a name
/// that nothing declares, such as `T` in `array<T>`, stands for the dtype of the array that is given there, and each set of
/// dtypes is compiled once. Elements of 8 and 16 bits lie several to a word: `load_x(i)` and `store_x(i, value)` reach those
/// of `x`, and `length_x()` counts them; for arrays of other dtypes there are such functions too.
///
/// An index beyond an end reaches the last element, a loop is left after 2**20 turns, workgroup memory begins as zeros: a
/// program writes nothing but the arrays that are given it.
///
/// ```
/// # use farshore::{Array, DType, Device, RawKernel};
/// let scale = RawKernel::new(
///     "@group(0) @binding(0) var<storage, read> x: array<f32>;
///     @group(0) @binding(1) var<storage, read_write> y: array<f32>;
///     @group(0) @binding(2) var<uniform> factor: f32;
///     @compute @workgroup_size(64)
///     fn scale(@builtin(global_invocation_id) id: vec3<u32>) {
///         if id.x < arrayLength(&y) { y[id.x] = factor * x[id.x]; }
///     }",
///     "scale",
/// )?;
/// let device = Device::best()?;
/// let x = Array::from_slice(&device, &[1.0_f32, 2.0, 3.0], &[3])?;
/// let y = Array::full(&device, &[3], 0, DType::Float32)?;
/// scale.dispatch([1, 1, 1], &[(&x).into(), (&y).into(), 2.0.into()])?;
/// assert_eq!(y.add(1.0)?.to_vec::<f32>()?, [3.0, 5.0, 7.0]);
/// # Ok::<(), farshore::Error>(())
/// ```
#[derive(Debug)]
pub struct RawKernel {
    name: &'static str,
    code: String,
    contained: bool,
    declared: Declarations,
    /// The programs for each set of dtypes.
    programs: Mutex<Vec<(Types, Arc<Program>)>>,
}

/// A program for one set of dtypes, with the number by which its kernel is found again.
#[derive(Debug)]
struct Program {
    user: UserProgram,
    number: usize,
}

/// Programs by their texts, entry points, and whether they are contained. They live as long as the process, as compiled
/// kernels do.
static MADE: LazyLock<Mutex<HashMap<Text, Arc<Program>>>> = LazyLock::new(Mutex::default);

type Text = (String, &'static str, bool);

/// Dtypes that most texts with template names can be read for.
const SOME: [DType; 3] = [DType::Float32, DType::Uint32, DType::Int32];

impl RawKernel {
    /// Declares the kernel. Where no template names are, its text is checked now, else for each set of dtypes.
    ///
    /// # Errors
    /// [`Error::Value`] for WGSL that is wrong: with naga's words and the line.
    pub fn new(code: &str, name: &str) -> Result<Self> {
        Self::declare(code, name, true)
    }

    /// As [`RawKernel::new`], but neither indices nor loops are bounded, which makes some programs faster.
    ///
    /// ```
    /// # use farshore::{Array, Device, RawKernel};
    /// let code = "@group(0) @binding(0) var<storage, read_write> x: array<u32>;
    ///     @compute @workgroup_size(4)
    ///     fn count(@builtin(local_invocation_index) i: u32) { x[i] = i; }";
    /// // SAFETY: it is dispatched on arrays of four elements.
    /// let count = unsafe { RawKernel::new_unchecked(code, "count")? };
    /// let x = Array::from_slice(&Device::best()?, &[9_u32; 4], &[4])?;
    /// count.dispatch([1, 1, 1], &[(&x).into()])?;
    /// assert_eq!(x.to_vec::<u32>()?, [0, 1, 2, 3]);
    /// # Ok::<(), farshore::Error>(())
    /// ```
    ///
    /// # Safety
    /// On every dispatch, each index must be inside what it indexes, and each loop must end: else what the device does is
    /// undefined.
    ///
    /// # Errors
    /// As [`RawKernel::new`].
    #[expect(unsafe_code, reason = "what the program does is for its author to answer for")]
    pub unsafe fn new_unchecked(code: &str, name: &str) -> Result<Self> {
        Self::declare(code, name, false)
    }

    fn declare(code: &str, name: &str, contained: bool) -> Result<Self> {
        let name = interned(name);
        let declared = Declarations::of(code);
        let kernel = Self { name, code: code.into(), contained, declared, programs: Mutex::default() };
        let templates =
            || kernel.declared.storages.iter().filter(|one| matches!(one.dtype, Some(Type::Template(_))));
        if templates().next().is_none() {
            kernel.program(&Types::new())?;
        }
        let numbers: Vec<u32> = kernel.declared.storages.iter().filter_map(|one| one.binding).collect();
        let reason = if kernel.declared.storages.is_empty() {
            "it binds no array: declare one, @group(0) @binding(0) var<storage, read_write> x: array<f32>;"
        } else if numbers.len() < kernel.declared.storages.len() {
            "each array's binding is written as a number: @group(0) @binding(0)"
        } else if numbers.windows(2).any(|pair| pair[0] == pair[1]) {
            "two arrays have one binding; number each its own"
        } else {
            return Ok(kernel);
        };
        Err(Error::Value { op: name, reason: reason.into() })
    }

    /// Its name: the entry point's.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its text.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether indices and loops are bounded.
    #[must_use]
    pub const fn is_contained(&self) -> bool {
        self.contained
    }

    /// The arrays that it takes, in their order: names, and whether they are written.
    pub fn arrays(&self) -> impl Iterator<Item = (&str, bool)> {
        self.declared.storages.iter().map(|storage| (storage.name.as_str(), storage.written))
    }

    /// Invocations of a workgroup along x, y and z. None for a text with template names until it was dispatched, where
    /// dtypes of 32 bits don't tell.
    #[must_use]
    pub fn workgroup_size(&self) -> Option<[u32; 3]> {
        let known = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, program)) = known.first() {
            return Some(program.user.workgroup);
        }
        drop(known);
        let mut names: Vec<&str> = Vec::new();
        for storage in &self.declared.storages {
            if let Some(Type::Template(name)) = &storage.dtype
                && !names.contains(&name.as_str())
            {
                names.push(name);
            }
        }
        // As many as three names, each of three dtypes.
        let all = SOME.len().pow(names.len().min(3) as u32);
        (0..all).find_map(|choice| {
            let each = names.iter().zip([1, 3, 9].into_iter().chain(std::iter::repeat(1)));
            let types = each.map(|(name, power)| ((*name).to_owned(), SOME[choice / power % 3])).collect();
            Some(self.program(&types).ok()?.user.workgroup)
        })
    }

    /// Runs it in as many workgroups along x, y and z, on these arrays and numbers. Written arrays have their new elements
    /// for whatever follows.
    ///
    /// # Errors
    /// [`Error::Argument`] for arguments that are too few or too many, or numbers where arrays are wanted;
    /// [`Error::DType`] for an array of another dtype; [`Error::DeviceMismatch`]; [`Error::Value`] for arrays that cannot be
    /// written in place, are read and written, empty, or longer than a kernel can reach, more workgroups than the device
    /// takes, and wrong WGSL. Nothing is written then.
    pub fn dispatch(&self, workgroups: [u32; 3], arguments: &[Argument<'_>]) -> Result<()> {
        let op = self.name;
        let (types, device) = deduce(op, &self.declared.storages, arguments)?;
        let program = self.program(&types)?;
        let bound = Bound::new(op, &program.user, &self.declared, arguments)?;
        require_workgroups(op, &device, workgroups)?;
        if workgroups.contains(&0) {
            return Ok(());
        }
        let (reads, writes) = bound.parts()?;
        let lengths = bound.lengths();
        let blocks: &[&[u32]] =
            if program.user.lengths { &[&bound.numbers, &lengths] } else { &[&bound.numbers] };
        let (program, number, contained) = (&program.user, program.number, self.contained);
        let (reads, writes) = (&reads[..], &writes[..]);
        launch(&device, &Launch { op, number, program, contained, reads, writes, blocks, workgroups })
    }

    fn program(&self, types: &Types) -> Result<Arc<Program>> {
        let mut known = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, program)) = known.iter().find(|(found, _)| found == types) {
            return Ok(Arc::clone(program));
        }
        let instance = Instance::new(self.name, &self.code, &self.declared, types)?;
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = made.len();
        let key = (instance.text.clone(), self.name, self.contained);
        let program = if let Some(found) = made.get(&key) {
            Arc::clone(found)
        } else {
            let user = UserProgram::new(&instance.text, self.name).map_err(|fault| instance.fault(fault))?;
            self.require_found(&user)?;
            let program = Arc::new(Program { user, number });
            made.insert(key, Arc::clone(&program));
            program
        };
        known.push((types.clone(), Arc::clone(&program)));
        Ok(program)
    }

    /// Checks that naga sees the arrays that the text was found to have.
    fn require_found(&self, user: &UserProgram) -> Result<()> {
        let storages = user.variables.iter().filter(|one| matches!(one.kind, VariableKind::Storage { .. }));
        if storages.map(|one| one.name.as_str()).eq(self.arrays().map(|(name, _)| name)) {
            return Ok(());
        }
        let reason = "each array's binding is written as a number: @group(0) @binding(0)";
        Err(Error::Value { op: self.name, reason: reason.into() })
    }
}

fn require_workgroups(op: &'static str, device: &Device, workgroups: [u32; 3]) -> Result<()> {
    let most = device.limits().workgroups;
    let Some(axis) = workgroups.iter().position(|&count| count > most) else { return Ok(()) };
    let (count, name) = (workgroups[axis], ["x", "y", "z"][axis]);
    let reason = format!(
        "{count} workgroups along {name}, and {device} takes {most} along each; spread them over x, y and z, or let each \
         invocation compute several elements"
    );
    Err(Error::Value { op, reason })
}

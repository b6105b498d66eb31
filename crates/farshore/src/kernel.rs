//! What the kernel writer reads and gives: an elementwise expression, and a program with its parameters.

use smallvec::SmallVec;

use crate::dtype::DType;
use crate::ufunc::Ufunc;

/// Elements that one step of a kernel handles together: the lanes of a `vec4`.
pub const LANES: usize = 4;

/// How an operand's elements are found from the position in the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// The same position: whole blocks of [`LANES`] are read at once.
    Contiguous,
    /// One element for every position.
    Splat,
    /// By coordinates and strides.
    Strided,
    /// Neighbours along the last axis of a [`Grid`] are neighbours in memory: whole blocks are read at once.
    Row,
    /// One element for each row of a [`Grid`].
    RowSplat,
}

/// How the invocations of a workgroup lie over the last two axes, its rows and columns, where operands are not read in
/// the order of the result. Positions are found once for each invocation, not for each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// Whether neighbouring invocations are of neighbouring rows, for operands whose columns lie far apart.
    pub rows_first: bool,
}

/// An array that a kernel reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operand {
    /// Its elements' type.
    pub dtype: DType,
    /// How they are found.
    pub access: Access,
}

/// One value of an [`Expression`]; arguments are positions of earlier steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The element of the operand with this number.
    Load(usize),
    /// The scalar with this number among the parameters.
    Scalar(usize),
    /// The value of an earlier step, converted to this one's dtype.
    Cast(usize),
    /// The element of an operand that lies as many elements further on as an earlier step says, a uint32.
    Gather {
        /// The operand, which is reached by strides.
        operand: usize,
        /// The step.
        place: usize,
        /// Where only part of the operand is bound.
        within: Option<Within>,
    },
    /// The result of a row's reduction with this number: see [`Rows`].
    Total(usize),
    /// `dtype`: the one that the arguments have and the function computes in.
    Apply {
        /// The row of the table.
        ufunc: &'static Ufunc,
        /// The dtype that the arguments have.
        dtype: DType,
        /// Steps whose values they are.
        arguments: SmallVec<[usize; 2]>,
    },
}

/// The part of an array that is bound, where that is too long to be bound whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Within {
    /// The step that says how many elements it has.
    pub len: usize,
    /// The step whose value stands for elements outside, if they matter.
    pub before: Option<usize>,
}

/// A store whose places are computed: as many elements further on than strides say as a step says, a uint32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scatter {
    /// The step.
    pub place: usize,
    /// What is stored, and where.
    pub kind: ScatterKind,
    /// The step that says how many elements of the target are bound, where those are not all.
    pub len: Option<usize>,
}

/// Of several elements that are stored at one place the last is to stay, whatever order a device stores them in: first
/// each claims its place by its number, then those are stored whose claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScatterKind {
    /// Every value, in whatever order.
    All,
    /// The greatest number, counted from 1, of the elements that claim a place.
    Claim,
    /// The values of those elements whose number the step with this number gives.
    Claimed(usize),
}

/// Elements that a workgroup computes: also the room that every buffer has behind its array. Small workgroups suit
/// every device: a GPU keeps many in flight, a software device runs one at a time on each core.
pub const GROUP_ELEMENTS: usize = 256;

/// A fused elementwise computation: everything that the kernel's text depends on, and no more. Sizes, strides and
/// scalars are parameters, so one text serves every shape of the same rank.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expression {
    /// The arrays read.
    pub operands: SmallVec<[Operand; 4]>,
    /// Each step with the dtype of its value; the last one is the result.
    pub steps: Vec<(Step, DType)>,
    /// How many scalars there are among the parameters.
    pub scalars: usize,
    /// Axes of the coordinates that strided operands are found by; 0 when there are none.
    pub rank: usize,
    /// The length of the last axis, where it is short and known to the text, so that nothing divides by it; else 0.
    pub short: usize,
    /// How the coordinates are found; None: from the position in the result.
    pub grid: Option<Grid>,
    /// [`Access::Contiguous`] fills a fresh buffer; [`Access::Strided`] writes through a view, touching nothing else;
    /// [`Access::Row`] does either.
    pub store: Access,
    /// Blocks of [`LANES`] neighbouring elements that each invocation computes, one after another.
    pub blocks: usize,
    /// Whether a workgroup computes one tile after another, as a software device does best.
    pub walks: bool,
    /// Whether blocks of 32-bit elements are loaded and stored as two words of 64 bits, which take a software device half
    /// as long.
    pub long_words: bool,
    /// Whether float16 is packed and unpacked by WGSL's own functions.
    pub packs_float16: bool,
    /// Where the values go, if not in the order of the result.
    pub scatter: Option<Scatter>,
}

/// Where each parameter lies in the kernel's uniform block, counted in 32-bit words.
impl Expression {
    /// The number of the last workgroup.
    pub const LAST: usize = 0;
    /// Workgroups along x; y counts rows of them.
    pub const ROW: usize = 1;
    /// Elements in this dispatch.
    pub const LEN: usize = 2;
    /// Position of the first element in the coordinates.
    pub const START: usize = 3;
    /// Always 0: a number that no compiler knows.
    pub const ZERO: usize = 4;
    /// Workgroups that lie side by side along the columns of a [`Grid`].
    pub const ACROSS: usize = 5;
    /// Strips of workgroups that lie below each other along its rows.
    pub const DOWN: usize = 6;
    /// Tiles that a workgroup computes, where it walks.
    pub const TURNS: usize = 8;
    /// All tiles, then.
    pub const TILES: usize = 9;
    /// The binary logarithm of how many invocations of a workgroup lie side by side along the columns of a [`Grid`]; the
    /// others lie below them. In the upper 16 bits that of how many workgroups a strip is high: those follow each other.
    pub const SIDE: usize = 7;

    /// The first of four words that hold a scalar's bits.
    #[must_use]
    pub const fn scalar(&self, number: usize) -> usize {
        12 + 4 * number
    }

    /// The length of an axis of the coordinates.
    #[must_use]
    pub const fn shape(&self, axis: usize) -> usize {
        self.scalar(self.scalars) + axis
    }

    /// Invocations of a workgroup.
    #[must_use]
    pub const fn workgroup(&self) -> usize {
        // One vector of a processor's: of more, each would make the whole walk on its own.
        if self.walks { 8 } else { GROUP_ELEMENTS / LANES / self.blocks }
    }

    /// An operand's first element; the number one past the last operand is the target of a strided store.
    #[must_use]
    pub const fn offset(&self, operand: usize) -> usize {
        self.shape(self.rank) + operand * (1 + self.rank)
    }

    /// An operand's step along an axis of the coordinates.
    #[must_use]
    pub const fn stride(&self, operand: usize, axis: usize) -> usize {
        self.offset(operand) + 1 + axis
    }

    /// Words of the whole block: a multiple of four.
    #[must_use]
    pub fn words(&self) -> usize {
        self.offset(self.operands.len() + 1).next_multiple_of(4)
    }

    /// The functions it applies, in their order.
    #[must_use]
    pub fn functions(&self) -> Vec<&'static str> {
        functions(&self.steps).collect()
    }

    /// The dtype of the result.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype)
    }
}

/// A fused reduction: the values of an expression, combined along the middle one of three axes: outer, reduced and inner.
/// The reduced axis is cut into parts of as many steps each, which become results of their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reduction {
    /// The arrays read: [`Access::Row`] and [`Access::RowSplat`] along the inner axis, else [`Access::Strided`] or
    /// [`Access::Splat`].
    pub operands: SmallVec<[Operand; 4]>,
    /// Each step with the dtype of its value; the last one is combined.
    pub steps: Vec<(Step, DType)>,
    /// How many scalars there are among the parameters; one more follows, which changes nothing that it is combined with.
    pub scalars: usize,
    /// What combines two values.
    pub combine: &'static Ufunc,
    /// As [`Expression::long_words`].
    pub long_words: bool,
    /// Whether the parts together are as long as the reduced axis, so that no step is outside it.
    pub whole: bool,
    /// Whether float16 is packed and unpacked by WGSL's own functions.
    pub packs_float16: bool,
}

impl Reduction {
    /// Length of the inner axis. The words before are those of an [`Expression`].
    pub const INNER: usize = 5;
    /// Parts of the reduced axis.
    pub const PARTS: usize = 6;
    /// Steps of each part: a multiple of [`Reduction::UNROLLED`].
    pub const STEPS: usize = 7;
    /// Length of the reduced axis.
    pub const LENGTH: usize = 8;
    /// How much further along the reduced axis the next step is.
    pub const EACH: usize = 9;
    /// How much further along it the next inner position is.
    pub const OWN: usize = 10;
    /// Steps that are combined apart from each other, so that none waits for the one before.
    pub const UNROLLED: usize = 4;
    /// Invocations of a workgroup.
    pub const WORKGROUP: usize = 64;

    /// The first of four words that hold a scalar's bits.
    #[must_use]
    pub const fn scalar(&self, number: usize) -> usize {
        12 + 4 * number
    }

    /// An array's first element, its strides along outer, part, step and inner behind it; one past the last operand is
    /// the first block of the result.
    #[must_use]
    pub const fn offset(&self, operand: usize) -> usize {
        self.scalar(self.scalars + 1) + 5 * operand
    }

    /// Words of the whole block: a multiple of four.
    #[must_use]
    pub fn words(&self) -> usize {
        (self.offset(self.operands.len()) + 1).next_multiple_of(4)
    }

    /// The functions it applies, in their order.
    #[must_use]
    pub fn functions(&self) -> Vec<&'static str> {
        functions(&self.steps).chain([self.combine.name]).collect()
    }

    /// The dtype of the values and of the result.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype)
    }
}

/// Reductions of rows, and what is computed of a row's elements with their results: one kernel, in which a row stays in a
/// cache between them. A row is what one result is reduced from, along whatever axis it lies.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact by itself that the text depends on")]
pub struct Rows {
    /// The arrays read. [`Access::Row`]: a block's lanes are neighbours in memory; [`Access::RowSplat`]: they are one
    /// element; else [`Access::Strided`].
    pub operands: SmallVec<[Operand; 4]>,
    /// Which of them are the same along a whole row.
    pub fixed: SmallVec<[bool; 4]>,
    /// The reductions, each of which may use the results of those before.
    pub totals: Vec<RowTotal>,
    /// Each step of the elements that are stored, with the dtype of its value; none where only the reductions are.
    pub steps: Vec<(Step, DType)>,
    /// How many scalars there are among the parameters; one for each reduction follows, which changes nothing that it is
    /// combined with.
    pub scalars: usize,
    /// What the lanes of a block are.
    pub lanes: Lanes,
    /// Whether all blocks are whole: along a row, or along the last axis of the rows. Else two rows share the block in which
    /// one ends, and lanes that are not its own count for nothing; or lanes past the last row repeat that one.
    pub whole: bool,
    /// Axes of the rows' coordinates.
    pub rank: usize,
    /// How the elements are stored: [`Access::Row`] or [`Access::Strided`].
    pub store: Access,
    /// Invocations that compute a row: a power of two.
    pub team: usize,
    /// Invocations of a workgroup: a multiple of that.
    pub workgroup: usize,
    /// Whether a row's steps are a multiple of twice the team, so that two totals at once get as many; or whether steps
    /// past its end do no harm.
    pub paired: bool,
    /// As [`Expression::long_words`].
    pub long_words: bool,
    /// Whether float16 is packed and unpacked by WGSL's own functions.
    pub packs_float16: bool,
}

/// What the four lanes of an invocation are, where rows are reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lanes {
    /// Neighbours along a row.
    Along,
    /// Elements of neighbouring rows: each lane reduces a row of its own.
    Across,
}

/// One reduction of [`Rows`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowTotal {
    /// Each step with the dtype of its value; the last one is combined.
    pub steps: Vec<(Step, DType)>,
    /// What combines two values.
    pub combine: &'static Ufunc,
}

impl Rows {
    /// Number of rows, or of blocks of them where lanes lie across. The words before are those of an [`Expression`].
    pub const ROWS: usize = 2;
    /// Steps along a row: blocks, or elements where lanes lie across.
    pub const BLOCKS: usize = 3;
    /// Elements of a row.
    pub const LENGTH: usize = 5;
    /// Number of rows, however lanes lie.
    pub const ALL: usize = 6;
    /// How many times as many rows as it has room for a workgroup computes.
    pub const TURNS: usize = 7;
    /// Steps of a part in each of its totals, and parts whose totals are added up before those are in turn.
    pub const STEPS: usize = 64;

    /// The first of four words that hold a scalar's bits.
    #[must_use]
    pub const fn scalar(&self, number: usize) -> usize {
        8 + 4 * number
    }

    /// The length of an axis of the rows' coordinates.
    #[must_use]
    pub const fn shape(&self, axis: usize) -> usize {
        self.scalar(self.scalars + self.totals.len()) + axis
    }

    /// An array's first element; behind it its steps along a row, and along each axis of the rows' coordinates. One past
    /// the last operand are the elements that are stored.
    #[must_use]
    pub const fn offset(&self, array: usize) -> usize {
        self.shape(self.rank) + array * (2 + self.rank)
    }

    /// Words of the whole block: a multiple of four.
    #[must_use]
    pub fn words(&self) -> usize {
        self.offset(self.operands.len() + 1).next_multiple_of(4)
    }

    /// The functions it applies, in their order.
    #[must_use]
    pub fn functions(&self) -> Vec<&'static str> {
        let totals = self.totals.iter().flat_map(|total| functions(&total.steps).chain([total.combine.name]));
        totals.chain(functions(&self.steps)).collect()
    }

    /// The steps of every reduction, and those of the elements that are stored.
    pub fn stages(&self) -> impl Iterator<Item = &Vec<(Step, DType)>> {
        self.totals.iter().map(|total| &total.steps).chain([&self.steps])
    }
}

impl RowTotal {
    /// The dtype of the values and of the result.
    #[must_use]
    pub fn dtype(&self) -> DType {
        self.steps.last().map_or(DType::Bool, |&(_, dtype)| dtype)
    }
}

fn functions(steps: &[(Step, DType)]) -> impl Iterator<Item = &'static str> + '_ {
    steps.iter().filter_map(|(step, _)| match step {
        Step::Apply { ufunc, .. } => Some(ufunc.name),
        _ => None,
    })
}

/// A program for a device: text and the bindings it expects. Bindings 0.. are read, the next are written, the last
/// is the uniform block.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Kernel {
    /// The ufuncs it computes and its dtype.
    pub label: String,
    /// The whole program.
    pub wgsl: String,
    /// How many arrays it reads.
    pub reads: usize,
    /// How many it writes.
    pub writes: usize,
    /// Whether users wrote parts of it, whose loops may not end.
    pub bounded: bool,
}

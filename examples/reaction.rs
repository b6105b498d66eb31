//! Two substances react and spread: ten thousand steps of Gray and Scott's model, fifty in each run of a recorded
//! pipeline. `cargo run --release --example reaction [STEPS]` writes five moments as `examples/output/reaction.png`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use farshore::{
    Array, Counters, DType, Device, Index, Pipeline, Policy, RawKernel, Result, profile, reduce, rows,
    transfers,
};

type Problem = Box<dyn std::error::Error>;

/// Cells along each side; a multiple of 4, since the kernel computes four side by side.
const SIZE: usize = 256;
const STEPS_PER_RUN: usize = 50;
const MOMENTS: usize = 5;
const MARGIN: usize = 8;

/// A pipeline that takes the planes of u and v, shape (2, height, width), fifty steps further.
pub fn fifty_steps() -> Result<Pipeline> {
    let react = RawKernel::new(include_str!("reaction.wgsl"), "react")?;
    Ok(Pipeline::record(move |inputs| {
        let mut state = inputs[0].clone();
        let (height, fours) = (state.shape()[1] as u32, state.shape()[2] as u32 / 4);
        for _ in 0..STEPS_PER_RUN {
            let after = Array::empty(state.device(), state.shape(), DType::Float32)?;
            let arguments = [(&state).into(), (&after).into(), fours.into(), height.into()];
            react.dispatch([fours.div_ceil(64), height, 1], &arguments)?;
            state = after;
        }
        Ok(vec![state])
    }))
}

/// u everywhere, and six spots of v, far from each other.
pub fn begin(height: usize, width: usize) -> Vec<f32> {
    const SPOT: usize = 12;
    let mut state = [vec![1.0; height * width], vec![0.0; height * width]].concat();
    for spot in 0..6 {
        let place =
            |ratio: f64, size: usize| ((f64::from(spot) * ratio).fract() * (size - SPOT) as f64) as usize;
        let (top, left) = (place(0.754_877_666, height), place(0.569_840_291, width));
        for row in top..top + SPOT {
            let first = row * width + left;
            state[first..first + SPOT].fill(0.5);
            state[height * width + first..][..SPOT].fill(0.25);
        }
    }
    state
}

/// The least and the most that any cell has of either.
pub fn range(state: &Array) -> Result<(f32, f32)> {
    let of = |ufunc| reduce(ufunc, state, &[0, 1, 2], false)?.item::<f32>();
    Ok((of(&rows::minimum)?, of(&rows::maximum)?))
}

/// What some runs took, and what the device made and did meanwhile.
pub struct Stretch {
    pub runs: usize,
    pub time: Duration,
    pub before: Counters,
    pub after: Counters,
}

/// Takes `state` on by as many runs, and waits for them.
pub fn advance(pipeline: &Pipeline, state: &mut Array, runs: usize) -> Result<Stretch> {
    let device = state.device().clone();
    let (before, began) = (device.counters(), Instant::now());
    for _ in 0..runs {
        *state = pipeline.run(&[&*state])?.remove(0);
    }
    state.evaluate()?;
    device.synchronize()?;
    Ok(Stretch { runs, time: began.elapsed(), before, after: device.counters() })
}

/// Runs after which each moment of a film of `runs` is seen: often while much happens, seldom later.
pub fn moments(runs: usize) -> impl Iterator<Item = usize> {
    (1..=MOMENTS).map(move |moment| runs * moment * moment / (MOMENTS * MOMENTS))
}

/// Pictures of v side by side, put together on the device: (height, width, 3) of uint8.
pub struct Film {
    pub sheet: Array,
    size: usize,
    paper: Array,
    /// What makes ink of paper.
    ink: Array,
}

impl Film {
    pub fn new(device: &Device, size: usize) -> Result<Self> {
        let shape = [size + 2 * MARGIN, MOMENTS * (size + MARGIN) + MARGIN, 3];
        Ok(Self {
            sheet: Array::full(device, &shape, 255, DType::Uint8)?,
            size,
            paper: Array::from_slice(device, &[250.0_f32, 244.0, 230.0], &[3])?,
            ink: Array::from_slice(device, &[-232.0_f32, -204.0, -154.0], &[3])?,
        })
    }

    /// How much there is of v, as colours from paper to ink.
    pub fn put(&self, moment: usize, state: &Array) -> Result<()> {
        let v = state.index(&[Index::At(1), Index::Ellipsis, Index::NewAxis])?;
        let much = v.divide(0.4)?.minimum(1.0)?;
        let pixels = self.paper.add(&much.multiply(&self.ink)?)?.add(0.5)?.astype(DType::Uint8)?;
        let part = |start: usize| Index::Slice {
            start: Some(start.cast_signed()),
            stop: Some((start + self.size).cast_signed()),
            step: 1,
        };
        self.sheet.assign(&[part(MARGIN), part(MARGIN + moment * (self.size + MARGIN))], &pixels)
    }
}

fn save(path: &Path, sheet: &Array) -> std::result::Result<(), Problem> {
    let pixels: Vec<u8> = sheet.to_vec()?;
    std::fs::create_dir_all(path.parent().unwrap_or(path))?;
    let file = BufWriter::new(File::create(path)?);
    let mut png = png::Encoder::new(file, sheet.shape()[1] as u32, sheet.shape()[0] as u32);
    png.set_color(png::ColorType::Rgb);
    Ok(png.write_header()?.write_image_data(&pixels)?)
}

fn steps() -> std::result::Result<usize, Problem> {
    let Some(word) = std::env::args().nth(1) else { return Ok(10_000) };
    match word.parse() {
        Ok(steps @ 1..) => Ok(steps),
        _ => Err(format!("{word:?} is no number of steps, such as 10000").into()),
    }
}

fn film() -> std::result::Result<(), Problem> {
    let runs = steps()?.div_ceil(STEPS_PER_RUN);
    let device = Device::best()?;
    println!("\nReaction and diffusion, {} steps\n", runs * STEPS_PER_RUN);
    println!("  cells     {SIZE} × {SIZE} of two substances, float32; borders meet");
    println!("  device    {device}, {}", device.adapter().name);

    let scope = transfers(Policy::Explicit);
    let pipeline = fifty_steps()?;
    let mut state = Array::from_slice(&device, &begin(SIZE, SIZE), &[2, SIZE, SIZE])?;
    let film = Film::new(&device, SIZE)?;
    println!("\n  What the device did, and made:\n");
    println!("    up to step      time  for a step  kernels run  compiled  buffers  bind groups");
    let (mut done, mut time) = (0, Duration::ZERO);
    for (moment, runs) in moments(runs).enumerate() {
        let stretch = advance(&pipeline, &mut state, runs - done)?;
        (done, time) = (runs, time + stretch.time);
        print(&stretch, done * STEPS_PER_RUN);
        film.put(moment, &state)?;
    }
    let (low, high) = range(&state)?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/output/reaction.png");
    save(&path, &film.sheet)?;

    let each = time.as_secs_f64() * 1e6 / (runs * STEPS_PER_RUN) as f64;
    println!("\n  {:.2} s in all, {each:.0} µs for a step.", time.as_secs_f64());
    println!("  Concentrations lie between {low:.4} and {high:.4}.");
    println!("\n  The ledger:\n\n{}", indented(&scope.ledger().to_string()));

    let profile = profile(&device)?;
    advance(&pipeline, &mut state, 10)?;
    let report = profile.finish()?;
    println!("\n  A profile of 500 steps more:\n\n{}", indented(&report.to_string()));
    println!("\nFive moments: examples/output/reaction.png\n");
    Ok(())
}

fn print(stretch: &Stretch, step: usize) {
    let Stretch { runs, time, before, after } = stretch;
    let micros = time.as_secs_f64() * 1e6 / (runs * STEPS_PER_RUN).max(1) as f64;
    println!(
        "    {step:>10} {:>7.2} s {micros:>8.0} µs {:>12} {:>9} {:>8} {:>12}",
        time.as_secs_f64(),
        after.dispatches - before.dispatches,
        after.pipelines - before.pipelines,
        after.buffers - before.buffers,
        after.bind_groups - before.bind_groups,
    );
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

#[allow(dead_code, reason = "a test takes the functions above")]
fn main() -> ExitCode {
    match film() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("reaction: {problem}");
            ExitCode::FAILURE
        }
    }
}

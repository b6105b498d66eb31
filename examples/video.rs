//! Frames of a dark video go to the device, are denoised and tone-mapped, and come back, while the next ones are read.
//! `cargo run --release --example video -- FRAME.png FRAME.png ...`; without frames, a camera pans over a photograph.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use farshore::{
    Array, DType, Device, ElementwiseKernel, Index, Pipeline, Policy, Result, profile, reduce, rows,
    transfers,
};

pub type Problem = Box<dyn std::error::Error>;
type Outcome<T> = std::result::Result<T, Problem>;

/// What a weighted mean of five in a row takes from each: the less, the further off and the more different it is.
const SMOOTH: &str = "
    let others = vec4(a, b, c, d);
    let apart = (others - x) / tolerance;
    let weights = vec4(1.0, 4.0, 4.0, 1.0) / (1.0 + apart * apart * apart * apart);
    y = (6.0 * x + dot(weights, others)) / (6.0 + dot(weights, vec4(1.0)));";

/// A pipeline from noisy frames to bright ones, (height, width, 3) of uint8: noise is smoothed down and across, where
/// no edge is; light is scaled so that the mean becomes a middle grey, and compressed by Reinhard's curve.
pub fn develop() -> Result<Pipeline> {
    let inputs = "float32 a, float32 b, float32 x, float32 c, float32 d, float32 tolerance";
    let smooth = ElementwiseKernel::new(inputs, "float32 y", SMOOTH, "smooth")?;
    Ok(Pipeline::record(move |inputs| {
        let mut frame = inputs[0].astype(DType::Float32)?;
        for (axis, tolerance) in [(0, 24.0), (1, 16.0)] {
            let [a, b, x, c, d] = &neighbours(&frame, axis)?;
            let arguments = [a.into(), b.into(), x.into(), c.into(), d.into(), tolerance.into()];
            frame = smooth.call(&arguments)?.remove(0);
        }
        let light = frame.divide(255.0)?.pow(2.2)?;
        let mean =
            reduce(&rows::add, &light, &[0, 1, 2], false)?.divide(light.len() as f64)?.maximum(1e-4)?;
        let light = light.multiply(0.18)?.divide(&mean)?;
        let light = light.multiply(&light.divide(4.0)?.add(1.0)?)?.divide(&light.add(1.0)?)?;
        let value = light.pow(1.0 / 2.2)?.multiply(255.0)?.add(0.5)?.minimum(255.0)?;
        Ok(vec![value.astype(DType::Uint8)?])
    }))
}

/// Of each element the two before, itself, and the two behind, as views of one array. Beyond a border is what lies at it.
fn neighbours(frame: &Array, axis: usize) -> Result<[Array; 5]> {
    let len = frame.shape()[axis].cast_signed();
    let part = |start: isize, stop: isize| {
        let whole = Index::Slice { start: None, stop: None, step: 1 };
        let mut indices = vec![whole; axis];
        indices.push(Index::Slice { start: Some(start), stop: Some(stop), step: 1 });
        indices
    };
    let mut shape = frame.shape().to_vec();
    shape[axis] += 4;
    let wide = Array::empty(frame.device(), &shape, DType::Float32)?;
    wide.assign(&part(2, len + 2), frame)?;
    wide.assign(&part(0, 2), &frame.index(&part(0, 1))?)?;
    wide.assign(&part(len + 2, len + 4), &frame.index(&part(len - 1, len))?)?;
    let at = |start| wide.index(&part(start, start + len));
    Ok([at(0)?, at(1)?, at(2)?, at(3)?, at(4)?])
}

/// A picture: red, green and blue of each pixel.
#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Picture {
    /// A PNG file of any kind; transparency is left out.
    pub fn read(path: &Path) -> Outcome<Self> {
        let file = BufReader::new(File::open(path).map_err(|error| named(path, error))?);
        let mut decoder = png::Decoder::new(file);
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|error| named(path, error))?;
        let mut bytes = vec![0; reader.output_buffer_size().ok_or("the picture is too large")?];
        let info = reader.next_frame(&mut bytes).map_err(|error| named(path, error))?;
        let samples = info.color_type.samples();
        let colours = |pixel: &[u8]| if samples < 3 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] };
        let pixels = bytes[..info.buffer_size()].chunks_exact(samples).flat_map(colours).collect();
        Ok(Self { width: info.width as usize, height: info.height as usize, pixels })
    }

    pub fn write(&self, path: &Path) -> Outcome<()> {
        std::fs::create_dir_all(path.parent().unwrap_or(path))?;
        let file = BufWriter::new(File::create(path).map_err(|error| named(path, error))?);
        let mut png = png::Encoder::new(file, self.width as u32, self.height as u32);
        png.set_color(png::ColorType::Rgb);
        Ok(png.write_header()?.write_image_data(&self.pixels)?)
    }

    /// Two rows of two pictures of this one's size each, on white.
    fn sheet(&self, cells: [&[u8]; 4]) -> Self {
        const MARGIN: usize = 12;
        let (width, height) = (2 * self.width + 3 * MARGIN, 2 * self.height + 3 * MARGIN);
        let mut pixels = vec![255; 3 * width * height];
        for (cell, picture) in cells.iter().enumerate() {
            let left = MARGIN + cell % 2 * (self.width + MARGIN);
            let top = MARGIN + cell / 2 * (self.height + MARGIN);
            for (row, line) in picture.chunks_exact(3 * self.width).enumerate() {
                pixels[3 * ((top + row) * width + left)..][..line.len()].copy_from_slice(line);
            }
        }
        Self { width, height, pixels }
    }
}

fn named(path: &Path, error: impl std::fmt::Display) -> Problem {
    format!("{}: {error}", path.display()).into()
}

/// Where frames come from. Each is made or read when it is asked for.
pub enum Source {
    /// Files, all of the size of the first one.
    Files(Vec<PathBuf>),
    /// A camera that pans over a photograph in the dark: parts of it of this width and height, a third as bright, with a
    /// sensor's noise.
    Camera { photo: Picture, width: usize, height: usize, frames: usize },
}

impl Source {
    pub fn count(&self) -> usize {
        match self {
            Self::Files(paths) => paths.len(),
            Self::Camera { frames, .. } => *frames,
        }
    }

    pub fn frame(&self, number: usize) -> Outcome<Picture> {
        match self {
            Self::Files(paths) => Picture::read(&paths[number]),
            Self::Camera { photo, width, height, frames } => {
                let (left, top) = (photo.width - width, photo.height - height);
                let last = frames.max(&2) - 1;
                let (left, top) = (left * number / last, top * number / last);
                let mut pixels = Vec::with_capacity(3 * width * height);
                for row in top..top + height {
                    pixels.extend_from_slice(&photo.pixels[3 * (row * photo.width + left)..][..3 * width]);
                }
                for (at, value) in (0..).zip(&mut pixels) {
                    let light = 0.3 * f32::from(*value);
                    *value = (light + (16.0 + 0.2 * light).sqrt() * noise((number as u64) << 32 | at)) as u8;
                }
                Ok(Picture { width: *width, height: *height, pixels })
            }
        }
    }

    /// All frames in turn; one of another size than the first is an error.
    pub fn frames(&self) -> impl Iterator<Item = Outcome<Vec<u8>>> {
        let mut size = None;
        (0..self.count()).map(move |number| {
            let frame = self.frame(number)?;
            let first = *size.get_or_insert((frame.width, frame.height));
            if let Self::Files(paths) = self
                && first != (frame.width, frame.height)
            {
                let own = format!("it is {} × {}", frame.width, frame.height);
                let error = format!("{own}, and {} is {} × {}", paths[0].display(), first.0, first.1);
                return Err(named(&paths[number], error));
            }
            Ok(frame.pixels)
        })
    }
}

/// A random number for each seed, nearly normal, of mean 0 and deviation 1.
fn noise(seed: u64) -> f32 {
    let mut bits = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    let sum: f32 = (0..4).map(|part| f32::from((bits >> (16 * part)) as u16) / 65536.0).sum();
    (sum - 2.0) * 3.0_f32.sqrt()
}

/// Sends frames through the pipeline, several at a time, and gives `take` the results in order.
pub fn stream(
    pipeline: &Pipeline,
    device: &Device,
    shape: &[usize],
    frames: impl Iterator<Item = Outcome<Vec<u8>>>,
    mut take: impl FnMut(Vec<u8>),
) -> Outcome<()> {
    let mut failed = None;
    let frames = frames.map_while(|frame| frame.map_err(|problem| failed = Some(problem)).ok());
    for result in pipeline.stream::<u8, u8, _>(device, shape, frames) {
        take(result?);
    }
    failed.map_or(Ok(()), Err)
}

/// The same, but each frame waits for the one before.
pub fn one_by_one(
    pipeline: &Pipeline,
    device: &Device,
    shape: &[usize],
    frames: impl Iterator<Item = Outcome<Vec<u8>>>,
    mut take: impl FnMut(Vec<u8>),
) -> Outcome<()> {
    for frame in frames {
        let frame = Array::from_slice(device, &frame?, shape)?;
        take(pipeline.run(&[&frame])?[0].to_vec()?);
    }
    Ok(())
}

fn source() -> Outcome<(Source, String)> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if let (Some(first), Some(last)) = (paths.first(), paths.last()) {
        let name = format!("{} to {}", first.display(), last.display());
        return Ok((Source::Files(paths), name));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    let photo = "site-packages/skimage/data/motorcycle_left.png";
    let inside = std::fs::read_dir(root.join(".venv/lib")).into_iter().flatten().flatten();
    let Some(path) = inside.map(|folder| folder.path().join(photo)).find(|path| path.exists()) else {
        let remedy = "`make examples` installs scikit-image, which has a photograph to pan over";
        return Err(format!("no frames: name PNG files, all of one size; or {remedy}").into());
    };
    let photo = Picture::read(&path)?;
    let name = "made from scikit-image's motorcycle_left.png: a camera pans over it in the dark, its sensor is noisy";
    Ok((Source::Camera { photo, width: 640, height: 360, frames: 120 }, name.into()))
}

fn video() -> Outcome<()> {
    let (source, name) = source()?;
    let first = source.frame(0)?;
    let (shape, many) = ([first.height, first.width, 3], source.count());
    let device = Device::best()?;
    println!("\nA video, denoised and tone-mapped\n");
    println!("  frames    {many} of {} × {}", first.width, first.height);
    println!("            {name}");
    println!("  device    {device}, {}", device.adapter().name);

    let pipeline = develop()?;
    let array = Array::from_slice(&device, &first.pixels, &shape)?;
    let plan = pipeline.explain(&[&array])?;
    println!("  pipeline  {} kernels a frame, recorded once", plan.kernels.len());
    // The first frame has the kernels compiled.
    pipeline.run(&[&array])?[0].to_vec::<u8>()?;

    let digest = |frame: &[u8]| {
        let mut hasher = DefaultHasher::new();
        frame.hash(&mut hasher);
        hasher.finish()
    };
    let mut expected = Vec::new();
    let began = Instant::now();
    one_by_one(&pipeline, &device, &shape, source.frames(), |frame| expected.push(digest(&frame)))?;
    let slow = began.elapsed().as_secs_f64();

    let scope = transfers(Policy::Explicit);
    let (mut found, mut ends, mut early) = (Vec::new(), (Vec::new(), Vec::new()), device.counters());
    let began = Instant::now();
    stream(&pipeline, &device, &shape, source.frames(), |frame| {
        found.push(digest(&frame));
        if found.len() == 10 {
            early = device.counters();
        }
        if found.len() == 1 {
            ends.0 = frame;
        } else {
            ends.1 = frame;
        }
    })?;
    let fast = began.elapsed().as_secs_f64();
    if found != expected {
        return Err("the stream's frames differ from those of the loop".into());
    }
    let late = device.counters();
    let rate = |seconds: f64| format!("{:>6.1} frames a second", many as f64 / seconds);
    println!("\n  one by one  {}: read, to device, computed, to host", rate(slow));
    println!("  streamed    {}, {:.2} times as many: the same bytes", rate(fast), slow / fast);
    if device.is_software() {
        println!("              This device is the processor, which reads and copies too.");
    }
    if found.len() > 10 {
        println!(
            "  made        after its tenth frame: kernels {}, buffers {}, bind groups {}",
            late.pipelines - early.pipelines,
            late.buffers - early.buffers,
            late.bind_groups - early.bind_groups
        );
    }

    let ledger = scope.ledger();
    println!("\n  The stream's ledger, by who asked:\n");
    for (caller, times, bytes) in ledger.by_caller() {
        println!("    {times:>5} transfers {bytes:>11} bytes  {caller}");
    }
    let (host, there) = (ledger.bytes_to_host(), ledger.bytes_to_device());
    println!("    {} transfers: {host} bytes to host, {there} bytes to device", ledger.len());

    let profile = profile(&device)?;
    stream(&pipeline, &device, &shape, source.frames().take(20), drop)?;
    let report = profile.finish()?;
    println!("\n  A profile of the first {} frames, streamed:\n", many.min(20));
    println!("{}", report.to_string().lines().map(|line| format!("    {line}\n")).collect::<String>());

    let last = source.frame(many - 1)?;
    let after = if many == 1 { &ends.0 } else { &ends.1 };
    let sheet = first.sheet([&first.pixels, &ends.0, &last.pixels, after]);
    sheet.write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/output/video.png"))?;
    println!("The first frame and the last, before and after: examples/output/video.png\n");
    Ok(())
}

#[allow(dead_code, reason = "a test takes the functions above")]
fn main() -> ExitCode {
    match video() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("video: {problem}");
            ExitCode::FAILURE
        }
    }
}

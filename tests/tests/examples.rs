//! The examples in Rust do what they say: small runs of them, beside plain loops.

use farshore::{Array, DType, Index};
use farshore_tests::{alone, device};

#[path = "../../examples/reaction.rs"]
mod reaction;
#[path = "../../examples/video.rs"]
mod video;

use video::{Picture, Source};

/// A step of Gray and Scott's model as their equations say it, in 64 bits.
fn react(state: &[f64], height: usize, width: usize) -> Vec<f64> {
    let (feed, death, spread) = (0.0545, 0.062, [0.2097, 0.105]);
    let cells = height * width;
    let mut after = vec![0.0; 2 * cells];
    for row in 0..height {
        for column in 0..width {
            let at = |plane: usize, down: usize, right: usize| {
                state[plane * cells + (row + down) % height * width + (column + right) % width]
            };
            let around = |plane| {
                let sides = at(plane, height - 1, 0) + at(plane, 1, 0);
                sides + at(plane, 0, width - 1) + at(plane, 0, 1) - 4.0 * at(plane, 0, 0)
            };
            let (u, v) = (at(0, 0, 0), at(1, 0, 0));
            let own = row * width + column;
            after[own] = u + spread[0] * around(0) - u * v * v + feed * (1.0 - u);
            after[cells + own] = v + spread[1] * around(1) + u * v * v - (feed + death) * v;
        }
    }
    after
}

#[test]
fn reaction_is_what_the_equations_say() {
    let device = device();
    let pipeline = reaction::fifty_steps().unwrap();
    // Wider than a workgroup of 64 times four cells, and small.
    for (height, width) in [(20, 300), (36, 28)] {
        let begin = reaction::begin(height, width);
        let mut state = Array::from_slice(&device, &begin, &[2, height, width]).unwrap();
        let mut wanted: Vec<f64> = begin.iter().map(|&one| f64::from(one)).collect();
        for _ in 0..2 {
            state = pipeline.run(&[&state]).unwrap().remove(0);
            for _ in 0..50 {
                wanted = react(&wanted, height, width);
            }
            let found = state.to_vec::<f32>().unwrap();
            for (found, wanted) in found.iter().zip(&wanted) {
                assert!((f64::from(*found) - wanted).abs() < 1e-4, "{found}, not {wanted}");
            }
        }
        let (low, high) = reaction::range(&state).unwrap();
        assert!((0.0..0.5).contains(&low) && (0.5..=1.0).contains(&high), "{low} {high}");
    }
}

#[test]
fn reaction_makes_nothing_again() {
    let _alone = alone();
    let device = device();
    let pipeline = reaction::fifty_steps().unwrap();
    let mut state = Array::from_slice(&device, &reaction::begin(64, 64), &[2, 64, 64]).unwrap();
    let stretches = [4, 6].map(|runs| reaction::advance(&pipeline, &mut state, runs).unwrap());
    let made = |one: &reaction::Stretch| {
        let of = |counters: farshore::Counters| counters.pipelines + counters.buffers + counters.bind_groups;
        of(one.after) - of(one.before)
    };
    for one in &stretches {
        assert!(one.after.dispatches - one.before.dispatches >= 50 * one.runs as u64);
    }
    assert!(made(&stretches[0]) > 0);
    assert_eq!(made(&stretches[1]), 0);
}

#[test]
fn a_film_has_five_moments() {
    assert_eq!(reaction::moments(200).collect::<Vec<_>>(), [8, 32, 72, 128, 200]);
    let device = device();
    let film = reaction::Film::new(&device, 4).unwrap();
    for moment in 0..5_u8 {
        let state = Array::full(&device, &[2, 4, 4], 0.1 * f64::from(moment), DType::Float32).unwrap();
        film.put(moment.into(), &state).unwrap();
    }
    assert_eq!(film.sheet.shape(), [20, 68, 3]);
    let red =
        film.sheet.index(&[Index::At(8), Index::Ellipsis, Index::At(0)]).unwrap().to_vec::<u8>().unwrap();
    for (column, &red) in red.iter().enumerate() {
        let (moment, inside) = (column / 12, column % 12 >= 8);
        let wanted = if inside { 250.5 - 58.0 * moment as f64 } else { 255.0 };
        assert!((f64::from(red) - wanted).abs() <= 1.0, "column {column}: {red}");
    }
}

/// A picture with slopes and edges.
fn photo() -> Picture {
    let (width, height) = (50, 40);
    let value = |at: usize| {
        let (row, column, colour) = (at / 3 / width, at / 3 % width, at % 3);
        (row * 4 + column * colour + if column > 25 { 90 } else { 0 }) % 256
    };
    Picture { width, height, pixels: (0..3 * width * height).map(|at| value(at) as u8).collect() }
}

fn camera() -> Source {
    Source::Camera { photo: photo(), width: 40, height: 30, frames: 7 }
}

/// Five in a row, of which each counts the less the more different it is.
fn smoothed(frame: &[f64], tolerance: f64, place: impl Fn(usize, isize) -> usize) -> Vec<f64> {
    let weights = [1.0, 4.0, 6.0, 4.0, 1.0];
    let mean = |at: usize| {
        let (mut sum, mut all) = (0.0, 0.0);
        for (offset, weight) in (-2..=2).zip(weights) {
            let other = frame[place(at, offset)];
            let weight = weight / (1.0 + ((other - frame[at]) / tolerance).powi(4));
            (sum, all) = (sum + weight * other, all + weight);
        }
        sum / all
    };
    (0..frame.len()).map(mean).collect()
}

fn developed(frame: &[u8], height: usize, width: usize) -> Vec<f64> {
    let frame: Vec<f64> = frame.iter().map(|&value| value.into()).collect();
    let inside = |at: usize, offset: isize, len: usize| at.saturating_add_signed(offset).min(len - 1);
    let down = smoothed(&frame, 24.0, |at, offset| {
        inside(at / (3 * width), offset, height) * 3 * width + at % (3 * width)
    });
    let both = smoothed(&down, 16.0, |at, offset| {
        at - at / 3 % width * 3 + inside(at / 3 % width, offset, width) * 3
    });
    let light: Vec<f64> = both.iter().map(|value| (value / 255.0).powf(2.2)).collect();
    let mean = light.iter().sum::<f64>() / light.len() as f64;
    let curve = |light: f64| light * (1.0 + light / 4.0) / (1.0 + light);
    light.iter().map(|light| (curve(light * 0.18 / mean).powf(1.0 / 2.2) * 255.0).min(255.0)).collect()
}

#[test]
fn video_is_denoised_and_tone_mapped() {
    let device = device();
    let pipeline = video::develop().unwrap();
    let (camera, shape) = (camera(), [30, 40, 3]);
    let (mut streamed, mut looped) = (Vec::new(), Vec::new());
    video::stream(&pipeline, &device, &shape, camera.frames(), |frame| streamed.push(frame)).unwrap();
    video::one_by_one(&pipeline, &device, &shape, camera.frames(), |frame| looped.push(frame)).unwrap();
    assert_eq!(streamed.len(), 7);
    assert_eq!(streamed, looped);
    for (found, frame) in streamed.iter().zip(camera.frames()) {
        for (found, wanted) in found.iter().zip(developed(&frame.unwrap(), 30, 40)) {
            assert!((f64::from(*found) - wanted).abs() < 1.0, "{found}, not {wanted}");
        }
    }
    assert_ne!(streamed[0], streamed[6], "the camera moves");
    // Nothing is divided by the light of a black frame.
    let black = Array::full(&device, &shape, 0, DType::Uint8).unwrap();
    assert!(pipeline.run(&[&black]).unwrap()[0].to_vec::<u8>().unwrap().iter().all(|&value| value == 0));
}

#[test]
fn frames_are_read_from_files_and_problems_name_them() {
    let folder = std::env::temp_dir().join(format!("farshore-video-{}", std::process::id()));
    let path = |name: &str| folder.join(name);
    let write = |name: &str, color, depth, size: (u32, u32), bytes: &[u8]| {
        let mut png = png::Encoder::new(std::fs::File::create(path(name)).unwrap(), size.0, size.1);
        png.set_color(color);
        png.set_depth(depth);
        png.write_header().unwrap().write_image_data(bytes).unwrap();
    };
    photo().write(&path("colours.png")).unwrap();
    assert_eq!(Picture::read(&path("colours.png")).unwrap().pixels, photo().pixels);
    write("grey.png", png::ColorType::Grayscale, png::BitDepth::Eight, (2, 1), &[3, 200]);
    assert_eq!(Picture::read(&path("grey.png")).unwrap().pixels, [3, 3, 3, 200, 200, 200]);
    write("deep.png", png::ColorType::Rgba, png::BitDepth::Sixteen, (1, 1), &[7, 0, 8, 0, 9, 0, 1, 2]);
    assert_eq!(Picture::read(&path("deep.png")).unwrap().pixels, [7, 8, 9]);
    std::fs::write(path("text.png"), "no picture").unwrap();

    let device = device();
    let pipeline = video::develop().unwrap();
    for (other, words) in [
        ("grey.png", vec!["grey.png: it is 2 × 1", "colours.png is 50 × 40"]),
        ("none.png", vec!["none.png: "]),
        ("text.png", vec!["text.png: "]),
    ] {
        let source = Source::Files(vec![path("colours.png"), path("colours.png"), path(other)]);
        let mut taken = 0;
        let result = video::stream(&pipeline, &device, &[40, 50, 3], source.frames(), |_| taken += 1);
        let message = result.unwrap_err().to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{message}");
        assert_eq!(taken, 2, "those before it come back");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

//! Proves that Farshore works on a device that an app has opened: arrays in the app's buffers, the app's passes over
//! arrays' buffers, in order and without a byte to the host; and that what cannot work is refused and breaks nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use farshore::{
    Array, DType, Device, ElementwiseKernel, Error, Index, Pipeline, Policy, RawKernel, Result,
    shared_buffer_size, transfers, wgpu,
};

#[path = "../../examples/texture.rs"]
mod texture;

use wgpu::BufferUsages as Usage;

const ALL: Usage = Usage::STORAGE.union(Usage::COPY_SRC).union(Usage::COPY_DST);

/// An app: its device, and Farshore's view of it. An error that Farshore leaves to the app fails the test.
struct App {
    gpu: wgpu::Device,
    queue: wgpu::Queue,
    adapter: wgpu::Adapter,
    uncaught: Arc<AtomicBool>,
}

impl App {
    fn with(features: impl Fn(&wgpu::Adapter) -> wgpu::Features, limits: wgpu::Limits) -> Self {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions::default();
        let adapter = pollster::block_on(instance.request_adapter(&options)).unwrap();
        let descriptor = wgpu::DeviceDescriptor {
            required_features: features(&adapter),
            required_limits: limits,
            ..Default::default()
        };
        let (gpu, queue) = pollster::block_on(adapter.request_device(&descriptor)).unwrap();
        let uncaught = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&uncaught);
        gpu.on_uncaptured_error(Arc::new(move |_| seen.store(true, Ordering::Relaxed)));
        Self { gpu, queue, adapter, uncaught }
    }

    fn new() -> Self {
        Self::with(Device::wgpu_features, wgpu::Limits::default())
    }

    fn device(&self) -> Device {
        Device::from_wgpu(&self.adapter, &self.gpu, &self.queue).unwrap()
    }

    fn buffer(&self, size: u64, usage: Usage) -> wgpu::Buffer {
        let descriptor = wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        self.gpu.create_buffer(&descriptor)
    }

    fn numbers(&self, values: &[u32]) -> wgpu::Buffer {
        let bytes: &[u8] = bytemuck::cast_slice(values);
        let buffer = self.buffer(shared_buffer_size(bytes.len() as u64), ALL);
        self.queue.write_buffer(&buffer, 0, bytes);
        buffer
    }

    /// Runs `value = BODY` for each word of `bound`, by a pass of the app's own.
    fn each(&self, body: &str, bound: wgpu::BindingResource<'_>, len: u32) {
        let source = format!(
            "@group(0) @binding(0) var<storage, read_write> words: array<u32>;
             @compute @workgroup_size(1) fn main(@builtin(global_invocation_id) at: vec3u) {{
                 let value = words[at.x];
                 words[at.x] = {body};
             }}"
        );
        let source = wgpu::ShaderSource::Wgsl(source.into());
        let module = self.gpu.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let pipeline = self.gpu.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: None,
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let group = self.gpu.create_bind_group(&wgpu::BindGroupDescriptor {
            label: None,
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: bound }],
        });
        let mut encoder = self.gpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.dispatch_workgroups(len, 1, 1);
        drop(pass);
        self.queue.submit([encoder.finish()]);
    }

    /// The words of a buffer, read by the app.
    fn read(&self, buffer: &wgpu::Buffer, from: u64, nbytes: u64) -> Vec<u32> {
        let stage = self.buffer(nbytes, Usage::MAP_READ | Usage::COPY_DST);
        let mut encoder = self.gpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(buffer, from, &stage, 0, nbytes);
        self.queue.submit([encoder.finish()]);
        stage.map_async(wgpu::MapMode::Read, .., |result| result.unwrap());
        self.gpu.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let bytes = stage.get_mapped_range(..).unwrap();
        bytemuck::pod_collect_to_vec(&bytes)
    }

    fn assert_usable(&self) {
        let x = Array::from_slice(&self.device(), &[1, 2, 3_i32], &[3]).unwrap();
        assert_eq!(x.add(1).unwrap().to_vec::<i32>().unwrap(), [2, 3, 4]);
        assert!(!self.uncaught.load(Ordering::Relaxed), "the app was told of an error of Farshore's");
    }
}

fn message<T: std::fmt::Debug>(result: Result<T>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error, Error::Value { .. }), "{error:?}");
    error.to_string()
}

fn upto(len: u32) -> Vec<u32> {
    (0..len).collect()
}

#[test]
fn arrays_are_computed_on_the_apps_device() {
    let app = App::new();
    let device = app.device();
    assert_eq!(app.device(), device, "given again, it is the same");
    assert!(device.to_string().starts_with("wgpu:"));
    assert_ne!(device, Device::best().unwrap());
    assert!(!device.shares_memory());
    let x = Array::from_slice(&device, &upto(100_000), &[100, 1000]).unwrap();
    let sums = x.transpose().multiply(3).unwrap().to_vec::<u32>().unwrap();
    assert!(sums.iter().enumerate().all(|(at, &value)| value as usize == 3 * (at % 100 * 1000 + at / 100)));
    let own = Array::from_slice(&Device::best().unwrap(), &[1], &[1]).unwrap();
    assert!(matches!(x.astype(DType::Int32).unwrap().add(&own), Err(Error::DeviceMismatch { .. })));
    let large: Vec<u8> = (0..50_000_000_u32).map(|at| (at % 251) as u8).collect();
    assert!(Array::from_slice(&device, &large, &[large.len()]).unwrap().to_vec::<u8>().unwrap() == large);
    app.assert_usable();
}

/// What a device without any feature gives: fewer dtypes, and right numbers in the others.
#[test]
fn a_device_without_features() {
    let app = App::with(|_| wgpu::Features::empty(), wgpu::Limits::default());
    let device = app.device();
    assert!(!device.has_float64() && !device.has_int64());
    assert!(Array::full(&device, &[2], 1, DType::Float64).is_err());
    device.capabilities().unwrap();
    let x = Array::from_slice(&device, &[4.0_f32, 9.0], &[2]).unwrap();
    assert_eq!(x.sqrt().unwrap().add(0.5).unwrap().to_vec::<f32>().unwrap(), [2.5, 3.5]);
    assert_eq!(x.sort(0, true).unwrap().to_vec::<f32>().unwrap(), [9.0, 4.0]);
    // Loops of users end here too, where wgpu compiles the program itself.
    let text = "var n = 0u; loop { n++; if x < 5.0 { break; } } y = n";
    let endless = ElementwiseKernel::new("float32 x", "uint32 y", text, "endless").unwrap();
    let turns = endless.call(&[(&x).into()]).unwrap().remove(0).to_vec::<u32>().unwrap();
    assert_eq!(turns, [1, 1 << 20]);
    // Without timestamps, a profile counts.
    let profile = farshore::profile(&device).unwrap();
    x.sqrt().unwrap().add(0.5).unwrap().to_vec::<f32>().unwrap();
    let report = profile.finish().unwrap();
    let kernel = &report.kernels()[0];
    assert_eq!((kernel.calls, kernel.bytes(), kernel.seconds), (1, 16, None));
    assert_eq!((report.seconds(), report.bandwidth()), (None, None));
    let text = report.to_string();
    assert!(text.contains("the device has no timestamps") && text.contains("sqrt_add_float32"), "{text}");
    assert!(report.trace().contains("\"timestamps\":false") && report.trace().contains("to host"));
    app.assert_usable();
}

/// Whole programs of users: where wgpu compiles them, they are contained too, and told how long narrow arrays are.
#[test]
fn programs_of_users_on_a_device_without_features() {
    let app = App::with(|_| wgpu::Features::empty(), wgpu::Limits::default());
    let device = app.device();
    let text = "
var<workgroup> tile: array<u32, 4>;
@group(0) @binding(3) var<storage, read> x: array<T>;
@group(0) @binding(1) var<uniform> factor: u32;
@group(0) @binding(2) var<storage, read_write> y: array<T>;
@group(0) @binding(0) var<storage, read_write> turns: array<u32>;
@compute @workgroup_size(4)
fn program(@builtin(local_invocation_index) i: u32) {
    while tile[i] == 0u { turns[i + tile[i]] += 1u; }
    if i < length_x() { store_y(i, load_x(i) * T(factor)); }
    store_y(5u + i, T(9));
    turns[100u + i] = 0u;
}";
    let kernel = RawKernel::new(text, "program").unwrap();
    let x = Array::from_slice(&device, &[1_u8, 2, 3], &[3]).unwrap();
    let y = Array::full(&device, &[5], 1, DType::Uint8).unwrap();
    let turns = Array::full(&device, &[5], 0, DType::Uint32).unwrap();
    kernel.dispatch([1; 3], &[(&turns).into(), 100.into(), (&y).into(), (&x).into()]).unwrap();
    assert_eq!(y.to_vec::<u8>().unwrap(), [100, 200, 44, 1, 1]);
    assert_eq!(turns.to_vec::<u32>().unwrap(), [1 << 20, 1 << 20, 1 << 20, 1 << 20, 0]);
    let refused = |turns: &Array| {
        kernel.dispatch([1; 3], &[turns.into(), 1.into(), (&y).into(), (&x).into()]).unwrap_err()
    };
    let elsewhere = Array::full(&Device::best().unwrap(), &[5], 0, DType::Uint32).unwrap();
    assert!(matches!(refused(&elsewhere), Error::DeviceMismatch { .. }));
    let long = Array::full(&device, &[40_000_000], 0, DType::Uint32).unwrap();
    let said = refused(&long).to_string();
    assert!(said.contains("has 160000000 bytes; a kernel reaches up to"), "{said}");
    assert_eq!(y.to_vec::<u8>().unwrap(), [100, 200, 44, 1, 1]);
    let inside = "
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(1) fn inside() { y[0] = f32(f64(y[0])); }";
    let z = Array::full(&device, &[1], 1, DType::Float32).unwrap();
    let said = message(RawKernel::new(inside, "inside").unwrap().dispatch([1; 3], &[(&z).into()]));
    assert!(said.contains("cannot run it: line"), "{said}");
    app.assert_usable();
}

#[test]
fn a_device_with_too_low_limits_is_refused() {
    let limits = wgpu::Limits { max_storage_buffers_per_shader_stage: 4, ..wgpu::Limits::default() };
    let app = App::with(|_| wgpu::Features::empty(), limits);
    let said = message(Device::from_wgpu(&app.adapter, &app.gpu, &app.queue));
    assert!(said.contains("max_storage_buffers_per_shader_stage: 4, and kernels need 8"), "{said}");
}

#[test]
fn an_array_in_the_apps_buffer() {
    let app = App::new();
    let device = app.device();
    let buffer = app.numbers(&upto(1000));
    let used = device.memory().used;
    let x = Array::from_buffer(&device, buffer.clone(), &[10, 100], DType::Uint32).unwrap();
    assert_eq!(device.memory().used, used, "the memory is the app's");
    assert_eq!(x.to_vec::<u32>().unwrap(), upto(1000));
    let column = x.index(&[Index::Ellipsis, Index::At(7)]).unwrap();
    let expected: Vec<u32> = (0..10).map(|row| 100 * row + 8).collect();
    assert_eq!(column.add(1).unwrap().to_vec::<u32>().unwrap(), expected);

    // The app writes, then Farshore reads; Farshore writes, then the app reads.
    app.each("value + 5u", buffer.as_entire_binding(), 1000);
    assert_eq!(x.to_vec::<u32>().unwrap(), (5..1005).collect::<Vec<_>>());
    x.index(&[Index::At(0)]).unwrap().assign(&[Index::Ellipsis], 7).unwrap();
    x.index(&[Index::At(9)]).unwrap().set(&[8_u32; 100]).unwrap();
    device.submit().unwrap();
    let seen = app.read(&buffer, 0, 4000);
    assert!(seen[..100].iter().all(|&value| value == 7) && seen[900..].iter().all(|&value| value == 8));
    assert_eq!(seen[100..900], (105..905).collect::<Vec<_>>());

    // It is alive as long as either needs it.
    let total = x.add(1).unwrap();
    drop((x, buffer, column));
    assert_eq!(total.to_vec::<u32>().unwrap()[..2], [8, 8]);
    app.assert_usable();
}

/// Kernels compute whole blocks; the app's bytes behind the array are not theirs.
#[test]
fn nothing_is_written_behind_the_array() {
    let app = App::new();
    let device = app.device();
    let buffer = app.numbers(&vec![9; 3000]);
    let x = Array::from_buffer(&device, buffer.clone(), &[301], DType::Uint8).unwrap();
    x.assign(&[Index::Ellipsis], 1).unwrap();
    x.set(&[2_u8; 301]).unwrap();
    x.assign(&[Index::Ellipsis], &x.add(1).unwrap()).unwrap();
    x.assign(&[Index::Slice { start: None, stop: None, step: 2 }], 4).unwrap();
    device.submit().unwrap();
    let seen = app.read(&buffer, 0, 12_000);
    assert_eq!(seen[..75], vec![u32::from_le_bytes([4, 3, 4, 3]); 75]);
    assert_eq!(seen[75] & 0xff, 4);
    assert!(seen[76..].iter().all(|&word| word == 9));
}

/// Every dtype and odd lengths, up to the very end of the shortest buffer that is accepted.
#[test]
fn the_shortest_buffer_is_long_enough() {
    let app = App::new();
    let device = app.device();
    for len in [1, 3, 255, 256, 1023, 1024, 1025, 5000] {
        for dtype in DType::ALL.into_iter().filter(|&dtype| farshore::supports(&device, dtype)) {
            let nbytes = (len * dtype.size()) as u64;
            let buffer = app.buffer(shared_buffer_size(nbytes), ALL);
            let x = Array::from_buffer(&device, buffer, &[len], dtype).unwrap();
            let y = x.copy().unwrap();
            y.evaluate().unwrap();
            x.assign(&[Index::Slice { start: None, stop: None, step: -1 }], &y).unwrap();
            assert_eq!(x.equal(&y).unwrap().to_vec::<bool>().unwrap(), vec![true; len], "{dtype} {len}");
            let short = app.buffer(shared_buffer_size(nbytes) - 4, ALL);
            assert!(
                message(Array::from_buffer(&device, short, &[len], dtype)).contains("blocks past its end")
            );
        }
    }
    app.assert_usable();
}

#[test]
fn what_no_array_can_be_in_is_refused() {
    let app = App::new();
    let device = app.device();
    let give = |buffer: &wgpu::Buffer| Array::from_buffer(&device, buffer.clone(), &[4], DType::Uint32);
    let said = message(give(&app.buffer(8192, Usage::STORAGE | Usage::COPY_SRC)));
    assert!(said.contains("COPY_DST") && said.contains("needs STORAGE, COPY_SRC and COPY_DST"), "{said}");
    let said = message(give(&app.buffer(16, ALL)));
    assert!(said.contains("has 16 bytes, and needs 8192 for an array of 16"), "{said}");
    assert!(said.contains("shared_buffer_size(16)"), "{said}");

    let buffer = app.buffer(8192, ALL);
    let x = give(&buffer).unwrap();
    let twice = "is an array's already; make views of that array, or drop it first";
    assert!(message(give(&buffer)).contains(twice));
    drop(x);
    let x = give(&buffer).unwrap();
    let y = x.add(1).unwrap();
    let shared = y.buffer().unwrap();
    assert!(message(give(shared.wgpu())).contains(twice), "a buffer of the pool's");

    let (other, _) =
        pollster::block_on(app.adapter.request_device(&wgpu::DeviceDescriptor::default())).unwrap();
    let descriptor =
        wgpu::BufferDescriptor { label: None, size: 8192, usage: ALL, mapped_at_creation: false };
    let said = message(give(&other.create_buffer(&descriptor)));
    assert!(said.contains("evice"), "{said}");
    let destroyed = app.buffer(8192, ALL);
    destroyed.destroy();
    assert!(message(give(&destroyed)).contains("destroyed"));
    app.assert_usable();
}

#[test]
fn a_buffer_is_copied_on_the_device() {
    let app = App::new();
    let device = app.device();
    let buffer = app.buffer(4000, Usage::COPY_SRC | Usage::COPY_DST);
    app.queue.write_buffer(&buffer, 0, bytemuck::cast_slice(&upto(1000)));
    let copy = |at, len: usize| Array::copy_buffer(&device, &buffer, at, &[len], DType::Uint32);
    let x = copy(0, 1000).unwrap();
    let end = copy(3996, 1).unwrap();
    let odd = Array::copy_buffer(&device, &buffer, 4, &[5], DType::Uint8).unwrap();
    app.queue.write_buffer(&buffer, 0, &[7; 4000]);
    assert_eq!(x.to_vec::<u32>().unwrap(), upto(1000));
    assert_eq!(end.to_vec::<u32>().unwrap(), [999]);
    assert_eq!(odd.to_vec::<u8>().unwrap(), [1, 0, 0, 0, 2]);
    assert!(copy(0, 0).unwrap().is_empty());
    assert!(
        message(copy(8, 999)).contains("3996 bytes from byte 8 on are not within a buffer of 4000 bytes")
    );
    assert!(message(copy(2, 1)).contains("in whole words of 4"));
    let closed = app.buffer(4000, Usage::STORAGE);
    assert!(message(Array::copy_buffer(&device, &closed, 0, &[1], DType::Uint8)).contains("COPY_SRC"));
    app.assert_usable();
}

#[test]
fn the_apps_passes_use_an_arrays_buffer() {
    let app = App::new();
    let device = app.device();
    let x = Array::from_slice(&device, &upto(2000), &[2, 1000]).unwrap();
    let y = x.multiply(2).unwrap();
    let shared = y.buffer().unwrap();
    assert!(!y.is_pending());
    assert_eq!((shared.offset(), shared.nbytes()), (0, 8000));
    let seen = app.read(shared.wgpu(), shared.offset(), shared.nbytes());
    assert!(seen.iter().enumerate().all(|(at, &value)| value as usize == 2 * at));
    app.each("value + 1u", shared.binding(), 2000);
    let values = y.to_vec::<u32>().unwrap();
    assert!(values.iter().enumerate().all(|(at, &value)| value as usize == 2 * at + 1));

    let row = y.index(&[Index::At(1)]).unwrap().buffer().unwrap();
    assert_eq!((row.offset(), row.nbytes()), (4000, 4000));
    assert_eq!(app.read(row.wgpu(), row.offset(), 8), [2001, 2003]);
    assert!(message(y.transpose().buffer().map(drop)).contains("copy it first: x.copy()"));

    // The memory is not another array's while the app has it, nor lost with the array.
    drop(y);
    let others: Vec<Array> = (0..8).map(|_| x.add(9).unwrap()).collect();
    for other in &others {
        other.evaluate().unwrap();
    }
    assert_eq!(app.read(shared.wgpu(), 0, 8), [1, 3]);
    app.assert_usable();
}

/// The app's own error scopes and its callback for a lost device stay the app's.
#[test]
fn the_app_keeps_its_scopes_and_callbacks() {
    let app = App::new();
    let device = app.device();
    let lost = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&lost);
    app.gpu.set_device_lost_callback(move |_, _| seen.store(true, Ordering::Relaxed));
    let scope = app.gpu.push_error_scope(wgpu::ErrorFilter::Validation);
    let x = Array::from_slice(&device, &[1.0_f32, 4.0], &[2]).unwrap();
    assert!(Array::from_buffer(&device, app.buffer(16, ALL), &[4], DType::Uint32).is_err());
    assert_eq!(x.sqrt().unwrap().to_vec::<f32>().unwrap(), [1.0, 2.0]);
    assert!(pollster::block_on(scope.pop()).is_none(), "Farshore has caught its own");

    let y = x.add(1.0).unwrap();
    app.gpu.destroy();
    assert!(matches!(y.to_vec::<f32>(), Err(Error::Device { .. } | Error::OutOfMemory { .. })));
    assert!(lost.load(Ordering::Relaxed));
    assert!(matches!(x.to_vec::<f32>(), Err(Error::Device { .. })));
    assert!(!app.uncaught.load(Ordering::Relaxed));
}

/// A stream whose device is lost says so at a frame, and ends; other devices go on.
#[test]
fn a_stream_whose_device_is_lost_ends_there() {
    let app = App::new();
    let device = app.device();
    let pipeline = Pipeline::record(|inputs| Ok(vec![inputs[0].add(1.0)?]));
    let camera = (0..20_u8).inspect(|&number| {
        if number == 10 {
            app.gpu.destroy();
        }
    });
    let frames = camera.map(|number| vec![f32::from(number); 1000]);
    let results: Vec<_> = pipeline.stream::<f32, f32, _>(&device, &[1000], frames).collect();
    let (last, before) = results.split_last().unwrap();
    assert!((7..=10).contains(&before.len()), "{}", before.len());
    for (number, result) in before.iter().enumerate() {
        assert_eq!(result.as_ref().unwrap(), &vec![number as f32 + 1.0; 1000]);
    }
    let error = last.as_ref().unwrap_err();
    assert_eq!(error.frame, before.len());
    assert!(matches!(error.error, Error::Device { .. } | Error::OutOfMemory { .. }), "{error}");
    for _ in 0..3 {
        let upload = Array::from_slice(&device, &[1.0_f32], &[1]);
        assert!(upload.and_then(|x| x.to_vec::<f32>()).is_err());
    }
    let x = Array::from_slice(&Device::best().unwrap(), &[1.0_f32], &[1]).unwrap();
    assert_eq!(pipeline.run(&[&x]).unwrap()[0].to_vec::<f32>().unwrap(), [2.0]);
}

/// The example: from kernels to a texture, and nothing crosses to the host.
#[test]
fn a_picture_becomes_a_texture() {
    let device = pollster::block_on(texture::open()).unwrap();
    let scope = transfers(Policy::Allow);
    let pixels = texture::mandelbrot(&device, 192, 128).unwrap();
    let picture = texture::to_texture(&pixels).unwrap();
    let back = texture::from_texture(&device, &picture).unwrap();
    let same = back.equal(&pixels).unwrap();
    same.evaluate().unwrap();
    assert_eq!(scope.ledger().bytes_to_host(), 0);
    drop(scope);
    assert!(same.to_vec::<bool>().unwrap().iter().all(|&one| one));
    let pixels = pixels.to_vec::<u8>().unwrap();
    let at = |row: usize, column: usize| &pixels[4 * (192 * row + column)..][..4];
    assert_eq!(at(64, 144)[3], 255);
    assert_ne!(at(64, 144), at(5, 5), "inside and outside");
}

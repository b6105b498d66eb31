//! A picture that an app draws with wgpu, computed by Farshore: from the kernels to the texture, no byte passes through
//! the host. `cargo run --release --example texture` writes it as
//! `examples/output/texture.png`.

use std::path::Path;

use farshore::{Array, DType, Device, Index, Result, apply, rows, wgpu};

/// Rows of a copy to a texture begin at multiples of 256 bytes, so a width is a multiple of 64.
const WIDTH: usize = 768;
const HEIGHT: usize = 512;

/// The Mandelbrot set between -2.25 and 0.75, coloured by how long a point takes to get away: the bytes red, green,
/// blue and 255 of each pixel.
pub fn mandelbrot(device: &Device, width: usize, height: usize) -> Result<Array> {
    let line =
        |start: f32, step: f32, len: usize| (0..len).map(|at| start + step * at as f32).collect::<Vec<_>>();
    let step = 3.0 / width as f32;
    let re = Array::from_slice(device, &line(-2.25, step, width), &[1, width])?;
    let im = Array::from_slice(device, &line(-0.5 * step * height as f32, step, height), &[height, 1])?;
    let (mut x, mut y) = (re.add(&im.multiply(0.0)?)?, im.add(&re.multiply(0.0)?)?);
    let mut steps = Array::full(device, &[height, width], 0, DType::Float32)?;
    for _ in 0..64 {
        let (xx, yy) = (x.square()?, y.square()?);
        let inside = xx.add(&yy)?.less_equal(4.0)?;
        let moved = (xx.subtract(&yy)?.add(&re)?, x.multiply(&y)?.multiply(2.0)?.add(&im)?);
        // A point that got away stays where it is.
        x = apply(&rows::where_, &[(&inside).into(), (&moved.0).into(), (&x).into()])?;
        y = apply(&rows::where_, &[(&inside).into(), (&moved.1).into(), (&y).into()])?;
        steps = steps.add(&inside.astype(DType::Float32)?)?;
    }
    let rest = steps.divide(64.0)?;
    let pixels = Array::full(device, &[height, width, 4], 255, DType::Uint8)?;
    let bright = [rest.sqrt()?, rest.square()?.multiply(1.5)?, rest.multiply(3.0)?.sin()?.abs()?];
    for (channel, value) in (0..).zip(&bright) {
        let value = value.multiply(255.0)?.clip(0.0, 255.0)?.astype(DType::Uint8)?;
        pixels.assign(&[Index::Ellipsis, Index::At(channel)], &value)?;
    }
    Ok(pixels)
}

/// A texture with the picture in `pixels`, for the app's render passes to sample.
pub fn to_texture(pixels: &Array) -> Result<wgpu::Texture> {
    let (gpu, queue) = (pixels.device().wgpu_device(), pixels.device().wgpu_queue());
    let &[height, width, _] = pixels.shape() else { panic!("a picture has three axes") };
    let size = wgpu::Extent3d { width: width as u32, height: height as u32, depth_or_array_layers: 1 };
    let texture = gpu.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba8Unorm,
        usage: wgpu::TextureUsages::COPY_DST
            | wgpu::TextureUsages::COPY_SRC
            | wgpu::TextureUsages::TEXTURE_BINDING,
        view_formats: &[],
    });
    // From here on, what computes the pixels is in the queue.
    let shared = pixels.buffer()?;
    let mut encoder = gpu.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let source = wgpu::TexelCopyBufferInfo { buffer: shared.wgpu(), layout: rows_of(size, shared.offset()) };
    encoder.copy_buffer_to_texture(source, texture.as_image_copy(), size);
    queue.submit([encoder.finish()]);
    Ok(texture)
}

/// The pixels of a texture as an array on its device, in memory of the app's.
pub fn from_texture(device: &Device, texture: &wgpu::Texture) -> Result<Array> {
    let size = texture.size();
    let nbytes = 4 * u64::from(size.width) * u64::from(size.height);
    let buffer = device.wgpu_device().create_buffer(&wgpu::BufferDescriptor {
        label: Some("pixels"),
        size: farshore::shared_buffer_size(nbytes),
        usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = device.wgpu_device().create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let target = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout: rows_of(size, 0) };
    encoder.copy_texture_to_buffer(texture.as_image_copy(), target, size);
    device.wgpu_queue().submit([encoder.finish()]);
    Array::from_buffer(device, buffer, &[size.height as usize, size.width as usize, 4], DType::Uint8)
}

fn rows_of(size: wgpu::Extent3d, offset: u64) -> wgpu::TexelCopyBufferLayout {
    wgpu::TexelCopyBufferLayout { offset, bytes_per_row: Some(4 * size.width), rows_per_image: None }
}

/// A device as an app opens it.
pub async fn open() -> std::result::Result<Device, Box<dyn std::error::Error>> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await?;
    let descriptor = wgpu::DeviceDescriptor {
        required_features: Device::wgpu_features(&adapter),
        required_limits: adapter.limits(),
        ..Default::default()
    };
    let (device, queue) = adapter.request_device(&descriptor).await?;
    Ok(Device::from_wgpu(&adapter, &device, &queue)?)
}

#[allow(dead_code, reason = "a test takes the functions above")]
fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let device = pollster::block_on(open())?;
    let texture = to_texture(&mandelbrot(&device, WIDTH, HEIGHT)?)?;

    // The one step that moves the picture to the host.
    let pixels: Vec<u8> = from_texture(&device, &texture)?.to_vec()?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/output");
    std::fs::create_dir_all(&folder)?;
    let file = std::io::BufWriter::new(std::fs::File::create(folder.join("texture.png"))?);
    let mut png = png::Encoder::new(file, WIDTH as u32, HEIGHT as u32);
    png.set_color(png::ColorType::Rgba);
    png.write_header()?.write_image_data(&pixels)?;
    println!("examples/output/texture.png: {WIDTH} x {HEIGHT}, computed on {}", device.adapter().name);
    Ok(())
}

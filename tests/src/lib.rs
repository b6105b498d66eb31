//! What the integration tests share: the device they run on, the repository's files, and naga's opinion of WGSL.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use farshore::Device;

pub mod programs;

/// The Rust examples of the documentation, run as this crate's own.
#[cfg(doctest)]
mod documentation {
    #[doc = include_str!("../../docs/pipelines.md")]
    struct Pipelines;
    #[doc = include_str!("../../docs/profiling.md")]
    struct Profiling;
    #[doc = include_str!("../../docs/transfers.md")]
    struct Transfers;
}

/// The device under test: the one that `FARSHORE_DEVICE` names, else the best there is.
pub fn device() -> Device {
    let device = match std::env::var("FARSHORE_DEVICE") {
        Ok(name) => Device::open(&name),
        Err(_) => Device::best(),
    };
    device.unwrap_or_else(|error| panic!("these tests run on a device: {error}"))
}

/// Held by tests that read what a whole process or device counts: under `cargo test` the others of the file run
/// beside them.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The files below `folder` whose names end in one of `extensions`, sorted, each with its path from the repository.
pub fn files(folder: &str, extensions: &[&str]) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(repository(&folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{folder}/{name}");
            if entry.path().is_dir() {
                folders.push(path);
            } else if name.rsplit_once('.').is_some_and(|(_, end)| extensions.contains(&end)) {
                found.push((path, entry.path()));
            }
        }
    }
    found.sort();
    found
}

/// The text of a file that is known to be there.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

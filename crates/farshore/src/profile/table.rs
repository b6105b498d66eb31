//! A report as text: a line for each kernel.

use std::fmt;

use crate::error::bytes;
use crate::profile::{ProfiledKernel, Report};

/// Characters of a kernel's name at most; fused ones can be very long.
const WIDEST: usize = 48;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kernels = self.kernels();
        writeln!(f, "{}: {}", self.device, self.device.adapter().name)?;
        let seconds = self.seconds();
        if kernels.is_empty() {
            writeln!(f, "no kernels")?;
        } else {
            let bandwidth = seconds.and_then(|_| self.bandwidth());
            let name = |kernel: &ProfiledKernel| shortened(&kernel.name);
            let all = totals(&kernels, seconds);
            let width = kernels.iter().map(|kernel| name(kernel).chars().count()).max().unwrap_or(0);
            let width = width.max(all.name.chars().count());
            writeln!(
                f,
                "{:<width$} {:>7} {:>10} {:>7} {:>10} {:>11} {:>7} {:>7}",
                "kernel", "calls", "time", "of all", "mean", "bytes", "GB/s", "of copy"
            )?;
            for kernel in &kernels {
                row(f, (&name(kernel), width), kernel, seconds, bandwidth)?;
            }
            row(f, (&all.name, width), &all, seconds, bandwidth)?;
            if let Some(bandwidth) = bandwidth {
                writeln!(f, "a copy: {:.1} GB/s, read and written", bandwidth / 1e9)?;
            }
        }
        if !self.device.has_timestamps() {
            writeln!(f, "the device has no timestamps: kernels are counted, and not timed")?;
        }
        let (log, elapsed) = (&self.ledger, self.elapsed.as_secs_f64());
        let (host, device) = (bytes(log.bytes_to_host()), bytes(log.bytes_to_device()));
        match log.len() {
            0 => writeln!(f, "no transfers")?,
            many => writeln!(f, "{}: {host} to host, {device} to device", plural(many, "transfer"))?,
        }
        write!(f, "{} by the host's clock", time(elapsed))?;
        match seconds.filter(|_| elapsed > 0.0) {
            Some(seconds) => write!(f, ", {:.1} % of it in kernels", 100.0 * seconds / elapsed),
            None => Ok(()),
        }
    }
}

fn totals(kernels: &[ProfiledKernel], seconds: Option<f64>) -> ProfiledKernel {
    ProfiledKernel {
        name: plural(kernels.len(), "kernel"),
        calls: kernels.iter().map(|kernel| kernel.calls).sum(),
        seconds,
        bytes_read: kernels.iter().map(|kernel| kernel.bytes_read).sum(),
        bytes_written: kernels.iter().map(|kernel| kernel.bytes_written).sum(),
    }
}

fn row(
    f: &mut fmt::Formatter<'_>,
    (name, width): (&str, usize),
    kernel: &ProfiledKernel,
    all: Option<f64>,
    bandwidth: Option<f64>,
) -> fmt::Result {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let seconds = kernel.seconds;
    let positive = |number: &f64| *number > 0.0;
    let part = seconds.zip(all.filter(positive)).map(|(one, all)| format!("{:.1} %", 100.0 * one / all));
    let rate = seconds.filter(positive).map(|seconds| kernel.bytes() as f64 / seconds / 1e9);
    let share = bandwidth.and_then(|bandwidth| kernel.share(bandwidth));
    writeln!(
        f,
        "{name:<width$} {:>7} {:>10} {:>7} {:>10} {:>11} {:>7} {:>7}",
        kernel.calls,
        or_none(seconds.map(time)),
        or_none(part),
        or_none(seconds.map(|seconds| time(seconds / kernel.calls.max(1) as f64))),
        bytes(kernel.bytes()),
        or_none(rate.map(|rate| format!("{rate:.2}"))),
        or_none(share.map(|share| format!("{:.1} %", 100.0 * share))),
    )
}

/// Its beginning and its end.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= WIDEST {
        return name.to_owned();
    }
    let half = (WIDEST - 3) / 2;
    let (start, end) = (&letters[..WIDEST - 3 - half], &letters[letters.len() - half..]);
    start.iter().chain(&['.'; 3]).chain(end).collect()
}

/// `"1.23 ms"`.
fn time(seconds: f64) -> String {
    match seconds {
        long if long >= 1.0 => format!("{long:.2} s"),
        milli if milli >= 1e-3 => format!("{:.2} ms", milli * 1e3),
        micro => format!("{:.2} µs", micro * 1e6),
    }
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_keep_their_ends() {
        let name = "multiply_".repeat(20) + "float32";
        let short = shortened(&name);
        assert_eq!(short.chars().count(), WIDEST);
        assert!(short.starts_with("multiply_") && short.contains("...") && short.ends_with("_float32"));
        assert_eq!(shortened("add_float32"), "add_float32");
    }

    #[test]
    fn times_have_three_figures_or_so() {
        assert_eq!([2.0, 0.001_234, 12.3e-6].map(time), ["2.00 s", "1.23 ms", "12.30 µs"]);
    }
}

//! Measuring several things over the same sources: criterion's figures, then one table of ratios, measured in turn in one go, so that
//! a machine that is busy for a while slows all of them alike.

use std::io::Write;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};

/// Goes over all sources once.
pub(crate) type Run<'s> = Box<dyn FnMut() + 's>;

/// How often each is measured for the table.
const ROUNDS: usize = 21;

/// Measures runs over so many bytes; the ratios are to the first of them.
pub(crate) fn measure(name: &str, bytes: u64, runs: &mut [(String, Run<'_>)]) {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(bytes));
    for (name, run) in runs.iter_mut() {
        group.bench_function(name.as_str(), |bencher| bencher.iter(&mut *run));
    }
    group.finish();
    criterion.final_summary();
    if !std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        print_ratios(runs);
    }
}

/// Runs all in turn and prints the median of each as a ratio to the first.
fn print_ratios(runs: &mut [(String, Run<'_>)]) {
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); runs.len()];
    for _ in 0..ROUNDS {
        for ((_, run), times) in runs.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            run();
            times.push(begin.elapsed());
        }
    }
    let medians = times.iter_mut().map(|times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let medians: Vec<Duration> = medians.collect();
    let mut out = std::io::stdout().lock();
    // Whoever reads the table may have gone away; that is no reason to fail.
    let _ = writeln!(out, "{:<22}{:>10}{:>10}", "", "ms", "x parse");
    for ((name, _), median) in runs.iter().zip(&medians) {
        let ratio = median.as_secs_f64() / medians[0].as_secs_f64();
        let _ = writeln!(out, "{name:<22}{:>10.2}{ratio:>10.2}", median.as_secs_f64() * 1000.0);
    }
}

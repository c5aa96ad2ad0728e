//! What patients waited.

pub use crate::patient::call::Taken;
use std::{collections::BTreeMap, time::Duration};

/// Median, the slowest in a hundred, and the slowest, by call and for all.
pub fn print(taken: &[(String, Duration)], seconds: f64) {
    let mut by_call: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (call, time) in taken {
        for name in [call.as_str(), "all"] {
            by_call.entry(name).or_default().push(time.as_secs_f64() * 1000.0);
        }
    }
    println!("{:<24} {:>8} {:>8} {:>9} {:>9} {:>9}", "call", "calls", "a second", "median", "p99", "slowest");
    for (call, mut times) in by_call {
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let count = times.len();
        println!(
            "{call:<24} {count:>8} {:>8.1} {:>6.1} ms {:>6.1} ms {:>6.1} ms",
            count as f64 / seconds,
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
}

//! Writes the real inputs of [`postern_fuzz::seed`] into the corpus. What was found stays.

use postern_fuzz::{corpus, seed};

fn main() {
    let all =
        [seed::envelopes(), seed::opaque(), seed::content(), seed::wire(), seed::texts(), seed::files()];
    for (target, name, bytes) in all.concat() {
        corpus::keep(target, name, &bytes);
    }
}

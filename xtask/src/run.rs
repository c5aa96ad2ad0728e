//! `cargo xtask run`: from a clone to a demo one can tap.

use crate::{build, step, tools, wifi};
use anyhow::Result;

/// Where the demo listens.
#[derive(clap::Args)]
pub struct Arguments {
    /// Let phones in the same network in, and print a QR code of the address
    #[arg(long)]
    wifi: bool,
    /// The port to listen on
    #[arg(long, default_value_t = 8787)]
    port: u16,
}

/// Builds what is missing, says how long that takes, and starts the demo.
pub fn run(arguments: &Arguments) -> Result<()> {
    step::say(&expectation());
    build::run(build::Optimise::IfThere)?;
    step::run("building the executable", &mut step::cargo(["build", "--package=postern", "--locked"]))?;
    let host = if arguments.wifi { wifi::address()?.to_string() } else { "127.0.0.1".to_owned() };
    let listen = format!("{host}:{}", arguments.port);
    if arguments.wifi {
        println!("{}", wifi::qr(&format!("http://{listen}/demo/phone"))?);
    }
    let mut demo = step::program("target/debug/postern");
    demo.args(["demo", "--app", build::DIST, "--listen", &listen]);
    step::run("starting the demo; Ctrl-C ends it", &mut demo)
}

fn expectation() -> String {
    let missing: Vec<_> =
        [&tools::TRUNK, &tools::WASM_BINDGEN].into_iter().filter(|tool| !tool.is_there()).collect();
    let built = std::path::Path::new("target/debug/postern").exists();
    let minutes = missing.iter().map(|tool| tool.minutes).sum::<u32>() + if built { 0 } else { 9 };
    if minutes == 0 {
        return "everything is here; under a minute unless much has changed".to_owned();
    }
    let names: Vec<_> = missing.iter().map(|tool| tool.name).collect();
    match names.as_slice() {
        [] => {
            format!("the first time takes about {minutes} minutes on two cores; later it is under a minute")
        }
        names => format!(
            "the first time takes about {minutes} minutes on two cores ({} are built too); later it is under a minute",
            names.join(" and ")
        ),
    }
}

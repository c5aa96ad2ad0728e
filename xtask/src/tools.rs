//! What the commands need besides cargo, each at one version: found on the path or installed into target/tools.

mod browsers;
mod cargo_tool;
mod components;
mod node;
mod postgres;
mod wasm_target;

pub use browsers::ensure as browsers;
pub use cargo_tool::CargoTool;
pub use components::ensure as components;
pub use node::ensure as node;
pub use node::esbuild;
pub use node::wasm_opt;
pub use postgres::ensure as postgres;
pub use wasm_target::ensure as wasm_target;

/// Builds the app.
pub const TRUNK: CargoTool = CargoTool { name: "trunk", version: "0.21.14", minutes: 7 };
/// Must be the very version of the crate `wasm-bindgen` in Cargo.lock.
pub const WASM_BINDGEN: CargoTool = CargoTool { name: "wasm-bindgen-cli", version: "0.2.130", minutes: 3 };
/// Drives Firefox.
pub const GECKODRIVER: CargoTool = CargoTool { name: "geckodriver", version: "0.37.1", minutes: 2 };
/// Reads the licences and sources of all dependencies.
pub const CARGO_DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2", minutes: 3 };

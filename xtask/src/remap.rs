//! Where something was built stands in nothing that patients download: paths of this machine become names that are the same
//! everywhere, so that two builds in different folders give the same bytes.

use crate::step;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const VARIABLE: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Adds the names to the compiler's flags for the app, whatever flags the command has for it already.
pub fn in_app(command: &mut Command) {
    let set = command.get_envs().find(|(name, _)| *name == VARIABLE).and_then(|(_, value)| value);
    let before = set.map(ToOwned::to_owned).or_else(|| env::var_os(VARIABLE)).unwrap_or_default();
    let before = before.to_string_lossy();
    if before.contains("--remap-path-prefix") {
        return;
    }
    let home = home_of(command);
    let flags: Vec<String> = [
        (command.get_current_dir().map(Path::to_owned).or_else(|| env::current_dir().ok()), "/postern"),
        (home, "/cargo"),
        (sysroot().map(|root| root.join("lib/rustlib/src/rust")), "/rust"),
    ]
    .into_iter()
    .filter_map(|(path, name)| Some(format!("--remap-path-prefix={}={name}", path?.display())))
    // Flags stand in one variable with spaces between them: a path that has one cannot be named there.
    .filter(|flag| !flag.contains(char::is_whitespace))
    .collect();
    command.env(VARIABLE, format!("{before} {}", flags.join(" ")).trim());
}

/// Cargo's home as the command sees it.
fn home_of(command: &Command) -> Option<PathBuf> {
    let set = command.get_envs().find(|(name, _)| *name == "CARGO_HOME").and_then(|(_, value)| value);
    let set = set.map(PathBuf::from).or_else(|| env::var_os("CARGO_HOME").map(PathBuf::from));
    set.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")))
}

fn sysroot() -> Option<PathBuf> {
    step::output(step::program("rustc").args(["--print", "sysroot"])).map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(command: &Command) -> String {
        let value = command.get_envs().find(|(name, _)| *name == VARIABLE).and_then(|(_, value)| value);
        value.unwrap_or_default().to_string_lossy().into_owned()
    }

    #[test]
    fn the_folder_and_cargos_home_get_names_and_other_flags_stay() {
        let mut command = Command::new("trunk");
        command.current_dir("/some/where").env("CARGO_HOME", "/a/home").env(VARIABLE, "-Cone=two");
        in_app(&mut command);
        let once = flags(&command);
        assert!(once.starts_with("-Cone=two --remap-path-prefix=/some/where=/postern "), "{once}");
        assert!(once.contains("--remap-path-prefix=/a/home=/cargo"), "{once}");
        in_app(&mut command);
        assert_eq!(flags(&command), once, "a second time adds nothing");
    }

    #[test]
    fn a_path_with_a_space_is_left_out_instead_of_breaking_the_flags() {
        let mut command = Command::new("trunk");
        command.current_dir("/some where").env("CARGO_HOME", "/a/home").env(VARIABLE, "");
        in_app(&mut command);
        assert!(!flags(&command).contains("/some"), "{}", flags(&command));
    }
}

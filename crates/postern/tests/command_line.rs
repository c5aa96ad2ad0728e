//! Help and errors, as files: arguments, status and output of a case stand together in `tests/cmd/<case>.toml`.
//! `TRYCMD=overwrite cargo test -p postern --test command_line` writes what the executable says now; look at the difference.

#[test]
fn help_and_errors_are_as_written() {
    trycmd::TestCases::new().env("COLUMNS", "100").case("tests/cmd/*.toml");
}

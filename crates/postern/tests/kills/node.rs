//! A portal in a process of its own on a house's state, at an address of its own; its disk can be made full from outside.

use crate::house::{House, postern};
use std::{
    fs::File,
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

/// A running process.
pub struct Node(Child);

/// The command, started by a shell that has it overlook SIGXFSZ: a write past the limit then fails, as on a full disk.
fn overlooking_the_signal(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(command.get_program());
    shell.args(command.get_args()).stdin(Stdio::null());
    shell
}

impl Node {
    /// Starts a portal beside, or instead of, the house's own.
    pub fn portal(house: &House, listen: SocketAddr) -> Self {
        let app = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/app");
        let (state, listen_text) = (house.portal_state(), listen.to_string());
        let arguments =
            ["portal", "run", "--state", state.to_str().unwrap(), "--app", app, "--listen", &listen_text];
        let arguments: Vec<&str> = arguments.into_iter().chain(crate::house::NO_RATES).collect();
        let node = Self::start(house, "node", &arguments);
        for _ in 0..800 {
            if TcpStream::connect(listen).is_ok() {
                return node;
            }
            sleep(Duration::from_millis(25));
        }
        panic!("the node does not listen");
    }

    /// Starts the house's desk.
    pub fn desk(house: &House) -> Self {
        Self::start(house, "desk", &["desk", "run", "--state", house.desk_state().to_str().unwrap()])
    }

    /// Its log stands on the same disk as its state.
    fn start(house: &House, name: &str, arguments: &[&str]) -> Self {
        let log = File::create(house.folder.path().join(format!("{name}.log"))).unwrap();
        let mut command = overlooking_the_signal(&postern(arguments));
        let command = command.env("POSTERN_LOG", "info").stdout(Stdio::null()).stderr(log);
        Self(command.spawn().unwrap())
    }

    /// From now on no file of the process grows, nor is written past its first bytes; or there is room again.
    pub fn disk_is_full(&self, full: bool) {
        let limit = if full { "--fsize=1024:unlimited" } else { "--fsize=unlimited:unlimited" };
        let process = self.0.id().to_string();
        let done = Command::new("prlimit").args(["--pid", &process, limit]).status().unwrap();
        assert!(done.success());
    }

    /// It has not ended by itself.
    pub fn runs(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

//! A PostgreSQL server of a test binary's own: in a temporary folder, started when first asked for, reached through a socket in that
//! folder alone, stopped and removed when the test process is gone, however it went.

use postern_portal::{StoreAddress, StorePassword};
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::sync::OnceCell;

const PASSWORD: &str = "for tests alone";
/// Debian's user who owns nothing: PostgreSQL does not run as root.
const NOBODY: u32 = 65534;

/// Waits until its standard input ends, which it does with the test process; then stops the server and takes its folder away.
const KEEPER: &str = r#"
exec 3<&0
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=200 </dev/null >"$2/log" 2>&1 &
read -r _ <&3
kill -TERM $!
kill -QUIT $!
wait $!
cd /
rm -rf "$2"
"#;

/// A running server.
pub struct Server {
    folder: PathBuf,
    _keeper: Child,
}

impl Server {
    /// The server of this process.
    pub fn get() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(Self::start)
    }

    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap().keep();
        let data = folder.join("data");
        let password = folder.join("password");
        fs::write(&password, PASSWORD).unwrap();
        for path in [&folder, &password] {
            if is_root() {
                std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let mut initdb = as_nobody(Command::new(programs.join("initdb")), &folder);
        initdb.args([
            "--username=admin",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]);
        initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password);
        let made = initdb.stdin(Stdio::null()).output().unwrap();
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let mut keeper = as_nobody(Command::new("sh"), &folder);
        keeper
            .args(["-c", KEEPER, "keeper"])
            .arg(&programs)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let server = Self { _keeper: keeper.spawn().unwrap(), folder };
        server.wait();
        server
    }

    fn wait(&self) {
        let log = || fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        for _ in 0..3000 {
            if log().contains("ready to accept connections") {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("PostgreSQL does not start: {}", log());
    }

    /// Every file of the server, logs included.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection of the administrator's.
    pub async fn administrator(&self, database: &str) -> PgConnection {
        let options = PgConnectOptions::new_without_pgpass().socket(&self.folder).port(5432);
        options.username("admin").password(PASSWORD).database(database).connect().await.unwrap()
    }

    /// A new, empty database that belongs to a role with no other right.
    pub async fn database(&self) -> Database {
        static ROLE: OnceCell<()> = OnceCell::const_new();
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut administrator = self.administrator("postgres").await;
        ROLE.get_or_init(|| async {
            let role = format!("CREATE ROLE portal LOGIN PASSWORD '{PASSWORD}'");
            let mut administrator = self.administrator("postgres").await;
            sqlx::query(AssertSqlSafe(role)).execute(&mut administrator).await.unwrap();
        })
        .await;
        let name = format!("store{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} OWNER portal");
        sqlx::query(AssertSqlSafe(create)).execute(&mut administrator).await.unwrap();
        Database { name }
    }
}

/// A database of the server.
pub struct Database {
    name: String,
}

impl Database {
    pub fn address(&self) -> StoreAddress {
        let folder = Server::get().folder.to_str().unwrap().replace('/', "%2F");
        format!("postgres://portal@{folder}:5432/{}", self.name).parse().unwrap()
    }

    /// Changes it behind the portal's back.
    pub async fn change(&self, changes: &[&'static str]) {
        let mut administrator = Server::get().administrator(&self.name).await;
        for change in changes {
            sqlx::query(*change).execute(&mut administrator).await.unwrap();
        }
    }

    /// One column of one row.
    pub async fn column(&self, select: &'static str, lid: &[u8]) -> Option<Vec<u8>> {
        let mut administrator = Server::get().administrator(&self.name).await;
        sqlx::query_scalar(select).bind(lid).fetch_optional(&mut administrator).await.unwrap()
    }
}

pub fn password() -> StorePassword {
    StorePassword::new(PASSWORD.to_owned())
}

/// On the path, or where Debian puts each release.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let named = std::env::split_paths(&path).find(|folder| folder.join("postgres").is_file());
    let releases = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed =
        releases.map(|release| release.path().join("bin")).filter(|bin| bin.join("postgres").is_file());
    named
        .or_else(|| installed.max())
        .expect("PostgreSQL is not installed: `cargo xtask test` installs Debian's package")
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn as_nobody(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

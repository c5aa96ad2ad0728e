use super::Kit;
use sqlx::{
    AssertSqlSafe, Row, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Every file under a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| match path {
        path if path.is_dir() => files(&path),
        path if path.is_file() => vec![path],
        // A server's socket.
        _ => Vec::new(),
    };
    entries.flat_map(below).collect()
}

/// Which files hold these bytes.
pub fn holding(folder: &Path, needle: &[u8]) -> Vec<String> {
    assert!(needle.len() >= 4);
    let holds = |path: &PathBuf| match fs::read(path) {
        Ok(bytes) => memchr::memmem::find(&bytes, needle).is_some(),
        // A server that runs takes files away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => panic!("{}: {error}", path.display()),
    };
    let name = |path: PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files(folder).into_iter().filter(holds).map(name).collect()
}

/// What a thief of the files has: a copy as it stands on the disk, write-ahead logs included.
pub fn stolen(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for path in files(folder) {
        // The shared-memory index is not needed to open a copy.
        if !path.to_string_lossy().ends_with("-shm") {
            fs::copy(&path, copy.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    copy
}

/// A look into a SQLite file from outside.
pub async fn look_into(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(file);
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
}

/// Every row of every table of both stores.
pub async fn dump(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for file in ["portal.sqlite", "link-keys.sqlite"] {
        let pool = look_into(&folder.join(file)).await;
        let names = "SELECT name FROM sqlite_master WHERE type = 'table'";
        for row in sqlx::query(names).fetch_all(&pool).await.unwrap() {
            let table: String = row.get(0);
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            let columns = sqlx::query(AssertSqlSafe(columns)).fetch_all(&pool).await.unwrap();
            let quoted: Vec<_> =
                columns.iter().map(|row| format!("quote(\"{}\")", row.get::<String, _>(0))).collect();
            let rows = format!("SELECT {} AS row FROM \"{table}\"", quoted.join("||','||"));
            let rows = sqlx::query(AssertSqlSafe(rows)).fetch_all(&pool).await.unwrap();
            let mut rows: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
            rows.sort();
            tables.insert(format!("{file}/{table}"), rows);
        }
        pool.close().await;
    }
    tables
}

impl Kit {
    pub async fn dump(&self) -> BTreeMap<String, Vec<String>> {
        dump(self.folder.path()).await
    }

    /// One column of one row of a store.
    pub async fn column(&self, file: &str, select: &'static str, lid: &[u8]) -> Option<Vec<u8>> {
        let pool = look_into(&self.folder.path().join(file)).await;
        let row = sqlx::query(select).bind(lid).fetch_optional(&pool).await.unwrap();
        let bytes = row.map(|row| row.get(0));
        pool.close().await;
        bytes
    }
}

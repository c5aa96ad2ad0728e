//! A disk that is full, or read-only. Nothing is acknowledged that is not kept, and the same process goes on when there is room.

use crate::{
    answers::{Stream, all, streams},
    house::{House, free_address},
    kills,
    node::Node,
    patient::{Caller, Shut, now},
};
use postern_protocol::error_code::ErrorCode;
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::sleep};

fn answering(open: Vec<Stream>, stop: &Arc<AtomicBool>) -> Vec<JoinHandle<Stream>> {
    let answer = |mut stream: Stream| {
        let stop = stop.clone();
        tokio::spawn(async move {
            stream.answer_until(&stop).await;
            stream
        })
    };
    open.into_iter().map(answer).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_portal_with_a_full_disk_acknowledges_nothing_and_goes_on_when_there_is_room() {
    let mut house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let mut open = streams(&house, &desk, &way, 3).await;
    let guessed = Stream::on_a_new_link(&house, &desk, &way, 0).await.patient;
    house.stop_portal();
    let listen = free_address();
    let mut node = Node::portal(&house, listen);
    let caller = Caller::to(&format!("http://{listen}"));
    let guessed = crate::patient::Patient { caller: caller.clone(), ..guessed };
    for stream in &mut open {
        (stream.opened.caller, stream.patient.caller) = (caller.clone(), caller.clone());
    }
    let mut full = Vec::new();
    for _ in 0..kills().min(40) / 3 {
        let stop = Arc::new(AtomicBool::new(false));
        let under_way = answering(open, &stop);
        sleep(Duration::from_millis(60)).await;
        node.disk_is_full(true);
        let from = now();
        assert_eq!(guessed.verify("1950-01-01").await.err(), Some(Shut::Refused(ErrorCode::Unavailable)));
        sleep(Duration::from_millis(120)).await;
        let left = guessed.open().await.unwrap().tries_left;
        assert_eq!(left, 10, "what is not counted was not evaluated for anybody");
        full.push((from, now()));
        node.disk_is_full(false);
        sleep(Duration::from_millis(40)).await;
        stop.store(true, Ordering::SeqCst);
        open = Vec::new();
        for stream in under_way {
            open.push(stream.await.unwrap());
        }
        assert!(node.runs());
    }
    let meanwhile = all(&open)
        .filter(|one| full.iter().any(|(from, to)| *from <= one.receipt.received_at && one.heard < *to))
        .count();
    assert_eq!(meanwhile, 0, "nothing is acknowledged while nothing can be kept");
    assert!(all(&open).any(|one| one.resent), "some were refused and taken later");
    assert_eq!(guessed.verify("1950-01-01").await.err(), Some(Shut::Wrong(9)));
    for stream in &open {
        stream.holds().await;
    }
    println!("full disk: {} times, {} answers acknowledged around them", full.len(), all(&open).count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_desk_with_a_full_disk_books_nothing_and_goes_on_when_there_is_room() {
    let house = House::build();
    let desk = house.desk().await;
    let way = house.way(&desk).await;
    let mut open = streams(&house, &desk, &way, 2).await;
    desk.read_feed(&way, Duration::ZERO).await.unwrap();
    let mut reader = Node::desk(&house);
    sleep(Duration::from_millis(500)).await;
    reader.disk_is_full(true);
    let before = desk.inbox().await.unwrap().records.len();
    for stream in &mut open {
        for _ in 0..5 {
            stream.answer().await;
        }
    }
    sleep(Duration::from_millis(1500)).await;
    assert_eq!(desk.inbox().await.unwrap().records.len(), before);
    reader.disk_is_full(false);
    for _ in 0..240 {
        if desk.inbox().await.unwrap().records.len() == before + 10 {
            break;
        }
        sleep(Duration::from_millis(250)).await;
    }
    assert!(reader.runs());
    drop(reader);
    let inbox = desk.inbox().await.unwrap();
    assert_eq!((inbox.records.len(), inbox.incidents.len()), (before + 10, 0));
    desk.ledger().await.unwrap();
}

/// Takes the right to write from a folder and everything in it, also from root: the files become those of somebody else.
fn read_only(folder: &Path, owner: Option<u32>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        chown(&path, owner, owner).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
    }
    chown(folder, owner, owner).unwrap();
    fs::set_permissions(folder, PermissionsExt::from_mode(0o500)).unwrap();
}

#[test]
fn on_a_read_only_disk_portal_and_desk_do_not_start_and_say_why() {
    const NOBODY: u32 = 65534;
    let mut house = House::build();
    house.stop_portal();
    let folder = house.folder.path().to_owned();
    fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    let program = folder.join("postern");
    fs::copy(env!("CARGO_BIN_EXE_postern"), &program).unwrap();
    fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let nobody = (fs::metadata(&folder).unwrap().uid() == 0).then_some(NOBODY);
    for (room, state) in [("portal", house.portal_state()), ("desk", house.desk_state())] {
        read_only(&state, nobody);
        let mut command = Command::new(&program);
        command.current_dir(&folder).args([room, "run", "--state", state.to_str().unwrap()]);
        if let Some(nobody) = nobody {
            command.gid(nobody).uid(nobody);
        }
        let output = command.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{room}: {error}");
        println!("{room} on a read-only disk: {error}");
        assert!(error.contains("readonly") || error.contains("unable to open"), "{error}");
        // So that the folder can be removed.
        fs::set_permissions(&state, PermissionsExt::from_mode(0o700)).unwrap();
    }
}

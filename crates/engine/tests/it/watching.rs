//! Files that are watched while they change.

use std::time::Duration;

use cairn_engine::world::Watch;
use tokio::time::timeout;

use crate::folder::Folder;

const QUIET: Duration = Duration::from_millis(50);

/// So long a change may take to be heard on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// So long nothing is waited for that must not come.
const A_WHILE: Duration = Duration::from_millis(300);

async fn hears(watch: &Watch) -> bool {
    timeout(PATIENCE, watch.changed(QUIET)).await.is_ok()
}

#[tokio::test]
async fn a_change_is_heard_once() {
    let folder = Folder::with(&[("docs/sub/a.md", "# A\n")]);
    let watch = Watch::start(&[folder.path("docs")], None).unwrap();
    for change in 0..3 {
        folder.write("docs/sub/a.md", format!("# A, {change}\n"));
        folder.write("docs/new/b.md", format!("# B, {change}\n"));
        assert!(hears(&watch).await);
        assert!(timeout(A_WHILE, watch.changed(QUIET)).await.is_err(), "one change is heard twice");
    }
    folder.remove("docs/new/b.md");
    assert!(hears(&watch).await);
}

#[tokio::test]
async fn what_tools_write_is_not_heard() {
    let folder = Folder::with(&[("a.md", "# A\n"), (".cairn/store.db", ""), (".git/index", "")]);
    let watch = Watch::start(&[folder.path("")], None).unwrap();
    folder.write(".cairn/store.db", "more");
    folder.write(".git/index", "more");
    drop(std::fs::read(folder.path("a.md")).unwrap());
    assert!(timeout(A_WHILE, watch.changed(QUIET)).await.is_err());
    folder.write("a.md", "# B\n");
    assert!(hears(&watch).await);
}

#[tokio::test]
async fn a_file_is_watched_although_editors_replace_it() {
    let folder = Folder::with(&[("docs/a.md", "# A\n"), ("docs/b.md", "# B\n")]);
    let watch = Watch::start(&[folder.path("docs/a.md")], None).unwrap();
    for _ in 0..2 {
        folder.write("docs/a.md~", "# A, edited\n");
        std::fs::rename(folder.path("docs/a.md~"), folder.path("docs/a.md")).unwrap();
        assert!(hears(&watch).await);
    }
    folder.write("docs/b.md", "# B, edited\n");
    assert!(timeout(A_WHILE, watch.changed(QUIET)).await.is_err(), "its neighbour is not watched");
}

#[tokio::test]
async fn files_are_looked_through_where_the_system_tells_nothing() {
    let folder = Folder::with(&[("docs/a.md", "# A\n")]);
    let watch = Watch::start(&[folder.path("docs")], Some(Duration::from_millis(20))).unwrap();
    folder.write("docs/a.md", "# A, edited\n");
    assert!(hears(&watch).await);
}

#[tokio::test]
async fn what_does_not_exist_cannot_be_watched() {
    let folder = Folder::with(&[]);
    let error = Watch::start(&[folder.path("nothing")], None).err().unwrap();
    assert!(error.to_string().contains("cannot open"), "{error}");
}

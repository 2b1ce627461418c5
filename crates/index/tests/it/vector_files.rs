//! Vectors in folders: kept, torn, joined, added by two at once.

use std::collections::BTreeSet;
use std::fs;

use cairn_index::{VectorError, VectorFiles};

fn vector(seed: u64) -> Vec<f32> {
    (0..8).map(|at| ((seed * 31 + at * 17) % 101) as f32 / 101.0 - 0.5).collect()
}

fn keys_kept(files: &VectorFiles, keys: std::ops::Range<u64>) -> bool {
    keys.clone().all(|key| files.vector(key) == Some(vector(key))) && files.len() as u64 == keys.end - keys.start
}

#[test]
fn vectors_are_there_after_opening_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(&dir.path().join("new")).unwrap();
    assert!(files.is_empty());
    files.add(&[(0, vector(0)), (1, vector(1)), (1, vector(9))]).unwrap();
    files.add(&[(1, vector(8)), (2, vector(2))]).unwrap();
    assert!(keys_kept(&files, 0..3));
    assert!(keys_kept(&VectorFiles::open(&dir.path().join("new")).unwrap(), 0..3));
}

#[test]
fn many_small_additions_become_few_files() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(dir.path()).unwrap();
    for key in 0..100 {
        files.add(&[(key, vector(key))]).unwrap();
    }
    assert!(keys_kept(&files, 0..100));
    assert!(fs::read_dir(dir.path()).unwrap().count() < 20);
}

#[test]
fn two_that_add_at_the_same_time_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (VectorFiles::open(dir.path()).unwrap(), VectorFiles::open(dir.path()).unwrap());
    for key in 0..40 {
        one.add(&[(key, vector(key))]).unwrap();
        other.add(&[(key, vector(key)), (key + 40, vector(key + 40))]).unwrap();
    }
    assert!(keys_kept(&VectorFiles::open(dir.path()).unwrap(), 0..80));
}

/// What becomes of the bytes of a file.
type Damage = fn(&[u8]) -> Vec<u8>;

#[test]
fn a_file_that_is_cut_off_or_foreign_is_as_if_it_were_not_there() {
    let damages: [Damage; 4] = [
        |whole| whole[..whole.len() - 1].to_vec(),
        |whole| whole[..9].to_vec(),
        |_| Vec::new(),
        |_| b"not vectors".to_vec(),
    ];
    for damage in damages {
        let dir = tempfile::tempdir().unwrap();
        VectorFiles::open(dir.path()).unwrap().add(&[(0, vector(0))]).unwrap();
        let mut paths = fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().path());
        let file = paths.find(|it| it.extension().is_some()).unwrap();
        fs::write(&file, damage(&fs::read(&file).unwrap())).unwrap();
        let mut files = VectorFiles::open(dir.path()).unwrap();
        assert!(!files.has(0));
        files.add(&[(0, vector(0)), (1, vector(1))]).unwrap();
        assert!(files.has(0) && files.has(1));
    }
}

#[test]
fn only_wanted_vectors_are_retained() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(dir.path()).unwrap();
    files.add(&(0..10).map(|key| (key, vector(key))).collect::<Vec<_>>()).unwrap();
    files.retain(&BTreeSet::from([3, 4])).unwrap();
    assert!((0..10).all(|key| files.has(key) == (key == 3 || key == 4)));
    files.retain(&BTreeSet::new()).unwrap();
    assert!(VectorFiles::open(dir.path()).unwrap().is_empty());
}

#[test]
fn vectors_of_another_length_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = VectorFiles::open(dir.path()).unwrap();
    files.add(&[(0, vector(0))]).unwrap();
    let refused = files.add(&[(1, vec![1.0; 9])]);
    assert!(matches!(refused, Err(VectorError::Dimensions { kept: 8, given: 9 })));
}

//! Pages of a large model stay light.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::fixture::World;
use crate::pages::all;

/// Bytes of a page, compressed as servers do it.
const PAGE_BYTES_MAX: usize = 150_000;
const COMPONENTS: usize = 1_000;

fn compressed(page: &str) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(page.as_bytes()).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn pages_about_a_thousand_components_are_light() {
    let world = World::of(COMPONENTS, "Orders service of the northern region");
    for (name, page) in all(&world, "Orders service of the northern region") {
        let bytes = compressed(&page);
        println!("{name}: {bytes} bytes compressed, {} as they are", page.len());
        assert!(bytes <= PAGE_BYTES_MAX, "{name} is {bytes} bytes");
    }
}

#[test]
fn style_and_scripts_are_light() {
    let all: usize = cairn_web::assets::all().map(|asset| compressed(asset.body)).sum();
    println!("style and scripts: {all} bytes compressed");
    assert!(all <= 40_000, "style and scripts are {all} bytes");
}

#[test]
fn a_file_is_found_under_the_name_that_pages_use() {
    let world = World::of(1, "one");
    for (name, page) in all(&world, "one") {
        for address in page.split("\"/assets/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(cairn_web::assets::find(address).is_some(), "{name} wants `{address}`");
        }
    }
}

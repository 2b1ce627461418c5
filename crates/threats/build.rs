//! The rules are embedded by a macro that does not see new files by itself.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]
fn main() {
    println!("cargo::rerun-if-changed=../../config/rules");
}

//! Compiles the crate anew when a migration changes: they are read by a macro, whose files cargo does not know.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}

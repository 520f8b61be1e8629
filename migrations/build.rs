//! Rebuilds the crate when a migration is added or edited: the files are embedded by a macro, which cargo cannot see.
fn main() {
    println!("cargo:rerun-if-changed=.");
}

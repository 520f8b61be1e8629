//! Load generator for the webhook edge.
fn main() {}

//! The edge: verify, produce, answer 200.

//! End-to-end tests of Posthaste. There is nothing here: the tests are in `it/`, one binary, and the Graph simulator that
//! they compare with is a crate of its own.

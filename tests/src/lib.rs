//! End-to-end tests of Posthaste. There is nothing here: the tests are in `it/`, one binary, the Graph simulator that they
//! compare with is a crate of its own, and what breaks at random is in `chaos/`.

#[cfg(test)]
mod contract_table;
#[cfg(test)]
mod fault_table;
#[cfg(test)]
mod named_tests;

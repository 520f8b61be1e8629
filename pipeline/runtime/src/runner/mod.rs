//! The runner of the sender task: five beats — intake, load, decide, commit, dispatch — for each owned partition.

mod assignee;
mod beats;
mod decode;
mod levels;

pub use assignee::{SenderRunner, SenderRunnerOptions, TASK};

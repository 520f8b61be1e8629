//! The runner of the sender task: five beats — intake, load, decide, commit, dispatch — for each owned partition.

mod assignee;
mod beats;
mod decode;
mod letters;
mod levels;
mod recovery;
mod step;
mod takeover;
mod telling;
mod uncommitted;

pub use assignee::{SenderRunner, SenderRunnerOptions, TASK};
pub use recovery::{Recall, Recovered, Recovery, posted_by};
pub use step::{Pure, Step};

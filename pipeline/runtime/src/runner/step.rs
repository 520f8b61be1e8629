//! The pure calls in the middle of a round, and the shield around them: a panic of theirs costs the state that they were
//! at work on, which is built anew from what is committed, and never the process.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use posthaste_core::sender::{Effects, Input, Rows, SenderTask};
use posthaste_model::Millis;

/// Longest text of a panic that is kept, in characters.
const TEXT_CHARS_MAX: usize = 200;

/// How the shell calls the core: the seam between the two. In production it is [`Pure`].
pub trait Step: Send + Sync + 'static {
    /// Decides a batch; see [`SenderTask::decide`].
    fn decide(&self, core: &mut SenderTask, inputs: Vec<Input>, rows: &mut Rows, effects: &mut Effects) {
        core.decide(inputs, rows, effects);
    }

    /// Plans; see [`SenderTask::plan`].
    fn plan(&self, core: &mut SenderTask, rows: &mut Rows, now: Millis, effects: &mut Effects) {
        core.plan(rows, now, effects);
    }
}

/// The core and nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Pure;

impl Step for Pure {}

/// Makes a call; a panic is an error with its text. Whatever the call was changing must not be used afterwards.
pub(super) fn shielded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|payload| text_of(payload.as_ref()))
}

/// The text of a panic, less what stands in quotation marks: std quotes what it could not take, such as the text that was
/// sliced in the middle of a character, and that may be somebody's message.
pub(super) fn text_of(payload: &(dyn Any + Send)) -> String {
    let literal = payload.downcast_ref::<&str>().copied();
    let text = literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    let mut quote = None;
    let mut kept = String::new();
    for c in text.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => continue,
            None if matches!(c, '"' | '`' | '\'') => {
                quote = Some(c);
                kept.push('…');
                continue;
            }
            None => kept.push(c),
        }
    }
    kept.chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_panic_comes_without_what_it_quotes() {
        let text = |call: fn()| shielded(call).expect_err("it panics");
        assert_eq!(text(|| panic!("no slot is left")), "no slot is left");
        let sliced = text(|| drop("grüß dich".to_owned().split_off(3)));
        assert!(!sliced.contains("dich") && !sliced.is_empty(), "{sliced}");
        let unwrapped = text(|| {
            let _ = "x".parse::<u8>().map_err(|_| "a secret".to_owned()).expect("a value");
        });
        assert_eq!(unwrapped, "a value: …");
    }
}

//! Registration of a number: its PIN, its verification code, and how often it may be done (Meta: business-phone-numbers,
//! "registration").

use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::{Number, parsed};
use crate::answer::{self, Outcome};
use crate::call::Call;
use crate::error::GraphError;

/// Registrations and deregistrations of a number within a span; one more locks the number for as long again.
const REGISTRATIONS_MAX: usize = 10;
const REGISTRATIONS_WITHIN: Duration = Duration::from_secs(72 * 3_600);

#[derive(Deserialize)]
struct Register {
    pin: String,
}

#[derive(Deserialize)]
struct CodeOrder {
    code_method: String,
    language: String,
}

#[derive(Deserialize)]
struct Verify {
    code: String,
}

#[derive(Deserialize)]
struct AppData {
    sync_type: String,
}

fn is_pin(pin: &str) -> bool {
    pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit())
}

/// The code that is sent to a number: the first six digits of its id.
fn code_of(call: &Call<'_>, number: u16) -> String {
    call.world.business.numbers[usize::from(number)].0.chars().take(6).collect()
}

fn done() -> Outcome {
    Ok(answer::ok(&json!({ "success": true })))
}

impl Number {
    /// Counts a registration or deregistration; `false` when there were too many, which locks the number for a span from `now` on.
    /// Both times are in the same unit.
    fn admits(&mut self, now: u64, span: u64) -> bool {
        if self.locked_until.is_some_and(|until| now < until) {
            return false;
        }
        while self.registrations.front().is_some_and(|at| at + span <= now) {
            self.registrations.pop_front();
        }
        if self.registrations.len() >= REGISTRATIONS_MAX {
            self.locked_until = Some(now + span);
            return false;
        }
        self.registrations.push_back(now);
        true
    }
}

fn admit(call: &Call<'_>, own: &mut Number) -> Result<(), GraphError> {
    let span = call.world.passing(REGISTRATIONS_WITHIN).as_micros() as u64;
    if own.admits(call.world.clock.now_us(), span) {
        return Ok(());
    }
    let details = "There were too many registrations of this number; try again after 72 hours.";
    Err(GraphError::of_registration(133_016, "Account register deregister rate limit exceeded", details))
}

/// `POST /{phone-number-id}/register`.
///
/// # Errors
/// 100 when the PIN is not of six digits, 133005 when it is not the number's, 133016 too often.
pub(super) fn register(call: &Call<'_>, number: u16) -> Outcome {
    let Register { pin } = parsed(call)?;
    if !is_pin(&pin) {
        return Err(GraphError::parameter("pin must have six digits."));
    }
    call.world.management.with(number, |own| {
        admit(call, own)?;
        if own.pin.as_ref().is_some_and(|known| *known != pin) {
            return Err(GraphError::of_registration(
                133_005,
                "Two step verification PIN mismatch",
                "The PIN is wrong.",
            ));
        }
        own.pin = Some(pin);
        own.is_deregistered = false;
        Ok(())
    })?;
    done()
}

/// `POST /{phone-number-id}/deregister`: nothing can be sent from it any more.
///
/// # Errors
/// 133016 too often.
pub(super) fn deregister(call: &Call<'_>, number: u16) -> Outcome {
    call.world.management.with(number, |own| {
        admit(call, own)?;
        own.is_deregistered = true;
        Ok(())
    })?;
    done()
}

/// `POST /{phone-number-id}/request_code`.
///
/// # Errors
/// 100 when the way or the language is wrong.
pub(super) fn request_code(call: &Call<'_>, number: u16) -> Outcome {
    let order: CodeOrder = serde_json::from_slice(call.body)
        .map_err(|error| GraphError::parameter(format!("Give code_method and language: {error}")))?;
    if !matches!(order.code_method.as_str(), "SMS" | "VOICE") || order.language.is_empty() {
        return Err(GraphError::parameter("code_method must be SMS or VOICE, and language a code such as en_US."));
    }
    call.world.management.with(number, |own| own.is_code_asked = true);
    done()
}

/// `POST /{phone-number-id}/verify_code`.
///
/// # Errors
/// 136024 when no code was asked for, or it is another.
pub(super) fn verify_code(call: &Call<'_>, number: u16) -> Outcome {
    let Verify { code } = serde_json::from_slice(call.body)
        .map_err(|error| GraphError::parameter(format!("The parameter code is required: {error}")))?;
    let is_right = code == code_of(call, number);
    let was_asked = call.world.management.with(number, |own| std::mem::take(&mut own.is_code_asked));
    if !is_right || !was_asked {
        let details = "The code is wrong, or none was requested.";
        return Err(GraphError::of_registration(136_024, "Verification code problem", details));
    }
    done()
}

/// `POST /{phone-number-id}/smb_app_data`: the contacts of the number's phone, or its messages of the past. Nothing comes of it here
/// by itself; both can be made to come by the control API.
///
/// # Errors
/// 100 when the kind is wrong, 2593107 when it was asked for before.
pub(super) fn app_data(call: &Call<'_>, number: u16) -> Outcome {
    let AppData { sync_type } = parsed(call)?;
    if !matches!(sync_type.as_str(), "smb_app_state_sync" | "history") {
        return Err(GraphError::parameter("sync_type must be smb_app_state_sync or history."));
    }
    let request_id = format!("{number}.{sync_type}");
    if !call.world.management.with(number, |own| own.app_data.insert(sync_type)) {
        let details = "It was asked for before.";
        return Err(GraphError::of_registration(2_593_107, "Synchronization request limit exceeded", details));
    }
    Ok(answer::ok(&json!({ "messaging_product": "whatsapp", "request_id": request_id })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_registration_locks_the_number_from_its_refusal_on() {
        let mut number = Number::default();
        for hour in 0..10 {
            assert!(number.admits(hour, 72), "hour {hour}");
        }
        assert!(!number.admits(71, 72), "the eleventh within 72 hours");
        for hour in [72, 90, 142] {
            assert!(!number.admits(hour, 72), "locked, though the first ten may be long ago: hour {hour}");
        }
        for hour in 143..153 {
            assert!(number.admits(hour, 72), "the lock is over, and what it refused does not count: hour {hour}");
        }
        assert!(!number.admits(153, 72));
    }

    #[test]
    fn a_registration_every_eight_hours_locks_nothing() {
        let mut number = Number::default();
        assert!((0..100).all(|attempt| number.admits(attempt * 8, 72)));
    }
}

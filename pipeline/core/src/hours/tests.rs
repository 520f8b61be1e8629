//! Laws of the hours, against a search minute by minute.

use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Millis {
    Millis::parse(text).expect("a time")
}

fn hours(from: i32, to: i32, zone: &str) -> Hours {
    Hours::new(from, to, HoursZone::parse(zone).expect("a zone")).expect("hours")
}

/// The law, read off the zone minute by minute: open at `now`, or else the first open minute after it.
fn searched(hours: &Hours, zones: &[Tz], now: Millis) -> Option<Millis> {
    let open = |at: Millis| zones.iter().all(|zone| hours.is_open(local(*zone, at).0));
    let next = (now.0.div_euclid(MINUTE_MS) + 1) * MINUTE_MS;
    let minutes = (0..3 * DAY_MIN).map(|n| Millis(next + n * MINUTE_MS));
    std::iter::once(now).chain(minutes).find(|at| open(*at))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Over two years with their changes of summer time, whatever the hours: what is found is the first open minute.
    #[test]
    fn the_hours_open_at_the_first_minute_that_is_within_them(
        from in 0i32..1_440,
        to in 1i32..=1_440,
        zone in prop::sample::select(vec![
            "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns", "UTC",
            "Asia/Tokyo", "America/Sao_Paulo",
        ]),
        minute in 0i64..2 * 366 * DAY_MIN,
        second in 0i64..60,
    ) {
        prop_assume!(from != to);
        let now = at("2026-01-01T00:00:00Z").plus((minute * 60 + second) * 1_000);
        let hours = hours(from, to, zone);
        let HoursZone::Fixed(zone) = hours.zone() else { unreachable!("a name of a zone") };
        prop_assert_eq!(Some(hours.opens(now)), searched(&hours, &[zone.0], now));
    }

    /// A country of many zones: what is found is open in all of them, and nothing before is.
    #[test]
    fn a_message_waits_for_all_zones_of_a_country(
        number in prop::sample::select(vec!["+16315550101", "+77011234567", "+61412345678", "+5511912345678", "+49301234567"]),
        from in 0i32..1_440,
        length in 30i32..1_300,
        minute in 0i64..366 * DAY_MIN,
    ) {
        let contact = Contact::new(number);
        let now = at("2026-01-01T00:00:00Z").plus(minute * MINUTE_MS);
        let to = (from + length) % 1_440;
        let hours = hours(from, if to == 0 { 1_440 } else { to }, "recipient");
        let found = hours.opens_for(&contact, Zone::UTC, now);
        let expected = searched(&hours, Zone::of_contact(&contact), now);
        // Hours that meet on the night of a changed clock alone may be found beyond what is searched.
        let beyond = |at: Millis| at.since(now) > 3 * DAY_MIN * MINUTE_MS;
        prop_assert!(found == expected || expected.is_none() && found.is_some_and(beyond), "{found:?} not {expected:?}");
    }
}

#[test]
fn office_hours_in_berlin() {
    let hours = hours(9 * 60, 20 * 60, "Europe/Berlin");
    for (now, opens) in [
        ("2026-07-01T06:59:59.999Z", "2026-07-01T07:00:00Z"),
        ("2026-07-01T07:00:00Z", "2026-07-01T07:00:00Z"),
        ("2026-07-01T17:59:59.999Z", "2026-07-01T17:59:59.999Z"),
        ("2026-07-01T18:00:00Z", "2026-07-02T07:00:00Z"),
        // The last evening of summer time, and the first morning after it.
        ("2026-10-24T19:00:00Z", "2026-10-25T08:00:00Z"),
        ("2027-03-27T20:00:00Z", "2027-03-28T07:00:00Z"),
    ] {
        assert_eq!(hours.opens(at(now)), at(opens), "{now}");
    }
}

#[test]
fn a_number_that_does_not_tell_its_country_is_looked_at_in_the_zone_given() {
    let hours = hours(9 * 60, 10 * 60, "recipient");
    let (nobody, tokyo) = (Contact::new("+88213300655"), Zone::parse("Asia/Tokyo").expect("a zone"));
    let now = at("2026-07-01T12:00:00Z");
    assert_eq!(hours.opens_for(&nobody, tokyo, now), Some(at("2026-07-02T00:00:00Z")));
    assert_eq!(hours.opens_for(&Contact::new("+4930123456"), tokyo, now), Some(at("2026-07-02T07:00:00Z")));
}

#[test]
fn hours_that_no_moment_has_in_all_zones_of_a_country_never_open() {
    let hours = hours(9 * 60, 10 * 60, "recipient");
    assert_eq!(hours.opens_for(&Contact::new("+16315550101"), Zone::UTC, at("2026-07-01T12:00:00Z")), None);
}

#[test]
fn what_is_no_hours_is_refused() {
    let zone = HoursZone::Recipient;
    for (from, to) in [(-1, 60), (1_440, 60), (60, 0), (60, 1_441), (540, 540)] {
        assert_eq!(Hours::new(from, to, zone), None, "{from} to {to}");
    }
    assert_eq!(HoursZone::parse("Europe/Nowhere"), None);
}

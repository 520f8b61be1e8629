//! How far one count lags behind another: both grow, and the horizontal distance between their curves is how long each
//! unit took from the one to the other, if they pass in the order in which they come.

/// A count at a time (unix milliseconds).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Point {
    pub(crate) at_ms: u64,
    pub(crate) count: u64,
}

/// Lags of units, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Lags {
    /// Lag and how many units had it, by lag.
    weighted: Vec<(u64, u64)>,
}

impl Lags {
    /// Of every unit that `caused` counted and `effected` counted too. Units that came within `left_out` are left out.
    pub(crate) fn between(caused: &[Point], effected: &[Point], left_out: &[(u64, u64)]) -> Self {
        let mut weighted = Vec::new();
        let mut later = effected.iter();
        let mut next = later.next();
        let mut before = 0;
        for point in caused {
            let mut left = point.count.saturating_sub(before);
            // The units of this sample may have had their effect in several samples.
            while left > 0 {
                while let Some(effect) = next
                    && effect.count <= before
                {
                    next = later.next();
                }
                let Some(effect) = next else { break };
                let units = left.min(effect.count - before);
                if !left_out.iter().any(|(from, to)| (*from..*to).contains(&point.at_ms)) {
                    weighted.push((effect.at_ms.saturating_sub(point.at_ms), units));
                }
                before += units;
                left -= units;
            }
        }
        weighted.sort_unstable();
        Self { weighted }
    }

    /// The lag that this share of the units stayed within, in seconds.
    pub(crate) fn percentile_s(&self, share: f64) -> f64 {
        let all: u64 = self.weighted.iter().map(|(_, units)| units).sum();
        let wanted = (share * all as f64).ceil() as u64;
        let mut passed = 0;
        for (lag, units) in &self.weighted {
            passed += units;
            if passed >= wanted {
                return *lag as f64 / 1_000.0;
            }
        }
        f64::NAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(u64, u64)]) -> Vec<Point> {
        points.iter().map(|&(at_ms, count)| Point { at_ms, count }).collect()
    }

    #[test]
    fn a_constant_delay_is_the_lag_of_all() {
        let caused = curve(&[(0, 10), (100, 20), (200, 30)]);
        let effected = curve(&[(0, 0), (250, 10), (350, 20), (450, 30)]);
        let lags = Lags::between(&caused, &effected, &[]);
        for share in [0.01, 0.5, 1.0] {
            assert!((lags.percentile_s(share) - 0.25).abs() < 1e-9);
        }
    }

    #[test]
    fn units_of_one_sample_may_have_different_lags_and_what_never_came_has_none() {
        let caused = curve(&[(0, 100)]);
        let effected = curve(&[(100, 90), (1_000, 95)]);
        let lags = Lags::between(&caused, &effected, &[]);
        assert!((lags.percentile_s(0.5) - 0.1).abs() < 1e-9);
        assert!((lags.percentile_s(1.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_span_can_be_left_out_and_the_units_behind_it_keep_their_lags() {
        let caused = curve(&[(0, 10), (100, 20), (200, 30)]);
        let effected = curve(&[(50, 10), (900, 20), (910, 30)]);
        let lags = Lags::between(&caused, &effected, &[(100, 200)]);
        assert!((lags.percentile_s(0.5) - 0.05).abs() < 1e-9);
        assert!((lags.percentile_s(1.0) - 0.71).abs() < 1e-9);
    }
}

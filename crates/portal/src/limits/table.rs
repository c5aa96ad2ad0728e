use super::Rate;
use governor::{
    Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, state::keyed::DashMapStateStore,
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::Duration;
use tokio::time::Instant;

/// Rows of a table at most: with a thousand callers at a time about one in sixty-five shares a row with another.
const ROWS: u32 = 1 << 16;

/// Time that only goes forward, whatever happens to the computer's clock: a jump must not shut anybody out.
#[derive(Clone, Copy)]
struct Since(Instant);

impl Clock for Since {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Counts calls of one kind of caller. A caller is a row: some bits of a keyed hash, so that the table cannot grow and
/// holds nothing that names anybody.
pub struct Table {
    key: [u8; 32],
    clock: Since,
    rows: RateLimiter<u32, DashMapStateStore<u32>, Since, NoOpMiddleware<Duration>>,
}

impl Table {
    /// An empty table; `key` is random and leaves this process never. `None` where nothing is to be counted.
    pub fn new(rate: Rate, key: [u8; 32]) -> Option<Self> {
        let Rate::Limited { per_second, burst } = rate else { return None };
        let quota = Quota::per_second(per_second).allow_burst(burst);
        let clock = Since(Instant::now());
        let rows = RateLimiter::new(quota, DashMapStateStore::default(), clock);
        Some(Self { key, clock, rows })
    }

    /// Counts one call.
    ///
    /// # Errors
    /// How long to wait, where it is one too many; that one is not counted.
    pub fn count(&self, caller: &[u8]) -> Result<(), Duration> {
        let row = self.row(caller);
        self.rows.check_key(&row).map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    /// Forgets who has not called for as long as it takes to be forgotten.
    pub fn tidy(&self) {
        self.rows.retain_recent();
        self.rows.shrink_to_fit();
    }

    fn row(&self, caller: &[u8]) -> u32 {
        let mut hash = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        hash.update(caller);
        let hash = hash.finalize().into_bytes();
        u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) % ROWS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    fn table(per_second: u32, burst: u32) -> Table {
        Table::new(Rate::limited(per_second, burst), [7; 32]).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_goes_through_and_the_next_call_is_told_how_long_to_wait() {
        let table = table(2, 5);
        for _ in 0..5 {
            assert_eq!(table.count(b"a"), Ok(()));
        }
        let wait = table.count(b"a").unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert_eq!(table.count(b"b"), Ok(()), "another caller is not concerned");
        advance(wait).await;
        assert_eq!(table.count(b"a"), Ok(()));
        assert!(table.count(b"a").is_err(), "a refused call was not counted, but only one came back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_million_callers_fill_no_more_than_the_rows_and_are_forgotten() {
        let table = table(1, 1);
        for caller in 0..1_000_000u32 {
            let _ = table.count(&caller.to_be_bytes());
        }
        assert_eq!(table.rows.len(), ROWS as usize);
        advance(Duration::from_secs(3)).await;
        table.tidy();
        assert_eq!(table.rows.len(), 0);
    }

    #[test]
    fn rows_follow_from_the_key() {
        let (one, other) = (table(1, 1), Table::new(Rate::limited(1, 1), [8; 32]).unwrap());
        let rows = |table: &Table| (0..50u8).map(|caller| table.row(&[caller])).collect::<Vec<_>>();
        assert_eq!(rows(&one), rows(&one));
        assert_ne!(rows(&one), rows(&other));
    }
}

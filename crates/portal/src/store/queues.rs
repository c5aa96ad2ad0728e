use super::Result;
use crate::metrics::QueueAges;
use async_trait::async_trait;
use postern_protocol::time::Timestamp;

/// How far the portal's own work is behind.
#[async_trait]
pub trait Queues {
    /// Ages of what is oldest in each queue; 0 where it is empty.
    async fn queue_ages(&mut self, now: Timestamp) -> Result<QueueAges>;
}

//! Short replies: whether a patient may write back, and the clinic's answer to what was written (docs/REPLIES.md).

pub mod answer;
mod decide;
mod finish;
pub mod hours;

pub use answer::{Answered, ReplyRequest, Texted, Threaded};
pub use hours::Office;

//! The flows against the real other half: a patient's phone and a portal, without a browser between.

mod answering;
mod arriving;
mod asides;
mod consenting;
mod covering;
mod elsewhere;
mod family;
mod knocking;
mod phone;
mod portal;
mod reading;
mod replying;
mod wishing;

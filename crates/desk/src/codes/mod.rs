//! Codes: a patient presses "Send me a code", the desk makes one, registers it with the portal and texts it (docs/CODES.md). Every
//! step writes down what the next needs before it goes on; a request that is ten minutes old dies.

mod answer;
mod make;
mod request;

pub(crate) use request::ask;

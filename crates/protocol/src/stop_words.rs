//! The words that stop texts (PRODUCT, "Rules on sending"): understood on the page and in a reply, and never used as an instruction
//! in a text, since carriers act on them by themselves.

/// In capitals, as carriers list them; whoever reads them forgives case.
pub const STOP_WORDS: [&str; 13] = [
    "STOPALL",
    "STOP",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "OPT OUT",
    "REMOVE",
    "ALTO",
    "PARE",
    "BAJA",
];

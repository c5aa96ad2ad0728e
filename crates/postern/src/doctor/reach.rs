//! The portal as it is reached from here.

use super::Findings;
use crate::failure::in_words;
use postern_desk::portal::{Answer, Exchange, ExchangeError, HttpExchange, Request};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);

/// Gets a public path.
pub async fn get(exchange: &HttpExchange, path: &str) -> Result<Answer, ExchangeError> {
    let request = Request {
        method: "GET",
        path: path.to_owned(),
        authorization: String::new(),
        body: None,
        patience: PATIENCE,
    };
    exchange.exchange(request).await
}

/// Whether an origin is one that patients may be sent to.
pub fn look_at_origin(origin: &str, findings: &mut Findings) {
    let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    if origin.starts_with("https://") {
        findings.good("origin", format!("patients are sent to {origin}"));
    } else if local.iter().any(|start| origin.starts_with(start)) {
        findings.warn(
            "origin",
            format!("{origin} is this machine alone: good to try things out, no phone reaches it"),
            "For real phones make the portal with an https origin: `postern portal init --origin https://HOST`.",
        );
    } else {
        findings.fail(
            "origin",
            format!("{origin} is not https: whoever is on the way can change the page"),
            "Make the portal with an https origin and put TLS in front of it.",
        );
    }
}

/// Whether it answers there and is ready; a certificate that does not hold is found here.
pub async fn look_at_portal(exchange: &HttpExchange, findings: &mut Findings) -> bool {
    match get(exchange, "/readyz").await {
        Ok(answer) if answer.status == 200 => {
            findings.good("portal-ready", "the portal answers and its stores do");
            true
        }
        Ok(answer) => {
            findings.fail(
                "portal-ready",
                format!("the portal's /readyz answers with status {}", answer.status),
                "Look at the portal's log, and whether the web server in front passes every path on.",
            );
            true
        }
        Err(error) => {
            findings.fail(
                "portal-ready",
                in_words(&error),
                "Start the portal; check its name, the certificate of the web server in front, and that this machine may call out.",
            );
            false
        }
    }
}

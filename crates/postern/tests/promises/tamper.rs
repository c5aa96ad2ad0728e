//! A portal that cheats its desk: what the feed brings is changed on the way.

use async_trait::async_trait;
use postern_desk::portal::{Answer, Exchange, ExchangeError, HttpExchange, Request};
use serde_json::Value;
use std::sync::{Arc, Mutex};

type Change = Box<dyn Fn(&mut Vec<Value>) + Send>;

/// The desk's way, with somebody on it.
#[derive(Clone)]
pub struct Tamper {
    way: HttpExchange,
    change: Arc<Mutex<Change>>,
}

impl Tamper {
    /// Changes nothing yet.
    pub fn on(way: HttpExchange) -> Self {
        Self { way, change: Arc::new(Mutex::new(Box::new(|_| {}))) }
    }

    /// From now on changes the events of every page so.
    pub fn with(&self, change: impl Fn(&mut Vec<Value>) + Send + 'static) {
        *self.change.lock().unwrap() = Box::new(change);
    }
}

#[async_trait]
impl Exchange for Tamper {
    async fn exchange(&self, request: Request) -> Result<Answer, ExchangeError> {
        let is_feed = request.path.contains("/desk/feed");
        let mut answer = self.way.exchange(request).await?;
        if is_feed && answer.status == 200 {
            let mut page: Value = serde_json::from_slice(&answer.body).unwrap();
            let mut events = page["events"].as_array().unwrap().clone();
            (self.change.lock().unwrap())(&mut events);
            page["events"] = Value::from(events);
            answer.body = page.to_string().into_bytes();
        }
        Ok(answer)
    }
}

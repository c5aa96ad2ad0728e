//! One thing to do on a page elsewhere (pay, join a visit): whether a patient may be led there. `[actions]` in CLINIC.toml names the
//! hosts; everything else is refused. Hosts are compared in the one form that the `url` crate gives them, as browsers do.

use crate::{
    clinic::Clinic,
    desk::Desk,
    refusal::Refusal,
    trouble::{Trouble, takes_trouble},
};
use postern_fhir::{Task, markdown::Target, task::ActionKind};
use postern_protocol::category::Category;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Host, Url};

/// The port of `https`, where none is written.
const HTTPS_PORT: u16 = 443;

/// `[actions]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actions {
    /// Hosts that messages may lead to, `name` or `name:port`.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// Another clinic's list is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ActionsError {
    /// The file is another clinic's.
    #[error("this is the file of the clinic {0}, not of this desk's")]
    OtherClinic(String),
    /// Store or vault.
    #[error(transparent)]
    Trouble(Trouble),
}
takes_trouble!(ActionsError);

impl Desk {
    /// Takes `[actions]` of a clinic's file, and nothing else of it, for every message from now on; a list that is not there is empty.
    ///
    /// # Errors
    /// Another clinic's file; store or vault.
    pub async fn use_actions(&mut self, file: &Clinic) -> Result<(), ActionsError> {
        if file.public.id != self.clinic.public.id {
            return Err(ActionsError::OtherClinic(file.public.id.to_string()));
        }
        let clinic = Clinic { actions: file.actions.clone(), ..(*self.clinic).clone() };
        let what = json!({ "hosts": clinic.actions.hosts });
        Ok(self.settle_clinic(clinic, "actions-changed", what).await?)
    }
}

/// Host and port of one entry of the list, in canonical form.
fn place(entry: &str) -> Option<(String, u16)> {
    let url = Url::parse(&format!("https://{entry}")).ok()?;
    let Host::Domain(host) = url.host()? else { return None };
    let port = url.port().unwrap_or(HTTPS_PORT);
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let plain = url.username().is_empty() && url.password().is_none() && !entry.contains(['/', '@', '\\']);
    // A name without a dot is one of the clinic's own network, or a slip.
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let named =
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && host.bytes().all(letters);
    (bare && plain && named).then(|| (host.to_owned(), port))
}

fn written((host, port): &(String, u16)) -> String {
    if *port == HTTPS_PORT { host.clone() } else { format!("{host}:{port}") }
}

impl Actions {
    /// Each host in canonical form.
    ///
    /// # Errors
    /// The first entry that is no host a patient may be sent to.
    pub(crate) fn checked(&self) -> Result<Self, String> {
        let hosts =
            self.hosts.iter().map(|entry| place(entry.trim()).map(|one| written(&one)).ok_or(entry.clone()));
        Ok(Self { hosts: hosts.collect::<Result<_, _>>()? })
    }

    /// The address in the form in which browsers know it.
    ///
    /// # Errors
    /// Why no patient is led there.
    pub fn admits(&self, address: &str) -> Result<String, Refusal> {
        let refuse = |code, reason: String, remedy: &str| Err(Refusal::new(code, reason, remedy));
        const WHOLE: &str = "Give the whole address, such as https://pay.oak.example/bill.";
        let Ok(url) = Url::parse(address) else {
            return refuse("action-address", "The address is none".into(), WHOLE);
        };
        if url.scheme() != "https" {
            return refuse(
                "action-not-https",
                format!("The address begins with {}:, not https:", url.scheme()),
                WHOLE,
            );
        }
        if !url.username().is_empty() || url.password().is_some() || has_user(address) {
            let remedy =
                "Leave out everything up to the @: such an address shows one place and leads to another.";
            return refuse("action-with-user", "The address names a user before its host".into(), remedy);
        }
        let host = match url.host() {
            Some(Host::Domain(host)) => host,
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => {
                let remedy = "Give the name of the host: patients are told it.";
                return refuse("action-ip-address", "The address is a number, not a name".into(), remedy);
            }
            None => return refuse("action-address", "The address has no host".into(), WHOLE),
        };
        let port = url.port().unwrap_or(HTTPS_PORT);
        let places: Vec<(String, u16)> = self.hosts.iter().filter_map(|entry| place(entry)).collect();
        if !places.iter().any(|(listed, _)| listed == host) {
            let remedy = "Check it letter by letter. If it is meant, add it to hosts in [actions] of CLINIC.toml and run `postern desk \
                          actions`.";
            return refuse(
                "action-host-not-listed",
                format!("The host {host} is not on the clinic's list"),
                remedy,
            );
        }
        if !places.iter().any(|(listed, on)| listed == host && *on == port) {
            let remedy = "If it is meant, add the host with :port to [actions] of CLINIC.toml.";
            return refuse(
                "action-port-not-listed",
                format!("{host} is on the clinic's list, its port {port} is not"),
                remedy,
            );
        }
        // The page reads the address once more, with a reader of its own.
        if Target::parse(url.as_str()).as_ref().and_then(Target::host) != Some(host) {
            return refuse("action-address", "The address has letters that no page shows".into(), WHOLE);
        }
        Ok(url.into())
    }

    /// Puts the address of a Bundle's one task into canonical form.
    ///
    /// # Errors
    /// Everything that stands against it.
    pub(crate) fn complete(&self, bundle: &mut Value) -> Result<(), Vec<Refusal>> {
        let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
        let resources = entries.filter_map(|entry| entry.get_mut("resource"));
        let mut tasks: Vec<&mut Value> =
            resources.filter(|one| one.get("resourceType").is_some_and(|kind| kind == "Task")).collect();
        let [resource] = &mut tasks[..] else {
            let remedy = "Send a message for each: a page with one button is answered.";
            return Err(vec![Refusal::new(
                "action-twice",
                "The message has more than one thing to do",
                remedy,
            )]);
        };
        let task = Task::read(&(&**resource).into()).map_err(|error| {
            vec![Refusal::new(
                "action-unreadable",
                format!("The Task cannot be read: {error}"),
                "Correct it.",
            )]
        })?;
        if task.opened.is_some() {
            let remedy = "Give it the status requested.";
            return Err(vec![Refusal::new("action-not-requested", "The Task is not asked for", remedy)]);
        }
        let address = self.admits(&task.address).map_err(|refusal| vec![refusal])?;
        **resource = Task { address, ..task }.write().into();
        Ok(())
    }
}

/// `https://@host/`: the library drops an empty user, and what was meant by it nobody knows.
fn has_user(address: &str) -> bool {
    let rest = address.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().is_some_and(|authority| authority.contains('@'))
}

/// What a message is about by what it leads to: whoever is asked to pay gets a text about payments.
pub(crate) fn category(bundle: &postern_fhir::Bundle) -> Option<Category> {
    let pays = |one| Task::read(one).is_ok_and(|task| task.kind == ActionKind::Pay);
    bundle.tasks().any(pays).then_some(Category::Payments)
}

/// That it is not sent as something else: payments need an opt-in of their own.
pub(crate) fn check_category(given: Option<Category>, wanted: Option<Category>) -> Option<Refusal> {
    let other = wanted.is_some() && given.is_some() && given != wanted;
    other.then(|| {
        Refusal::new(
            "action-category",
            "Who is asked to pay gets a text about payments, and this one is sent as something else",
            "Leave the category out, or say payments.",
        )
    })
}

/// As staff see it before sending and in lists.
pub(crate) fn as_text(task: &postern_json::Value) -> String {
    let read = Task::read(task).ok();
    let in_words = |task: Task| {
        let kind = match task.kind {
            ActionKind::Pay => "Pay at",
            ActionKind::JoinVisit => "Join your visit at",
        };
        format!("( {kind} {} )\n{}", host_of(&task.address), task.address)
    };
    read.map(in_words).unwrap_or_default()
}

fn host_of(address: &str) -> String {
    Target::parse(address).as_ref().and_then(Target::host).unwrap_or_default().to_owned()
}

/// A line of the ledger about an opened page: what kind, and at which host; never the whole address, which may name the patient.
pub(crate) fn line(mut what: Value, task: &Task) -> Value {
    what["action"] = task.kind.code().into();
    what["host"] = host_of(&task.address).into();
    what
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(hosts: &[&str]) -> Actions {
        Actions { hosts: hosts.iter().map(|one| (*one).to_owned()).collect() }.checked().unwrap()
    }

    fn code(address: &str) -> &'static str {
        let actions = listed(&["pay.oak.example", "visit.oak.example:8443"]);
        actions.admits(address).map_or_else(|refusal| refusal.code, |_| "admitted")
    }

    #[test]
    fn only_an_https_address_of_a_listed_host_and_port_is_admitted() {
        for (address, expected) in [
            ("https://pay.oak.example/bill?n=1", "admitted"),
            ("https://PAY.Oak.Example", "admitted"),
            ("https://pay.oak.example:443/", "admitted"),
            ("https://visit.oak.example:8443/room", "admitted"),
            ("http://pay.oak.example/", "action-not-https"),
            ("javascript:alert(1)//pay.oak.example", "action-not-https"),
            ("pay.oak.example/bill", "action-address"),
            ("", "action-address"),
            ("https://evil.example/", "action-host-not-listed"),
            ("https://pay.oak.example.evil.example/", "action-host-not-listed"),
            ("https://evil-pay.oak.example/", "action-host-not-listed"),
            ("https://pay.oak.example./", "action-host-not-listed"),
            ("https://pay.oak.example:8443/", "action-port-not-listed"),
            ("https://visit.oak.example/", "action-port-not-listed"),
            ("https://clinic@pay.oak.example/", "action-with-user"),
            ("https://@pay.oak.example/", "action-with-user"),
            ("https://pay.oak.example@evil.example/", "action-with-user"),
            ("https://93.184.216.34/", "action-ip-address"),
            ("https://0x5db8d822/", "action-ip-address"),
            ("https://[2001:db8::1]/", "action-ip-address"),
        ] {
            assert_eq!(code(address), expected, "{address}");
        }
    }

    #[test]
    fn a_host_that_only_looks_like_one_on_the_list_is_refused() {
        // Cyrillic а, fullwidth letters (which browsers fold into plain ones), a dotless i, and a soft hyphen.
        assert_eq!(code("https://p\u{430}y.oak.example/"), "action-host-not-listed");
        assert_eq!(code("https://pay.o\u{430}k.example/"), "action-host-not-listed");
        assert_eq!(code("https://v\u{131}sit.oak.example:8443/"), "action-host-not-listed");
        assert_eq!(code("https://xn--py-7kc.oak.example/"), "action-host-not-listed");
        let refusal = listed(&["pay.oak.example"]).admits("https://p\u{430}y.oak.example/").unwrap_err();
        assert!(refusal.reason.contains("xn--"), "staff see that it is another name: {}", refusal.reason);
    }

    #[test]
    fn what_browsers_read_in_one_way_is_sent_in_that_way() {
        let actions = listed(&["pay.oak.example", "m\u{fc}nchen.example"]);
        let admitted = |address: &str| actions.admits(address).unwrap();
        assert_eq!(admitted("https://pay.oak.example"), "https://pay.oak.example/");
        assert_eq!(admitted("https://\u{ff50}ay.oak.example/"), "https://pay.oak.example/");
        assert_eq!(admitted(" https:\\\\pay.oak.example\\a b"), "https://pay.oak.example/a%20b");
        assert_eq!(admitted("https://M\u{dc}NCHEN.example/"), "https://xn--mnchen-3ya.example/");
    }

    #[test]
    fn the_list_takes_names_and_ports_and_nothing_else() {
        assert_eq!(
            listed(&["Pay.Oak.Example", "a.example:8443", "b.example:443"]).hosts,
            ["pay.oak.example", "a.example:8443", "b.example"]
        );
        for entry in [
            "",
            "https://pay.oak.example",
            "pay.oak.example/",
            "a@b.example",
            "10.0.0.1",
            "[::1]",
            "localhost",
            "*.oak.example",
            "oak.example.",
        ] {
            let actions = Actions { hosts: vec![entry.to_owned()] };
            assert_eq!(actions.checked(), Err(entry.to_owned()), "{entry}");
        }
    }

    #[test]
    fn one_message_leads_to_one_place() {
        let entry = |task: Task| json!({ "resource": serde_json::to_value(task).unwrap() });
        let pay = Task::new(ActionKind::Pay, "https://pay.oak.example");
        let bundle =
            |entries: Vec<Value>| json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        let actions = listed(&["pay.oak.example"]);
        let codes = |mut bundle: Value| match actions.complete(&mut bundle) {
            Ok(()) => Vec::new(),
            Err(refusals) => refusals.iter().map(|one| one.code).collect::<Vec<_>>(),
        };
        assert_eq!(codes(bundle(vec![entry(pay.clone())])), Vec::<&str>::new());
        assert_eq!(codes(bundle(vec![entry(pay.clone()), entry(pay.clone())])), ["action-twice"]);
        assert_eq!(codes(bundle(vec![entry(pay.opened_at("2026-11-23"))])), ["action-not-requested"]);
        assert_eq!(codes(bundle(vec![json!({"resource": {"resourceType": "Task"}})])), ["action-unreadable"]);
        let mut one = bundle(vec![entry(pay)]);
        actions.complete(&mut one).unwrap();
        assert_eq!(one["entry"][0]["resource"]["input"][0]["valueUrl"], "https://pay.oak.example/");
    }
}

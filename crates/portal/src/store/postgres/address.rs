//! `postgres://USER@HOST/DATABASE`: where the store is. The password is no part of it: what stands on a command line or in
//! `portal.json` is read by others.

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// What may be said behind the question mark.
const MEMBERS: [&str; 8] = ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"];

/// Why that is no address of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of that form.
    #[error("the store's address is not of the form postgres://USER@HOST/DATABASE")]
    Malformed,
    /// A password stands in it.
    #[error("a password stands in the store's address: it belongs into the environment alone")]
    Password,
}

/// The address of a PostgreSQL database, without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreAddress(String);

impl StoreAddress {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How to reach it. Beyond this machine only over TLS, to a server whose certificate holds for its name.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn options(&self, password: Option<&StorePassword>) -> Result<PgConnectOptions, AddressError> {
        let options = self.0.parse::<PgConnectOptions>().map_err(|_| AddressError::Malformed)?;
        let options = match password {
            Some(StorePassword(password)) => options.password(password),
            None => options,
        };
        let here = options.get_socket().is_some()
            || matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
            || options.get_host().starts_with('/');
        Ok(if here { options } else { options.ssl_mode(PgSslMode::VerifyFull) })
    }
}

impl FromStr for StoreAddress {
    type Err = AddressError;

    fn from_str(address: &str) -> Result<Self, AddressError> {
        let rest = ["postgres://", "postgresql://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        let rest = rest.ok_or(AddressError::Malformed)?;
        let (server, query) = rest.split_once('?').unwrap_or((rest, ""));
        let user = server.rsplit_once('@').map_or("", |(user, _)| user);
        let mut members = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split('=').next());
        if user.contains(':') || members.clone().any(|name| name == Some("password")) {
            return Err(AddressError::Password);
        }
        // The driver would write any other into the log, with what is said there.
        if !members.all(|name| name.is_some_and(|name| MEMBERS.contains(&name))) {
            return Err(AddressError::Malformed);
        }
        let address = Self(address.to_owned());
        if address.options(None)?.get_database().is_none() {
            return Err(AddressError::Malformed);
        }
        Ok(address)
    }
}

/// The password of the store's database; wiped when dropped.
#[derive(Clone)]
pub struct StorePassword(Zeroizing<String>);

impl StorePassword {
    /// Takes it, from wherever the caller keeps it.
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }
}

impl fmt::Debug for StorePassword {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StorePassword")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(address: &str) -> PgSslMode {
        address.parse::<StoreAddress>().unwrap().options(None).unwrap().get_ssl_mode()
    }

    #[test]
    fn an_address_with_a_password_is_refused() {
        for address in [
            "postgres://portal:word@db.example/portal",
            "postgres://portal:@db.example/portal",
            "postgres://portal@db.example/portal?password=word",
            "postgres://portal@db.example/portal?sslrootcert=/ca.pem&password=word",
        ] {
            assert_eq!(address.parse::<StoreAddress>(), Err(AddressError::Password), "{address}");
        }
    }

    #[test]
    fn what_names_no_database_of_postgresql_is_refused() {
        for address in ["", "portal.sqlite", "sqlite://portal", "postgres://", "postgres://portal@db.example"]
        {
            assert_eq!(address.parse::<StoreAddress>(), Err(AddressError::Malformed), "{address}");
        }
    }

    #[test]
    fn beyond_this_machine_it_is_tls_to_a_proven_server_whatever_the_address_says() {
        for address in
            ["postgres://portal@db.example/portal", "postgres://portal@10.0.0.7/portal?sslmode=disable"]
        {
            assert!(matches!(mode(address), PgSslMode::VerifyFull), "{address}");
        }
        for address in ["postgres://portal@localhost/portal", "postgres://portal@%2Frun%2Fpostgresql/portal"]
        {
            assert!(matches!(mode(address), PgSslMode::Prefer), "{address}");
        }
    }
}

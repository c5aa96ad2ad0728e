use axum::http::HeaderName;
use clap::Args;
use ipnet::IpNet;
use postern_portal::{Limits, Rate, Sizes, TrustedProxies};

/// What the portal lets through. A rate is CALLS-A-SECOND:AT-ONCE, or `off`.
#[derive(Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitSettings {
    /// Network of the server in front, whose word on a caller's address is believed; may be given several times
    #[arg(long, value_name = "NETWORK", value_parser = network)]
    trusted_proxy: Vec<IpNet>,
    /// Header in which that server says it
    #[arg(long, value_name = "NAME", default_value = "x-forwarded-for")]
    client_address_header: HeaderName,
    /// Calls from one address, or one /64 of IPv6
    #[arg(long, value_name = "RATE", default_value_t = Limits::default().address)]
    limit_address: Rate,
    /// Calls with one link
    #[arg(long, value_name = "RATE", default_value_t = Limits::default().link)]
    limit_link: Rate,
    /// Calls of patients to one clinic
    #[arg(long, value_name = "RATE", default_value_t = Limits::default().clinic)]
    limit_clinic: Rate,
    /// Calls of one clinic's desk
    #[arg(long, value_name = "RATE", default_value_t = Limits::default().desk)]
    limit_desk: Rate,
    /// Connections at once
    #[arg(long, value_name = "NUMBER", default_value_t = Sizes::default().connections)]
    most_connections: usize,
    /// Calls at once; what is one too many is asked to come again
    #[arg(long, value_name = "NUMBER", default_value_t = Sizes::default().calls)]
    most_calls: usize,
}

impl LimitSettings {
    /// As the portal takes them.
    pub fn limits(self) -> Limits {
        Limits {
            address: self.limit_address,
            link: self.limit_link,
            clinic: self.limit_clinic,
            desk: self.limit_desk,
            sizes: Sizes { connections: self.most_connections, calls: self.most_calls, ..Sizes::default() },
            proxies: TrustedProxies { networks: self.trusted_proxy, header: self.client_address_header },
        }
    }
}

/// A network, or one address.
fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse().map(|address: std::net::IpAddr| IpNet::from(address));
    address
        .or_else(|_| text.parse())
        .map_err(|_| format!("{text} is no network like 10.0.0.0/8 and no address"))
}

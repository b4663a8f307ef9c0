//! Where each component listens.

use super::descriptors::Division;
use super::reach::Reach;
use crate::commands::CommandError;
use crate::speech::{Saying, say};
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener};

/// A component that listens, in the order of its ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// The page that says what runs where.
    Start,
    /// The authorization server as a browser sees it: metadata, keys, sign-in, consent.
    Authorization,
    /// The authorization server's end points that need a client certificate (RFC 8705 section 5).
    AuthorizationMutual,
    /// The API gateway.
    Gateway,
    /// The bank's own pages for its customer: out-of-band confirmation.
    Bank,
    /// The inspection workbench.
    Workbench,
    /// The API processor; internal, only the gateway may call.
    Processor,
}

impl Component {
    /// Every component, in the order of its ports.
    pub const ALL: [Self; 7] = [
        Self::Start,
        Self::Authorization,
        Self::AuthorizationMutual,
        Self::Gateway,
        Self::Bank,
        Self::Workbench,
        Self::Processor,
    ];

    /// Its place after `--port-base`.
    pub fn offset(self) -> u16 {
        self as u16
    }

    /// The stable name in the ready file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Authorization => "authorization",
            Self::AuthorizationMutual => "authorization_mtls",
            Self::Gateway => "gateway",
            Self::Bank => "bank",
            Self::Workbench => "workbench",
            Self::Processor => "processor",
        }
    }

    /// What it is, for a person.
    pub fn title(self) -> Saying {
        match self {
            Self::Start => say("up-start-page"),
            Self::Authorization => say("up-authorization"),
            Self::AuthorizationMutual => say("up-authorization-mtls"),
            Self::Gateway => say("up-gateway"),
            Self::Bank => say("up-bank"),
            Self::Workbench => say("up-workbench"),
            Self::Processor => say("up-processor"),
        }
    }
}

/// Where every component can be reached.
#[derive(Debug, Clone)]
pub struct Addresses {
    all: [SocketAddr; Component::ALL.len()],
    gateway_health: SocketAddr,
    reach: Reach,
}

impl Addresses {
    /// The socket of one component, as this machine connects to it.
    pub fn of(&self, component: Component) -> SocketAddr {
        reachable(self.all[usize::from(component.offset())])
    }

    /// Where to ask whether a component answers. The gateway is asked on its
    /// internal port, because a call without a certificate would stand in its records.
    pub fn health_of(&self, component: Component) -> SocketAddr {
        if component == Component::Gateway { self.gateway_health } else { self.of(component) }
    }

    /// Its base address, `https://...` without a slash at the end.
    pub fn url(&self, component: Component) -> String {
        format!("https://{}", self.authority(component))
    }

    /// Host and port of a component as others write them. The processor is
    /// for this machine alone and keeps its address.
    pub fn authority(&self, component: Component) -> String {
        match component {
            Component::Processor => self.of(component).to_string(),
            _ => self.reach.authority(self.of(component)),
        }
    }
}

/// An address that a client can call: "any address" is this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() { SocketAddr::new(loopback_of(address.ip()), address.port()) } else { address }
}

/// Listeners that are bound, so that nobody else can take the ports.
pub struct Listeners {
    single: Vec<(Component, TcpListener)>,
    /// One for each core of the gateway, all on one port.
    gateway: Vec<TcpListener>,
    /// Where the gateway says whether it can take calls; loopback, any port.
    gateway_health: Option<TcpListener>,
    reach: Reach,
    division: Division,
}

/// Where to listen.
#[derive(Debug, Clone, Copy)]
pub enum Ports {
    /// On this port and the ones after it.
    From(u16),
    /// On whichever ports are free.
    Free,
}

impl Listeners {
    /// Divides what may be opened, then binds every port, or none: a busy one is named with the way out. The
    /// processor is internal and always on the loopback address.
    pub fn bind(reach: &Reach, ports: Ports) -> Result<Self, CommandError> {
        let (listen, division) = (reach.listen(), Division::of_this_process()?);
        let health = SocketAddr::new(loopback_of(listen), 0);
        let health = sumun_transport::listen(health, false).map_err(|error| refusal(health, &error))?;
        let (single, gateway) = (Vec::new(), Vec::new());
        let mut listeners = Self { single, gateway, gateway_health: Some(health), reach: reach.clone(), division };
        for component in Component::ALL {
            let address = match component {
                Component::Processor => loopback_of(listen),
                _ => listen,
            };
            let address = SocketAddr::new(address, port(ports, component)?);
            if component == Component::Gateway {
                listeners.gateway =
                    sumun_api_gateway::bind(address, cores()).map_err(|error| refusal(address, &error))?;
            } else {
                let listener = sumun_transport::listen(address, false).map_err(|error| refusal(address, &error))?;
                listeners.single.push((component, listener));
            }
        }
        Ok(listeners)
    }

    /// Where everything listens.
    pub fn addresses(&self) -> Result<Addresses, CommandError> {
        let lost = |error: std::io::Error| CommandError::failure(say("fault-listener-lost").with("cause", error));
        let mut all = [SocketAddr::from(([127, 0, 0, 1], 0)); Component::ALL.len()];
        for (component, listener) in &self.single {
            all[usize::from(component.offset())] = listener.local_addr().map_err(lost)?;
        }
        if let Some(listener) = self.gateway.first() {
            all[usize::from(Component::Gateway.offset())] = listener.local_addr().map_err(lost)?;
        }
        let health = self.gateway_health.as_ref().map(TcpListener::local_addr).transpose().map_err(lost)?;
        let gateway_health = health.unwrap_or(all[usize::from(Component::Gateway.offset())]);
        Ok(Addresses { all, gateway_health, reach: self.reach.clone() })
    }

    /// Under which name all of it is found.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// What each listener may take of this process.
    pub fn division(&self) -> Division {
        self.division
    }

    /// The listener of one component, for whoever serves it.
    pub fn take(&mut self, component: Component) -> Result<TcpListener, CommandError> {
        let place = self.single.iter().position(|(bound, _)| *bound == component);
        let place = place
            .ok_or_else(|| CommandError::failure(say("fault-listener-missing").with("component", component.name())))?;
        Ok(self.single.swap_remove(place).1)
    }

    /// On how many cores the gateway listens.
    pub fn gateway_cores(&self) -> usize {
        self.gateway.len()
    }

    /// The listener on which the gateway tells of its health.
    pub fn take_gateway_health(&mut self) -> Option<TcpListener> {
        self.gateway_health.take()
    }

    /// The gateway's listeners, one for each of its cores.
    pub fn take_gateway(&mut self) -> Vec<TcpListener> {
        std::mem::take(&mut self.gateway)
    }
}

/// How many cores the gateway gets: all of them.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn port(ports: Ports, component: Component) -> Result<u16, CommandError> {
    match ports {
        Ports::Free => Ok(0),
        Ports::From(base) => base.checked_add(component.offset()).ok_or_else(|| {
            CommandError::misuse(say("fault-port-base").with("base", base).with("count", Component::ALL.len()))
        }),
    }
}

fn loopback_of(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from(std::net::Ipv6Addr::LOCALHOST),
    }
}

fn refusal(address: SocketAddr, error: &std::io::Error) -> CommandError {
    CommandError::configuration(match error.kind() {
        ErrorKind::AddrInUse => say("fault-port-in-use").with("port", address.port()),
        ErrorKind::AddrNotAvailable => say("fault-address-foreign").with("address", address.ip()),
        ErrorKind::PermissionDenied => say("fault-port-rights").with("port", address.port()),
        _ => say("fault-listen").with("address", address).with("cause", error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_offsets_are_dense() {
        let mut names: Vec<&str> = Component::ALL.iter().map(|component| component.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Component::ALL.len());
        for (place, component) in Component::ALL.iter().enumerate() {
            assert_eq!(usize::from(component.offset()), place);
        }
    }
}

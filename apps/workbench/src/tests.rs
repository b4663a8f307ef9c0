//! The whole app over a real store, without sockets.

mod access;
mod api_flow;
mod bounds;
mod contract;
mod cuts;
mod deadlines;
mod faults;
mod html;
mod journal;
mod kept;
mod languages;
mod offered;
mod pages;
mod reports;
mod stale;
mod twice;
mod uploads;
mod world;

//! Listening sockets.

use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener};

/// How many connections the kernel holds for us before we accept them.
const BACKLOG: i32 = 4_096;

/// Binds `address` (port 0 lets the system choose) without waiting. With
/// `shared` several sockets may hold the same port and the kernel spreads new
/// connections over them (`SO_REUSEPORT`): one runtime per core then needs no
/// hand-over between cores.
///
/// # Errors
/// What the system says, such as a busy port.
pub fn listen(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for connections of the last run to be forgotten.
    socket.set_reuse_address(true)?;
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

//! A processor that misbehaves, byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use sumun_transport::{Limits, ServerTls, accept, listen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What it does with every request.
#[derive(Clone, Default)]
pub struct Rogue {
    /// What it says, whatever it is asked.
    pub says: Vec<u8>,
    /// Whether it closes then, or waits for ever.
    pub closes: bool,
    /// Whether it does not even take up the TLS handshake.
    pub is_mute: bool,
    /// The gateway's connections that it holds now.
    pub live: Arc<AtomicUsize>,
}

impl Rogue {
    pub async fn start(self, tls: ServerTls) -> SocketAddr {
        let listener = listen("127.0.0.1:0".parse().unwrap(), false).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (rogue, tls) = (self.clone(), tls.clone());
                tokio::spawn(async move {
                    rogue.live.fetch_add(1, Ordering::SeqCst);
                    rogue.serve(stream, tls).await;
                    rogue.live.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        address
    }

    async fn serve(&self, mut stream: TcpStream, tls: ServerTls) {
        if self.is_mute {
            while stream.read(&mut [0; 1_024]).await.is_ok_and(|count| count > 0) {}
            return;
        }
        let mut stream = accept(stream, &tls, &Limits::default()).await.unwrap().stream;
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => asked.push(byte),
                Err(_) => return,
            }
        }
        stream.write_all(&self.says).await.unwrap();
        stream.flush().await.unwrap();
        // Until the gateway lets go.
        while !self.closes && stream.read(&mut [0; 1_024]).await.is_ok_and(|count| count > 0) {}
        let _ = stream.shutdown().await;
    }

    /// Waits until the gateway has let go of every connection.
    pub async fn nobody_is_connected(&self) {
        for _ in 0..200 {
            if self.live.load(Ordering::SeqCst) == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the gateway holds {:?} connections", self.live);
    }
}

//! A network link that can be slow, narrow, dead or cut: what comes through a Unix socket goes to a TCP port, under the
//! weather of the moment.

use std::path::Path;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixListener};
use tokio::sync::watch;

use super::enclave::socket;

/// Most bytes that travel as one: what a slow link delays together.
const PIECE_BYTES: usize = 16 * 1024;

/// What a link does to what passes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weather {
    /// Delay of every piece, in milliseconds, drawn anew for each.
    pub(crate) delay_ms: (u64, u64),
    /// Bytes a second of each direction of each connection; 0: no bound.
    pub(crate) bandwidth: u64,
    /// Nothing passes, and nobody is told.
    pub(crate) dead: bool,
    /// Connections made under an earlier number are closed.
    pub(crate) cuts: u64,
}

impl Weather {
    /// Everything passes at once.
    pub(crate) const FAIR: Self = Self { delay_ms: (0, 0), bandwidth: 0, dead: false, cuts: 0 };
}

/// Opens the links of these ports: their sockets listen when this returns, and live as long as the runtime.
pub(crate) fn open(folder: &Path, ports: &[u16], weather: &watch::Receiver<Weather>, seed: u64) {
    for port in ports {
        let listener = UnixListener::bind(socket(folder, *port)).expect("a socket in a fresh folder");
        tokio::spawn(serve(listener, *port, weather.clone(), seed));
    }
}

async fn serve(listener: UnixListener, port: u16, weather: watch::Receiver<Weather>, seed: u64) {
    let mut connections = 0;
    loop {
        let Ok((inner, _)) = listener.accept().await else { continue };
        connections += 1;
        let dice = StdRng::seed_from_u64(seed ^ u64::from(port) ^ (connections << 16));
        let mut weather = weather.clone();
        tokio::spawn(async move {
            let cuts = weather.borrow().cuts;
            let Ok(outer) = TcpStream::connect(("127.0.0.1", port)).await else { return };
            let ((from_inner, to_inner), (from_outer, to_outer)) = (inner.into_split(), outer.into_split());
            let there = carry(from_inner, to_outer, weather.clone(), dice.clone());
            let back = carry(from_outer, to_inner, weather.clone(), dice);
            tokio::select! {
                // An error means that the arena is gone.
                _ = weather.wait_for(|now| now.cuts != cuts) => {}
                _ = async { tokio::join!(there, back) } => {}
            }
        });
    }
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut weather: watch::Receiver<Weather>,
    mut dice: StdRng,
) {
    let mut piece = vec![0; PIECE_BYTES];
    while let Ok(bytes @ 1..) = from.read(&mut piece).await {
        let Ok(now) = weather.wait_for(|now| !now.dead).await.map(|now| *now) else { break };
        let narrow_ms = (bytes as u64 * 1_000).checked_div(now.bandwidth).unwrap_or(0);
        let wait_ms = dice.random_range(now.delay_ms.0..=now.delay_ms.1) + narrow_ms;
        if wait_ms > 0 {
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
        }
        if to.write_all(&piece[..bytes]).await.is_err() {
            break;
        }
    }
    // The other side hears that nothing more will come; it may be gone already.
    let _ = to.shutdown().await;
}

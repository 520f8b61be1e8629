//! A network of its own for one process, so that everything it says and hears can be delayed and cut, Kafka included: a
//! broker tells its clients the address to come to, which no proxy beside it can change.
//!
//! `unshare --net` gives an empty network, in which 127.0.0.1 is another one. Here we listen on the very ports that the process
//! knows, and lead each connection out through a Unix socket, which no network bounds. At its other end stands
//! [`super::link`].

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, UnixStream};
use tokio::process::Command;

/// The socket through which a port is led out.
pub(crate) fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!("{port}.sock"))
}

/// What runs a program in such a network; the program is appended. Everything ends with the thread that starts it.
pub(crate) fn wrapper(sockets: &Path, ports: &[u16]) -> Vec<String> {
    let this = std::env::current_exe().expect("this program has a path");
    let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
    let ports = ports.join(",");
    let sockets = sockets.display().to_string();
    let this = this.display().to_string();
    let words = [
        "setpriv",
        "--pdeathsig",
        "KILL",
        "unshare",
        "--net",
        &this,
        "enclave",
        "--sockets",
        &sockets,
        "--ports",
        &ports,
    ];
    words.into_iter().chain(["--"]).map(str::to_owned).collect()
}

/// Why there can be none on this machine.
pub(crate) fn lacking() -> Option<String> {
    let tried = std::process::Command::new("unshare").args(["--net", "ip", "link", "set", "lo", "up"]).output();
    match tried {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!(
            "no network namespace can be made (as root?): {}",
            String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or_default()
        )),
        Err(error) => Some(format!("unshare: {error}")),
    }
}

/// Leads the ports out and runs the program until it ends.
pub(crate) async fn run(sockets: &Path, ports: &[u16], program: &[String]) -> ExitCode {
    let up = Command::new("ip").args(["link", "set", "lo", "up"]).status().await.expect("ip can be run");
    assert!(up.success(), "the loopback device cannot be brought up");
    for port in ports {
        let listener = TcpListener::bind(("127.0.0.1", *port)).await.expect("an empty network has free ports");
        tokio::spawn(lead_out(listener, socket(sockets, *port)));
    }
    let (name, arguments) = program.split_first().expect("a program is given");
    // If this process is killed, so is the program: nothing of it may go on unseen.
    let mut child = Command::new("setpriv");
    child.args(["--pdeathsig", "KILL", name]).args(arguments).kill_on_drop(true);
    let status = child.status().await.expect("the program starts");
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn lead_out(listener: TcpListener, socket: PathBuf) {
    loop {
        let Ok((mut inner, _)) = listener.accept().await else { continue };
        let socket = socket.clone();
        tokio::spawn(async move {
            // A connection that cannot be led out, or is cut, ends for the program as a reset or a close.
            if let Ok(mut outer) = UnixStream::connect(&socket).await {
                let _ = copy_bidirectional(&mut inner, &mut outer).await;
            }
        });
    }
}

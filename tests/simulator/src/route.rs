//! Which request is meant by a path.

use crate::media::ATTACHMENTS;

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route<'a> {
    /// `/_simulator/{request}`.
    Control(&'a str),
    /// The address of a file.
    Attachment,
    /// `/{version}/{id}`; `debug_token` is taken without a version too.
    Node(&'a str),
    /// `/{version}/{id}/{edge}`.
    Edge(&'a str, &'a str),
    Unknown,
}

impl<'a> Route<'a> {
    pub(crate) fn of(path: &'a str) -> Self {
        if let Some(request) = path.strip_prefix("/_simulator/") {
            return Self::Control(request);
        }
        if path == ATTACHMENTS {
            return Self::Attachment;
        }
        if path == "/debug_token" {
            return Self::Node("debug_token");
        }
        let Some(rest) = below_version(path) else { return Self::Unknown };
        match rest.split_once('/') {
            None => Self::Node(rest),
            Some((id, edge)) if !edge.is_empty() && !edge.contains('/') => Self::Edge(id, edge),
            Some(_) => Self::Unknown,
        }
    }
}

/// What follows `/v23.0/`; not empty.
fn below_version(path: &str) -> Option<&str> {
    let (version, rest) = path.strip_prefix("/v")?.split_once('/')?;
    let (major, minor) = version.split_once('.')?;
    let is_version = major.parse::<u8>().is_ok() && minor.parse::<u8>().is_ok();
    (is_version && !rest.is_empty() && !rest.starts_with('/')).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_below_a_version_names_a_node_or_an_edge() {
        assert_eq!(Route::of("/v23.0/106"), Route::Node("106"));
        assert_eq!(Route::of("/v23.0/106/messages"), Route::Edge("106", "messages"));
        assert_eq!(Route::of("/_simulator/ledger"), Route::Control("ledger"));
        for path in [
            "/",
            "/106/messages",
            "/v23/106/messages",
            "/v23.0/",
            "/v23.0//x",
            "/v23.0/1/",
            "/v23.0/1/messages/x",
            "/vx.0/1/messages",
        ] {
            assert_eq!(Route::of(path), Route::Unknown, "{path}");
        }
    }
}

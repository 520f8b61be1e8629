//! Signatures: a webhook is taken exactly when its header is the HMAC of its body under a secret.

use hmac::{Hmac, KeyInit, Mac};
use posthaste_meta::signature::{Secret, SignatureError, equal, verify};
use sha2::Sha256;

/// Hex digits of a signature.
const DIGITS: usize = 64;

/// `<secret>\n<secret>\n<header>\n<body>`. Beside the given header those are tried that Meta would send, and some that differ
/// from them in little.
pub fn signature(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == b'\n');
    let mut next = || parts.next().unwrap_or_default();
    let (secrets, header, body) = ([text(next()), text(next())], text(next()), next());
    judge(Some(&header), body, &secrets);
    judge(None, body, &secrets);
    for secret in &secrets {
        let genuine = format!("sha256={}", hex::encode(hmac_of(secret, body)));
        assert_eq!(Secret::new(secret).sign(body), genuine, "what we sign is what Meta signs");
        for forged in forgeries(&genuine, &header, body.len()) {
            judge(Some(&forged), body, &secrets);
        }
        judge(Some(&genuine), body, &secrets);
        let changed = [body, b"\0"].concat();
        judge(Some(&genuine), &changed, &secrets);
    }
    assert_eq!(equal(&secrets[0], &secrets[1]), secrets[0] == secrets[1]);
}

/// Headers that differ from a genuine one in little; some of them mean the same. `salt` says where.
fn forgeries(genuine: &str, header: &str, salt: usize) -> [String; 7] {
    let at = salt % genuine.len();
    let (before, after) = genuine.split_at(at);
    let other = if after.starts_with('0') { "1" } else { "0" };
    [
        genuine.to_uppercase(),
        format!("sha256={}", genuine[7..].to_uppercase()),
        genuine.replacen("sha256", "sha1", 1),
        format!("{genuine}{header}"),
        format!("{header}{genuine}"),
        before.to_owned(),
        format!("{before}{other}{}", &after[1..]),
    ]
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn hmac_of(secret: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

/// Compares what the code says with what is right.
fn judge(header: Option<&str>, body: &[u8], secrets: &[String]) {
    let expected = match header {
        None => Err(SignatureError::Missing),
        Some(header) => match digits(header) {
            None => Err(SignatureError::Malformed),
            Some(digits) if secrets.iter().any(|secret| hex::encode(hmac_of(secret, body)) == digits) => Ok(()),
            Some(_) => Err(SignatureError::Invalid),
        },
    };
    let prepared: Vec<_> = secrets.iter().map(|secret| Secret::new(secret)).collect();
    assert_eq!(verify(header, body, &prepared), expected, "{header:?}");
    assert!(verify(header, body, &[]).is_err(), "without a secret nothing is genuine");
}

/// The digits of a header of the right form, in lower case.
fn digits(header: &str) -> Option<String> {
    let digits = header.strip_prefix("sha256=")?;
    let right = digits.len() == DIGITS && digits.chars().all(|digit| digit.is_ascii_hexdigit());
    right.then(|| digits.to_ascii_lowercase())
}

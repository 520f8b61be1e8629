//! Signatures of webhooks: `X-Hub-Signature-256: sha256=<64 hex digits>`, the HMAC-SHA256 of the raw body under the secret
//! of the Meta *app* (Meta: webhooks/create-webhook-endpoint).

use std::fmt;

use ring::digest::SHA256_OUTPUT_LEN;
use ring::hmac;

/// Name of the header.
pub const HEADER: &str = "x-hub-signature-256";

/// What stands before the digits.
const PREFIX: &str = "sha256=";

/// An app secret, prepared for use. Two are in force while one replaces the other.
#[derive(Clone)]
pub struct Secret(hmac::Key);

impl Secret {
    /// Prepares a secret as the app's dashboard shows it.
    pub fn new(text: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, text.as_bytes()))
    }

    /// The header that Meta would send with `body`.
    pub fn sign(&self, body: &[u8]) -> String {
        format!("{PREFIX}{}", hex::encode(hmac::sign(&self.0, body)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(masked)")
    }
}

/// Why a body is not taken for Meta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no header.
    #[error("the header X-Hub-Signature-256 is missing")]
    Missing,
    /// The header is not `sha256=` and 64 hex digits.
    #[error("the header X-Hub-Signature-256 must be sha256= and 64 hex digits")]
    Malformed,
    /// None of the secrets made this signature for this body.
    #[error("the signature is not that of this body under any of the app's secrets")]
    Invalid,
}

/// A header of the right form; what it says is not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SHA256_OUTPUT_LEN]);

impl Signature {
    /// Reads the header: cheap, so that a request without a signature costs no hashing and no reading of its body.
    pub fn parse(header: Option<&str>) -> Result<Self, SignatureError> {
        let digits = header.ok_or(SignatureError::Missing)?.strip_prefix(PREFIX).ok_or(SignatureError::Malformed)?;
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| SignatureError::Malformed)?;
        Ok(Self(bytes))
    }

    /// Whether one of `secrets` made it for `body`, the bytes as received. Takes the same time wherever a forged signature
    /// differs from the true one.
    pub fn verify(&self, body: &[u8], secrets: &[Secret]) -> Result<(), SignatureError> {
        let genuine = secrets.iter().any(|secret| hmac::verify(&secret.0, body, &self.0).is_ok());
        if genuine { Ok(()) } else { Err(SignatureError::Invalid) }
    }
}

/// Reads the header and checks it against `body`.
pub fn verify(header: Option<&str>, body: &[u8], secrets: &[Secret]) -> Result<(), SignatureError> {
    Signature::parse(header)?.verify(body, secrets)
}

/// Whether two texts are equal, in a time that does not depend on where they differ: for verify tokens.
pub fn equal(left: &str, right: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &[]);
    hmac::verify(&key, left.as_bytes(), hmac::sign(&key, right.as_bytes()).as_ref()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with `printf '{"a":1}' | openssl dgst -sha256 -hmac s3cret`.
    const KNOWN: &str = "sha256=5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d";

    fn secrets() -> Vec<Secret> {
        vec![Secret::new("new"), Secret::new("s3cret")]
    }

    #[test]
    fn a_known_signature_passes_under_any_of_the_secrets() {
        assert_eq!(verify(Some(KNOWN), br#"{"a":1}"#, &secrets()), Ok(()));
        assert_eq!(verify(Some(&Secret::new("new").sign(b"x")), b"x", &secrets()), Ok(()));
        assert_eq!(Secret::new("s3cret").sign(br#"{"a":1}"#), KNOWN);
    }

    #[test]
    fn any_change_of_body_signature_or_secret_is_refused() {
        let body = br#"{"a":1}"#;
        for at in 0..body.len() * 8 {
            let mut forged = body.to_vec();
            forged[at / 8] ^= 1 << (at % 8);
            assert_eq!(verify(Some(KNOWN), &forged, &secrets()), Err(SignatureError::Invalid));
        }
        let flipped = KNOWN.replace("sha256=5", "sha256=0");
        assert_eq!(verify(Some(&flipped), body, &secrets()), Err(SignatureError::Invalid));
        assert_eq!(verify(Some(KNOWN), body, &secrets()[..1]), Err(SignatureError::Invalid));
        assert_eq!(verify(Some(KNOWN), body, &[]), Err(SignatureError::Invalid));
    }

    #[test]
    fn a_header_of_another_form_is_refused_before_hashing() {
        assert_eq!(Signature::parse(None), Err(SignatureError::Missing));
        let long = format!("{KNOWN}00");
        let sha1 = KNOWN.replace("sha256", "sha1");
        for header in ["", "sha256=", "sha256=zz", &KNOWN[..70], &KNOWN[7..], &long, &sha1] {
            assert_eq!(Signature::parse(Some(header)), Err(SignatureError::Malformed), "{header}");
        }
    }

    #[test]
    fn tokens_are_equal_only_when_they_are_the_same() {
        assert!(equal("token", "token"));
        assert!(!equal("token", "tokem") && !equal("token", "") && !equal("", "t"));
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert!(!format!("{:?}", Secret::new("s3cret")).contains("s3cret"));
    }
}

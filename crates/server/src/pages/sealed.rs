//! What a browser keeps for us and cannot read or change: the state of a view, the mark of a form
//! (`docs/decisions/0029-view-tokens.md`).
//!
//! AES-256-GCM-SIV (RFC 8452) under keys that are derived from the log's key of page tokens, so
//! that a restart changes nothing. The nonce is a code of what is sealed: the same text for the
//! same reader is the same token, and nothing else is told by it.
use crate::exchange::Exchange;
use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// What a token is for: one of a kind is no good as another.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// What a page searches.
    View,
    /// That a form is one of ours.
    Form,
}

/// Seals `text` for whoever asks, and nobody else. What comes out begins with a letter, and holds
/// letters, digits, `-` and `_`.
pub(crate) fn seal(exchange: &Exchange, purpose: Purpose, text: &[u8]) -> String {
    sealed(&exchange.tenant.cursor_key, &bound(exchange, purpose), text)
}

/// What was sealed for this very purpose and principal; `None` for everything else.
pub(crate) fn open(exchange: &Exchange, purpose: Purpose, token: &str) -> Option<Vec<u8>> {
    opened(&exchange.tenant.cursor_key, &bound(exchange, purpose), token)
}

/// Letters of a token: more do not fit into an address.
const TOKEN_BYTES_MAX: usize = 6 << 10;

/// In a path names that begin with `_` or `$` are FHIR's: a token begins with this.
const FIRST: char = 'v';

/// What a token is bound to: its kind, and who may use it.
fn bound(exchange: &Exchange, purpose: Purpose) -> Vec<u8> {
    let kind: &[u8] = match purpose {
        Purpose::View => b"view\0",
        Purpose::Form => b"form\0",
    };
    [kind, exchange.principal.who.as_bytes()].concat()
}

fn sealed(key: &[u8; 32], bound: &[u8], text: &[u8]) -> String {
    let mut nonce = [0; NONCE_LEN];
    let code = code(key, NONCES, &[bound, b"\0", text]);
    nonce.copy_from_slice(&code[..NONCE_LEN]);
    let mut bytes = text.to_vec();
    let tag = cipher(key)
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(bound),
            &mut bytes,
        )
        .expect("a text of an address is short");
    let all = [&nonce, &bytes[..], tag.as_ref()].concat();
    format!("{FIRST}{}", URL_SAFE_NO_PAD.encode(all))
}

fn opened(key: &[u8; 32], bound: &[u8], token: &str) -> Option<Vec<u8>> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(FIRST)?).ok()?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let mut rest = rest.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let text = cipher(key).open_in_place(nonce, Aad::from(bound), &mut rest).ok()?;
    Some(text.to_vec())
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM_SIV, &code(key, TEXTS, &[]));
    LessSafeKey::new(key.expect("the key is as long as the cipher's"))
}

/// What the keys are derived by.
const TEXTS: &[u8] = b"kiln sealed text 1\0";
const NONCES: &[u8] = b"kiln sealed nonce 1\0";

fn code(key: &[u8; 32], of: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut code = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key");
    code.update(of);
    for part in parts {
        code.update(part);
    }
    code.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;

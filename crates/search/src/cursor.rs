//! Page tokens: stateless, authenticated, and without anything of the search in clear.
//!
//! A token is 24 bytes of position and the first 16 bytes of an HMAC-SHA256 (RFC 2104) over a
//! domain, the position and the hash of the search, in base64url without padding (RFC 4648 §5).
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use kiln_index::{LogIndex, Millis, Position};
use sha2::Sha256;

/// Where a page ended, in which log, for which search.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The log's size when the first page was answered.
    pub size: LogIndex,
    /// The last hit.
    pub after: Position,
}

/// The token for a search whose applied parameters (without the token) hash to `query_sha256`.
pub fn encode(cursor: &Cursor, query_sha256: &[u8; 32], key: &[u8; 32]) -> String {
    let position = pack(cursor);
    let tag = mac(&position, query_sha256, key).finalize().into_bytes();
    let mut token = [0; TOKEN_BYTES];
    token[..POSITION_BYTES].copy_from_slice(&position);
    token[POSITION_BYTES..].copy_from_slice(&tag[..TAG_BYTES]);
    URL_SAFE_NO_PAD.encode(token)
}

/// Reads a token; `None` when it is forged, damaged or of another search.
pub fn decode(token: &str, query_sha256: &[u8; 32], key: &[u8; 32]) -> Option<Cursor> {
    if token.len() > TOKEN_BYTES * 2 {
        return None;
    }
    let bytes: [u8; TOKEN_BYTES] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
    let (position, tag) = bytes.split_first_chunk::<POSITION_BYTES>()?;
    // Compares in constant time.
    mac(position, query_sha256, key).verify_truncated_left(tag).ok()?;
    unpack(position)
}

const POSITION_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
const TOKEN_BYTES: usize = POSITION_BYTES + TAG_BYTES;
const DOMAIN: &[u8] = b"kiln page token 1\0";

fn pack(cursor: &Cursor) -> [u8; POSITION_BYTES] {
    let mut position = [0; POSITION_BYTES];
    position[..8].copy_from_slice(&cursor.size.0.to_be_bytes());
    position[8..16].copy_from_slice(&cursor.after.recorded.0.to_be_bytes());
    position[16..].copy_from_slice(&cursor.after.log_index.0.to_be_bytes());
    position
}

fn unpack(position: &[u8; POSITION_BYTES]) -> Option<Cursor> {
    let (size, rest) = position.split_first_chunk()?;
    let (recorded, rest) = rest.split_first_chunk()?;
    let recorded = Millis(i64::from_be_bytes(*recorded));
    let log_index = LogIndex(u64::from_be_bytes(*rest.first_chunk()?));
    let after = Position { recorded, log_index };
    Some(Cursor { size: LogIndex(u64::from_be_bytes(*size)), after })
}

fn mac(position: &[u8; POSITION_BYTES], query_sha256: &[u8; 32], key: &[u8; 32]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(DOMAIN);
    mac.update(position);
    mac.update(query_sha256);
    mac
}

#[cfg(test)]
mod tests;

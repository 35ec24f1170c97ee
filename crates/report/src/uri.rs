//! A path as it stands in an address.

use std::fmt::Write as _;

/// A path with everything that has a meaning in an address escaped, but the slashes.
pub(crate) fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            // How a path holds a byte that is not UTF-8: NUL and two digits.
            0 => out.push('%'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

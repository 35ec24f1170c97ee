//! Checksums that tokens carry.

/// Whether a token ends with the checksum of what stands before: six letters of base 62, of the part behind the last `_`.
pub(super) fn ends_with_base62(token: &str) -> bool {
    let Some((_, random)) = token.rsplit_once('_') else { return false };
    let Some(split) = random.len().checked_sub(6) else { return false };
    let (body, sum) = random.split_at(split);
    decoded(sum) == Some(u64::from(crc32(body.as_bytes())))
}

/// Whether a token ends with `_` and its checksum in eight digits of base 16, of what stands between the first `_` and that.
pub(super) fn ends_with_hex(token: &str) -> bool {
    let Some((before, sum)) = token.rsplit_once('_') else { return false };
    let Some((_, body)) = before.split_once('_') else { return false };
    sum.len() == 8 && u32::from_str_radix(sum, 16) == Ok(crc32(body.as_bytes()))
}

fn decoded(text: &str) -> Option<u64> {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    text.bytes().try_fold(0, |sum: u64, byte| {
        let digit = DIGITS.iter().position(|known| *known == byte)?;
        Some(sum * 62 + digit as u64)
    })
}

/// CRC-32 as in ZIP and PNG. Tokens are short, so it needs no table.
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 };
        }
    }
    !sum
}

/// The checksum of a text as six letters of base 62, as tokens carry it.
#[cfg(test)]
pub(super) fn base62_of(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut sum = crc32(body.as_bytes());
    let mut letters = [b'0'; 6];
    for letter in letters.iter_mut().rev() {
        *letter = DIGITS[(sum % 62) as usize];
        sum /= 62;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc32_of_a_known_text() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn checksums_of_tokens() {
        let body = "q8Zt3vLmW0xKcR7yBnD5sHfJ2pGa9E";
        let right = format!("abc_{body}{}", base62_of(body));
        assert!(ends_with_base62(&right));
        let wrong = format!("abc_{body}000000");
        assert!(!ends_with_base62(&wrong) && !ends_with_base62("abc") && !ends_with_base62("abc_é"));
        let right = format!("abc_{body}_{:08x}", crc32(body.as_bytes()));
        assert!(ends_with_hex(&right) && !ends_with_hex("abc_def_00000000") && !ends_with_hex("abc"));
    }
}

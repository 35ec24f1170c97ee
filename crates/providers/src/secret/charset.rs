//! The letters that a part of a token may have.

/// A set of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Charset {
    /// `0-9a-f`, either case.
    Hex,
    Digits,
    /// `0-9A-Za-z`
    Alphanumeric,
    /// `0-9a-z`
    Lower,
    /// `0-9A-Z`
    Upper,
    /// `A-Z2-7`
    Base32,
    /// `0-9A-Za-z_-`, as in addresses.
    Url,
    /// `0-9A-Za-z+/=_-`
    Base64,
    /// `0-9A-Za-z_`
    Word,
    /// `0-9A-Za-z_.-`
    Dotted,
    /// The alphabet of Bech32, in upper case.
    Bech32,
}

impl Charset {
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Digits => byte.is_ascii_digit(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::Lower => byte.is_ascii_digit() || byte.is_ascii_lowercase(),
            Self::Upper => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Self::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-'),
            Self::Word => byte.is_ascii_alphanumeric() || byte == b'_',
            Self::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'),
            Self::Bech32 => {
                byte.is_ascii_digit() && byte != b'1'
                    || byte.is_ascii_uppercase() && !matches!(byte, b'B' | b'I' | b'O')
            }
        }
    }

    /// How many letters of the set a text begins with.
    pub(super) fn run(self, text: &[u8]) -> usize {
        text.iter().take_while(|byte| self.has(**byte)).count()
    }
}

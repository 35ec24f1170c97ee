//! Names of standards and versions, which have the shape of an id: `UTF-8`, `SHA-256`.

/// Which numbers stand behind the word of a standard.
pub(crate) enum StandardNumbers {
    /// These, as they are written.
    These(&'static [&'static str]),
    /// Those with at least so many digits.
    Long(usize),
}

use StandardNumbers::{Long, These};

/// Words with which names of standards and versions begin, and the numbers behind them. A team may count its tasks with the same word
/// (`WEB-1`), so that other numbers are ids where something shows it.
pub(crate) const STANDARDS: &[(&str, StandardNumbers)] = &[
    ("UTF", These(&["7", "8", "16", "32"])),
    ("SHA", These(&["0", "1", "2", "3", "224", "256", "384", "512"])),
    ("AES", These(&["128", "192", "256"])),
    ("RSA", Long(3)),
    ("MD", These(&["2", "4", "5", "6"])),
    ("ISO", Long(3)),
    ("IEC", Long(3)),
    ("IEEE", Long(3)),
    ("RFC", Long(3)),
    ("HTTP", These(&["1", "2", "3"])),
    ("TLS", These(&["1"])),
    ("SSL", These(&["2", "3"])),
    (
        "ES",
        These(&[
            "3", "5", "6", "7", "8", "2015", "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023", "2024",
        ]),
    ),
    ("PEP", Long(1)),
    ("WCAG", These(&["1", "2", "3"])),
    ("GPT", Long(1)),
    ("BASE", These(&["2", "8", "10", "16", "32", "36", "58", "62", "64", "85", "91"])),
    ("CRC", These(&["8", "16", "32", "64"])),
    ("ARM", These(&["7", "8", "9", "32", "64"])),
    ("X86", Long(1)),
    ("X", These(&["25", "400", "500", "509"])),
    ("OAUTH", These(&["1", "2"])),
    ("UUID", These(&["1", "3", "4", "5", "6", "7", "8"])),
    ("EC", These(&["2"])),
    ("CP", Long(3)),
    ("PCI", These(&[])),
    ("COVID", These(&["19"])),
    ("H", These(&["261", "263", "264", "265", "266"])),
    ("MP", These(&["2", "3", "4"])),
    ("WEB", These(&["2", "3", "4", "5"])),
    ("SOC", These(&["1", "2", "3"])),
    ("FIPS", Long(2)),
    ("NIST", Long(3)),
];

/// Whether a word is the name of a standard or version.
pub(crate) fn is_standard(word: &str) -> bool {
    let mut parts = word.split(['-', '_', '.']);
    let (Some(name), Some(number)) = (parts.next(), parts.next()) else { return false };
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let Some((_, numbers)) = STANDARDS.iter().find(|(standard, _)| standard.eq_ignore_ascii_case(name)) else {
        return false;
    };
    match numbers {
        These(numbers) => numbers.contains(&&number[..digits]),
        Long(least) => digits >= *least,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_names_from_ids() {
        for name in
            ["UTF-8", "sha-256", "ES-2015", "H-264", "X-509", "RFC-2119", "X86-64", "ISO-27001", "WEB-3", "utf_8"]
        {
            assert!(is_standard(name), "{name}");
        }
        for id in ["SEC-8", "WEB-1", "ES-4", "H-1", "RFC-12", "MP-1", "EC-1", "PCI-1", "UTF", "X-1", "ARM-12"] {
            assert!(!is_standard(id), "{id}");
        }
    }
}

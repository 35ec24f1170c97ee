//! Variables in texts of shells and compose files: `$NAME`, `${NAME}`, `${NAME:-default}`.

use std::ops::Range;

/// Where the names behind the dollars of a line stand.
pub(super) fn each_dollar(code: &str, mut found: impl FnMut(Range<usize>)) {
    let mut from = 0;
    while let Some(dollar) = code[from..].find('$').map(|found| from + found) {
        let rest = &code[dollar + 1..];
        let braces = usize::from(rest.starts_with('{'));
        let name = &rest[braces..];
        let length = name.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        from = dollar + 1 + usize::from(rest.starts_with('$'));
        let ends = braces == 0 || name[length..].starts_with(['}', ':', '-', '?', '+']);
        if length > 0 && ends && !name.starts_with(|first: char| first.is_ascii_digit()) {
            let begin = dollar + 1 + braces;
            found(begin..begin + length);
        }
    }
}

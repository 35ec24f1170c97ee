//! Whether to colour.

/// Whether output should be coloured, from the values of `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` (`None` where unset)
/// and from whether it goes to a terminal. `NO_COLOR` wins over `CLICOLOR_FORCE`, which wins over `CLICOLOR`; an empty
/// variable counts as unset.
///
/// Sources: <https://no-color.org>, <https://bixense.com/clicolors/>.
#[must_use]
pub fn wants_color(
    no_color: Option<&str>,
    clicolor: Option<&str>,
    clicolor_force: Option<&str>,
    is_terminal: bool,
) -> bool {
    let is_set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
    if is_set(no_color) {
        return false;
    }
    if is_set(clicolor_force) && clicolor_force != Some("0") {
        return true;
    }
    is_terminal && clicolor != Some("0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obeys_the_variables() {
        let (unset, empty, zero, one) = (None, Some(""), Some("0"), Some("1"));
        for (no_color, clicolor, force, is_terminal, expected) in [
            (unset, unset, unset, true, true),
            (unset, unset, unset, false, false),
            (one, unset, unset, true, false),
            (zero, unset, unset, true, false),
            (empty, unset, unset, true, true),
            (one, one, one, true, false),
            (unset, zero, unset, true, false),
            (unset, one, unset, true, true),
            (unset, one, unset, false, false),
            (unset, empty, unset, true, true),
            (unset, unset, one, false, true),
            (unset, zero, one, false, true),
            (unset, unset, zero, false, false),
            (unset, unset, zero, true, true),
            (unset, unset, empty, false, false),
        ] {
            assert_eq!(
                wants_color(no_color, clicolor, force, is_terminal),
                expected,
                "{no_color:?} {clicolor:?} {force:?} {is_terminal}"
            );
        }
    }
}

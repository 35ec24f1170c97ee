//! Messages of checks.

use super::*;

#[test]
fn messages_are_filled() {
    let columns = [("model".into(), Value::from("User")), ("unique".into(), Value::Flag(true))];
    for (template, expected) in [
        ("$MODEL is $UNIQUE", "User is true"),
        ("$MODELS $model $ $$MODEL", "$MODELS $model $ $User"),
        ("é $MODEL", "é User"),
    ] {
        assert_eq!(fill(template, &columns), expected);
    }
    assert_eq!(variables("$A_1 $b $MODEL.").collect::<Vec<_>>(), ["A_1", "MODEL"]);
}

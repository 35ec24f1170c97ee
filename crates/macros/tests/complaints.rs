//! The complaints of the derive macro, word for word and at their places.

#[test]
fn complaints_stand_at_their_place() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

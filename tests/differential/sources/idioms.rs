//! Idioms that rules of the comparison look for.

pub mod shapes;
pub use shapes::Circle;
pub use other::Square;

pub fn digits(number: u32, text: &str) -> usize {
    for (place, letter) in text.chars().enumerate() {
        if letter == 'a' {
            if place > 2 {
                return place;
            }
        }
        if place == 1 {
            if letter == 'b' {
                continue;
            } else {
                break;
            }
        }
    }
    let all: Vec<_> = text.chars().enumerate().collect();
    number.to_string().chars().count() + all.len()
}

unsafe fn calm(value: u8) -> u8 {
    value + 1
}

pub unsafe fn wild(value: *const u8) -> u8 {
    // SAFETY: the caller has checked it
    unsafe { *value }
}

fn said() -> &'static str {
    indoc!(
        r#"
        one
        two
        "#
    )
}

//! The kinds of code that are looked for.

/// One kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    Unwrap,
    Expect,
    MethodCall,
    Call,
    Try,
    Closure,
    Await,
    LetCondition,
    If,
    Match,
    Struct,
    Cast,
    Range,
    Index,
    Field,
    Reference,
    Unary,
    Binary,
    Return,
    Tuple,
    Macro,
    Unsafe,
    String,
    Integer,
    Let,
}

impl Pattern {
    /// As a person would write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unwrap => "`$A.unwrap()`",
            Self::Expect => "`$A.expect($B)`",
            Self::MethodCall => "`$A.$B($$$C)`",
            Self::Call => "`$A($$$B)`",
            Self::Try => "`$A?`",
            Self::Closure => "closure",
            Self::Await => "`$A.await`",
            Self::LetCondition => "`let $A = $B` in a condition",
            Self::If => "`if`",
            Self::Match => "`match`",
            Self::Struct => "struct expression",
            Self::Cast => "`$A as $B`",
            Self::Range => "range",
            Self::Index => "`$A[$B]`",
            Self::Field => "`$A.$B`",
            Self::Reference => "`&$A`",
            Self::Unary => "`!$A`, `-$A`, `*$A`",
            Self::Binary => "operator between two values",
            Self::Return => "`return`",
            Self::Tuple => "tuple",
            Self::Macro => "macro in a macro",
            Self::Unsafe => "`unsafe` block",
            Self::String => "string literal",
            Self::Integer => "integer literal",
            Self::Let => "`let` statement",
        }
    }
}

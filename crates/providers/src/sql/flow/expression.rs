//! What a value is, as far as code spells it: literals, parameters, and the few operations that cut names into parts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// An expression over the parameters of one function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Expression {
    Unknown,
    Text(Arc<str>),
    Number(i64),
    /// A parameter of the function around it, or a property of one.
    Parameter {
        position: u8,
        property: Option<Arc<str>>,
    },
    /// A constant that another module exports.
    Imported(Arc<str>),
    Template(Vec<Expression>),
    Object(Vec<(Arc<str>, Expression)>),
    List(Vec<Expression>),
    /// `a.b`, `a[0]`, `a["b"]`
    Member(Box<Expression>, Box<Expression>),
    /// `a.slice(1)`, `a.split(".")`
    Method {
        of: Box<Expression>,
        name: Arc<str>,
        arguments: Vec<Expression>,
    },
    /// `a + b`, `a > 0`, `a === "b"`
    Binary {
        operator: Arc<str>,
        left: Box<Expression>,
        right: Box<Expression>,
    },
    /// `a ? b : c`
    Choice(Box<[Expression; 3]>),
}

impl Expression {
    /// The parts of which it is made.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Unknown | Self::Text(_) | Self::Number(_) | Self::Parameter { .. } | Self::Imported(_) => Vec::new(),
            Self::Template(parts) | Self::List(parts) => parts.iter().collect(),
            Self::Object(pairs) => pairs.iter().map(|(_, value)| value).collect(),
            Self::Member(of, key) => vec![of, key],
            Self::Method { of, arguments, .. } => std::iter::once(&**of).chain(arguments).collect(),
            Self::Binary { left, right, .. } => vec![left, right],
            Self::Choice(parts) => parts.iter().collect(),
        }
    }

    /// Whether one of its parts, or it itself, is so.
    pub(crate) fn any(&self, is: &dyn Fn(&Self) -> bool) -> bool {
        let mut open = vec![self];
        while let Some(at) = open.pop() {
            if is(at) {
                return true;
            }
            open.extend(at.parts());
        }
        false
    }

    /// Whether it depends on a parameter.
    pub(crate) fn has_parameter(&self) -> bool {
        self.any(&|part| matches!(part, Self::Parameter { .. }))
    }

    /// How many parts it has, itself among them.
    pub(crate) fn size(&self) -> usize {
        let (mut size, mut open) = (0, vec![self]);
        while let Some(at) = open.pop() {
            size += 1;
            open.extend(at.parts());
        }
        size
    }

    /// What it takes of memory, in bytes, roughly.
    pub(crate) fn weight(&self) -> usize {
        self.size() * size_of::<Self>()
    }

    /// The property of an object that is written out; what is left of another expression.
    pub(crate) fn member(self, key: &str) -> Self {
        match self {
            Self::Object(pairs) => {
                pairs.into_iter().rfind(|(name, _)| &**name == key).map_or(Self::Unknown, |(_, value)| value)
            }
            Self::Parameter { position, property: None } => Self::Parameter { position, property: Some(key.into()) },
            Self::Unknown => Self::Unknown,
            other => Self::Member(Box::new(other), Box::new(Self::Text(key.into()))),
        }
    }
}

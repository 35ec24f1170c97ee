//! The values that an expression can have where its parameters are known.

use super::expression::Expression;

/// More values of one expression are not told apart.
const MOST: usize = 8;
/// Longer texts are no values that a list would name.
const LONGEST: usize = 256;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    Truth(bool),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// The values that an expression can have; `None` where nobody can tell. `leaf` knows parameters and constants of other modules.
///
/// It goes down as deep as the expression, whose depth is bounded where it is read.
pub(super) fn values(expression: &Expression, leaf: &dyn Fn(&Expression) -> Option<Vec<Value>>) -> Option<Vec<Value>> {
    let all = |expression: &Expression| values(expression, leaf);
    let found = match expression {
        Expression::Unknown => return None,
        Expression::Text(text) => vec![Value::Text(text.to_string())],
        Expression::Number(number) => vec![Value::Number(*number)],
        Expression::Parameter { .. } | Expression::Imported(_) => leaf(expression)?,
        Expression::Template(parts) => {
            let mut found = vec![String::new()];
            for part in parts {
                let part = all(part)?;
                let texts: Vec<String> = part.iter().map(text).collect::<Option<_>>()?;
                found =
                    found.iter().flat_map(|before| texts.iter().map(move |text| format!("{before}{text}"))).collect();
                (found.len() <= MOST).then_some(())?;
            }
            found.into_iter().map(Value::Text).collect()
        }
        Expression::List(parts) => {
            let parts: Vec<Value> = parts.iter().map(|part| single(all(part)?)).collect::<Option<_>>()?;
            vec![Value::List(parts)]
        }
        Expression::Object(pairs) => {
            // What is not known of an object hides no other part of it.
            let known = pairs.iter().filter_map(|(key, value)| Some((key.to_string(), single(all(value)?)?)));
            vec![Value::Object(known.collect())]
        }
        Expression::Member(of, key) => {
            let keys = all(key)?;
            let of = match &**of {
                // One part of a list may be known where another is not.
                Expression::List(parts) if let [Value::Number(at)] = keys[..] => {
                    return all(parts.get(usize::try_from(at).ok()?)?);
                }
                of => all(of)?,
            };
            let pairs = of.iter().flat_map(|of| keys.iter().map(move |key| member(of, key)));
            pairs.collect::<Option<Vec<Value>>>()?
        }
        Expression::Method { of, name, arguments } => {
            let arguments: Vec<Value> =
                arguments.iter().map(|argument| single(all(argument)?)).collect::<Option<_>>()?;
            all(of)?.iter().map(|of| method(of, name, &arguments)).collect::<Option<Vec<Value>>>()?
        }
        Expression::Binary { operator, left, right } => {
            let (left, right) = (all(left)?, all(right)?);
            let pairs = left.iter().flat_map(|left| right.iter().map(move |right| binary(operator, left, right)));
            pairs.collect::<Option<Vec<Value>>>()?
        }
        Expression::Choice(parts) => {
            let [condition, yes, no] = &**parts;
            match all(condition).and_then(single) {
                Some(Value::Truth(true)) => all(yes)?,
                Some(Value::Truth(false)) => all(no)?,
                // Either may be taken.
                _ => [all(yes)?, all(no)?].concat(),
            }
        }
    };
    let is_short = |value: &Value| !matches!(value, Value::Text(text) if text.len() > LONGEST);
    (!found.is_empty() && found.len() <= MOST && found.iter().all(is_short)).then_some(found)
}

fn single(values: Vec<Value>) -> Option<Value> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn member(of: &Value, key: &Value) -> Option<Value> {
    match (of, key) {
        (Value::Object(pairs), Value::Text(key)) => {
            pairs.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.clone())
        }
        (Value::List(parts), Value::Number(at)) => parts.get(usize::try_from(*at).ok()?).cloned(),
        (Value::Text(text), Value::Text(key)) if key == "length" => {
            Some(Value::Number(text.encode_utf16().count() as i64))
        }
        (Value::List(parts), Value::Text(key)) if key == "length" => Some(Value::Number(parts.len() as i64)),
        _ => None,
    }
}

/// A place in a text as JavaScript counts, of letters that take one byte.
fn place(text: &str, at: i64) -> Option<usize> {
    text.is_ascii().then_some(())?;
    let length = text.len() as i64;
    usize::try_from(if at < 0 { (length + at).max(0) } else { at.min(length) }).ok()
}

fn method(of: &Value, name: &str, arguments: &[Value]) -> Option<Value> {
    match (of, name, arguments) {
        (Value::Text(text), "toLowerCase", []) => Some(Value::Text(text.to_lowercase())),
        (Value::Text(text), "toUpperCase", []) => Some(Value::Text(text.to_uppercase())),
        (Value::Text(text), "trim", []) => Some(Value::Text(text.trim().to_owned())),
        (Value::Text(text), "toString", []) => Some(Value::Text(text.clone())),
        (Value::Text(text), "indexOf" | "lastIndexOf", [Value::Text(part)]) => {
            text.is_ascii().then_some(())?;
            let at = if name == "indexOf" { text.find(part.as_str()) } else { text.rfind(part.as_str()) };
            Some(Value::Number(at.map_or(-1, |at| at as i64)))
        }
        (Value::Text(text), "includes", [Value::Text(part)]) => Some(Value::Truth(text.contains(part.as_str()))),
        (Value::Text(text), "startsWith", [Value::Text(part)]) => Some(Value::Truth(text.starts_with(part.as_str()))),
        (Value::Text(text), "endsWith", [Value::Text(part)]) => Some(Value::Truth(text.ends_with(part.as_str()))),
        (Value::Text(text), "slice" | "substring", [Value::Number(from), rest @ ..]) => {
            let to = match rest {
                [] => text.len() as i64,
                [Value::Number(to)] => *to,
                _ => return None,
            };
            let (from, to) = (place(text, *from)?, place(text, to)?);
            Some(Value::Text(text.get(from..to.max(from))?.to_owned()))
        }
        (Value::Text(text), "split", [Value::Text(by)]) if !by.is_empty() => {
            Some(Value::List(text.split(by.as_str()).map(|part| Value::Text(part.to_owned())).collect()))
        }
        (Value::Text(text), "replace", [Value::Text(from), Value::Text(to)]) if !to.contains('$') => {
            Some(Value::Text(text.replacen(from.as_str(), to, 1)))
        }
        (Value::Text(text), "replaceAll", [Value::Text(from), Value::Text(to)])
            if !from.is_empty() && !to.contains('$') =>
        {
            Some(Value::Text(text.replace(from.as_str(), to)))
        }
        (Value::Text(text), "concat", [Value::Text(more)]) => Some(Value::Text(format!("{text}{more}"))),
        (Value::List(parts), "at", [Value::Number(at)]) => {
            let at = if *at < 0 { parts.len() as i64 + at } else { *at };
            parts.get(usize::try_from(at).ok()?).cloned()
        }
        (Value::List(parts), "pop", []) => parts.last().cloned(),
        (Value::List(parts), "shift", []) => parts.first().cloned(),
        (Value::List(parts), "slice", [Value::Number(from)]) => {
            let from = if *from < 0 { (parts.len() as i64 + from).max(0) } else { *from };
            Some(Value::List(parts.get(usize::try_from(from).ok()?..).unwrap_or_default().to_vec()))
        }
        (Value::List(parts), "join", [Value::Text(by)]) => {
            let texts: Vec<String> = parts.iter().map(text).collect::<Option<_>>()?;
            Some(Value::Text(texts.join(by)))
        }
        (Value::List(parts), "includes", [value]) => Some(Value::Truth(parts.contains(value))),
        _ => None,
    }
}

fn binary(operator: &str, left: &Value, right: &Value) -> Option<Value> {
    match (operator, left, right) {
        ("+", Value::Number(left), Value::Number(right)) => left.checked_add(*right).map(Value::Number),
        ("-", Value::Number(left), Value::Number(right)) => left.checked_sub(*right).map(Value::Number),
        ("+", ..) => Some(Value::Text(format!("{}{}", text(left)?, text(right)?))),
        (">", Value::Number(left), Value::Number(right)) => Some(Value::Truth(left > right)),
        (">=", Value::Number(left), Value::Number(right)) => Some(Value::Truth(left >= right)),
        ("<", Value::Number(left), Value::Number(right)) => Some(Value::Truth(left < right)),
        ("<=", Value::Number(left), Value::Number(right)) => Some(Value::Truth(left <= right)),
        ("===" | "==", ..) => Some(Value::Truth(left == right)),
        ("!==" | "!=", ..) => Some(Value::Truth(left != right)),
        // An object, a list and a text with letters are there.
        ("??", ..) => Some(left.clone()),
        _ => None,
    }
}

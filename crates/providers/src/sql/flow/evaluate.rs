//! The values that an expression can have where its parameters are known.

use super::expression::Expression;

/// More values of one expression are not told apart.
const MOST: usize = 8;
/// Longer texts are not values that a list would name.
const LONGEST: usize = 256;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FlowValue {
    Text(String),
    Number(i64),
    Truth(bool),
    List(Vec<FlowValue>),
    Object(Vec<(String, FlowValue)>),
}

/// The values that an expression can have; `None` where nobody can tell. `leaf` knows parameters and constants of other modules.
///
/// It goes down as deep as the expression, whose depth is bounded where it is read.
pub(super) fn values(
    expression: &Expression,
    leaf: &dyn Fn(&Expression) -> Option<Vec<FlowValue>>,
) -> Option<Vec<FlowValue>> {
    let all = |expression: &Expression| values(expression, leaf);
    let found = match expression {
        Expression::Unknown => return None,
        Expression::Text(text) => vec![FlowValue::Text(text.to_string())],
        Expression::Number(number) => vec![FlowValue::Number(*number)],
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
            found.into_iter().map(FlowValue::Text).collect()
        }
        Expression::List(parts) => {
            let parts: Vec<FlowValue> = parts.iter().map(|part| single(all(part)?)).collect::<Option<_>>()?;
            vec![FlowValue::List(parts)]
        }
        Expression::Object(pairs) => {
            // What is not known of an object hides no other part of it.
            let known = pairs.iter().filter_map(|(key, value)| Some((key.to_string(), single(all(value)?)?)));
            vec![FlowValue::Object(known.collect())]
        }
        Expression::Member(of, key) => {
            let keys = all(key)?;
            let of = match &**of {
                // One part of a list may be known where another is not.
                Expression::List(parts) if let [FlowValue::Number(at)] = keys[..] => {
                    return all(parts.get(usize::try_from(at).ok()?)?);
                }
                of => all(of)?,
            };
            let pairs = of.iter().flat_map(|of| keys.iter().map(move |key| member(of, key)));
            pairs.collect::<Option<Vec<FlowValue>>>()?
        }
        Expression::Method { of, name, arguments } => {
            let arguments: Vec<FlowValue> =
                arguments.iter().map(|argument| single(all(argument)?)).collect::<Option<_>>()?;
            all(of)?.iter().map(|of| method(of, name, &arguments)).collect::<Option<Vec<FlowValue>>>()?
        }
        Expression::Binary { operator, left, right } => {
            let (left, right) = (all(left)?, all(right)?);
            let pairs = left.iter().flat_map(|left| right.iter().map(move |right| binary(operator, left, right)));
            pairs.collect::<Option<Vec<FlowValue>>>()?
        }
        Expression::Choice(parts) => {
            let [condition, yes, no] = &**parts;
            match all(condition).and_then(single) {
                Some(FlowValue::Truth(true)) => all(yes)?,
                Some(FlowValue::Truth(false)) => all(no)?,
                // Either may be taken.
                _ => [all(yes)?, all(no)?].concat(),
            }
        }
    };
    let is_short = |value: &FlowValue| !matches!(value, FlowValue::Text(text) if text.len() > LONGEST);
    (!found.is_empty() && found.len() <= MOST && found.iter().all(is_short)).then_some(found)
}

fn single(values: Vec<FlowValue>) -> Option<FlowValue> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.next().is_none().then_some(first)
}

fn text(value: &FlowValue) -> Option<String> {
    match value {
        FlowValue::Text(text) => Some(text.clone()),
        FlowValue::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn member(of: &FlowValue, key: &FlowValue) -> Option<FlowValue> {
    match (of, key) {
        (FlowValue::Object(pairs), FlowValue::Text(key)) => {
            pairs.iter().rfind(|(name, _)| name == key).map(|(_, value)| value.clone())
        }
        (FlowValue::List(parts), FlowValue::Number(at)) => parts.get(usize::try_from(*at).ok()?).cloned(),
        (FlowValue::Text(text), FlowValue::Text(key)) if key == "length" => {
            Some(FlowValue::Number(text.encode_utf16().count() as i64))
        }
        (FlowValue::List(parts), FlowValue::Text(key)) if key == "length" => {
            Some(FlowValue::Number(parts.len() as i64))
        }
        _ => None,
    }
}

/// A place in a text as JavaScript counts, of letters that take one byte.
fn place(text: &str, at: i64) -> Option<usize> {
    text.is_ascii().then_some(())?;
    let length = text.len() as i64;
    usize::try_from(if at < 0 { (length + at).max(0) } else { at.min(length) }).ok()
}

fn method(of: &FlowValue, name: &str, arguments: &[FlowValue]) -> Option<FlowValue> {
    match (of, name, arguments) {
        (FlowValue::Text(text), "toLowerCase", []) => Some(FlowValue::Text(text.to_lowercase())),
        (FlowValue::Text(text), "toUpperCase", []) => Some(FlowValue::Text(text.to_uppercase())),
        (FlowValue::Text(text), "trim", []) => Some(FlowValue::Text(text.trim().to_owned())),
        (FlowValue::Text(text), "toString", []) => Some(FlowValue::Text(text.clone())),
        (FlowValue::Text(text), "indexOf" | "lastIndexOf", [FlowValue::Text(part)]) => {
            text.is_ascii().then_some(())?;
            let at = if name == "indexOf" { text.find(part.as_str()) } else { text.rfind(part.as_str()) };
            Some(FlowValue::Number(at.map_or(-1, |at| at as i64)))
        }
        (FlowValue::Text(text), "includes", [FlowValue::Text(part)]) => {
            Some(FlowValue::Truth(text.contains(part.as_str())))
        }
        (FlowValue::Text(text), "startsWith", [FlowValue::Text(part)]) => {
            Some(FlowValue::Truth(text.starts_with(part.as_str())))
        }
        (FlowValue::Text(text), "endsWith", [FlowValue::Text(part)]) => {
            Some(FlowValue::Truth(text.ends_with(part.as_str())))
        }
        (FlowValue::Text(text), "slice" | "substring", [FlowValue::Number(from), rest @ ..]) => {
            let to = match rest {
                [] => text.len() as i64,
                [FlowValue::Number(to)] => *to,
                _ => return None,
            };
            let (from, to) = (place(text, *from)?, place(text, to)?);
            Some(FlowValue::Text(text.get(from..to.max(from))?.to_owned()))
        }
        (FlowValue::Text(text), "split", [FlowValue::Text(by)]) if !by.is_empty() => {
            Some(FlowValue::List(text.split(by.as_str()).map(|part| FlowValue::Text(part.to_owned())).collect()))
        }
        (FlowValue::Text(text), "replace", [FlowValue::Text(from), FlowValue::Text(to)]) if !to.contains('$') => {
            Some(FlowValue::Text(text.replacen(from.as_str(), to, 1)))
        }
        (FlowValue::Text(text), "replaceAll", [FlowValue::Text(from), FlowValue::Text(to)])
            if !from.is_empty() && !to.contains('$') =>
        {
            Some(FlowValue::Text(text.replace(from.as_str(), to)))
        }
        (FlowValue::Text(text), "concat", [FlowValue::Text(more)]) => Some(FlowValue::Text(format!("{text}{more}"))),
        (FlowValue::List(parts), "at", [FlowValue::Number(at)]) => {
            let at = if *at < 0 { parts.len() as i64 + at } else { *at };
            parts.get(usize::try_from(at).ok()?).cloned()
        }
        (FlowValue::List(parts), "pop", []) => parts.last().cloned(),
        (FlowValue::List(parts), "shift", []) => parts.first().cloned(),
        (FlowValue::List(parts), "slice", [FlowValue::Number(from)]) => {
            let from = if *from < 0 { (parts.len() as i64 + from).max(0) } else { *from };
            Some(FlowValue::List(parts.get(usize::try_from(from).ok()?..).unwrap_or_default().to_vec()))
        }
        (FlowValue::List(parts), "join", [FlowValue::Text(by)]) => {
            let texts: Vec<String> = parts.iter().map(text).collect::<Option<_>>()?;
            Some(FlowValue::Text(texts.join(by)))
        }
        (FlowValue::List(parts), "includes", [value]) => Some(FlowValue::Truth(parts.contains(value))),
        _ => None,
    }
}

fn binary(operator: &str, left: &FlowValue, right: &FlowValue) -> Option<FlowValue> {
    match (operator, left, right) {
        ("+", FlowValue::Number(left), FlowValue::Number(right)) => left.checked_add(*right).map(FlowValue::Number),
        ("-", FlowValue::Number(left), FlowValue::Number(right)) => left.checked_sub(*right).map(FlowValue::Number),
        ("+", ..) => Some(FlowValue::Text(format!("{}{}", text(left)?, text(right)?))),
        (">", FlowValue::Number(left), FlowValue::Number(right)) => Some(FlowValue::Truth(left > right)),
        (">=", FlowValue::Number(left), FlowValue::Number(right)) => Some(FlowValue::Truth(left >= right)),
        ("<", FlowValue::Number(left), FlowValue::Number(right)) => Some(FlowValue::Truth(left < right)),
        ("<=", FlowValue::Number(left), FlowValue::Number(right)) => Some(FlowValue::Truth(left <= right)),
        ("===" | "==", ..) => Some(FlowValue::Truth(left == right)),
        ("!==" | "!=", ..) => Some(FlowValue::Truth(left != right)),
        // An object, a list and a text with letters are there.
        ("??", ..) => Some(left.clone()),
        _ => None,
    }
}

//! What stands in a chain, by its argument.

use std::rc::Rc;

use super::super::fact::{Kind, Part, RouteValue};
use super::machine::Machine;
use super::thing::{Link, Thing};

impl<'r> Machine<'r> {
    /// What an argument puts into a chain.
    pub(super) fn link(&mut self, file: usize, part: &'r Part, kind: Kind, depth: usize) -> Link {
        let mut link =
            Link { name: (&*part.name).into(), kind, file, span: part.span, is_call: part.is_call, ..Link::default() };
        let thing = self.thing(file, &part.value, depth);
        let thing = self.whole(thing, depth);
        match &thing {
            Thing::Called(of, site, _) => self.called(*of, *site, &mut link, depth),
            Thing::Body(of, body) if link.is_call => {
                // What a framework makes of a function is called as that is.
                let name = &self.programs.all[*of].bodies[*body as usize].1.name;
                if !name.is_empty() {
                    link.name = (&**name).into();
                }
                self.known(&thing, &mut link);
            }
            // What is chosen when it runs has the name of none.
            Thing::OneOf(_) => link.name = "".into(),
            thing => self.known(thing, &mut link),
        }
        link.is_open = link.name.is_empty() && link.resolves_to.is_none();
        link
    }

    /// What a call gives stands for what is called; a function that it is handed is wrapped by it.
    pub(super) fn called(&mut self, file: usize, site: u32, link: &mut Link, depth: usize) {
        let Some((name, callee, arguments)) = self.call_at(file, site) else { return };
        let callee = self.thing(file, callee, depth);
        let callee = match callee {
            Thing::Called(of, site, _) if depth < super::machine::DEEPEST => {
                return self.called(of, site, link, depth + 1);
            }
            callee => self.whole(callee, depth),
        };
        if let Thing::OneOf(_) = callee {
            link.name = "".into();
            return;
        }
        self.known(&callee, link);
        link.is_call = true;
        for part in arguments {
            let thing = self.thing(file, &part.value, depth);
            let is_function = matches!(thing.clone().given(), Thing::Body(..))
                || (matches!(thing, Thing::Outside(..)) && !part.is_call)
                || part.name.ends_with(".as_view");
            if is_function {
                link.wrapped = Some(Box::new(self.link(file, part, link.kind, depth + 1)));
                link.wrapper = Some(if name.is_empty() { Rc::clone(&link.name) } else { name.into() });
                break;
            }
        }
    }
}

/// The name that a value is written with, as far as it says.
pub(super) fn name_in(value: &RouteValue) -> String {
    match value {
        RouteValue::Import { name, .. } => name.to_string(),
        RouteValue::Member(of, name) => match name_in(of) {
            of if of.is_empty() || of == "*" || of == "default" => name.to_string(),
            of => format!("{of}.{name}"),
        },
        _ => String::new(),
    }
}

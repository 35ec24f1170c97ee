//! Variables that are set around commands: a step sees those of its job, a job those of its pipeline.

use std::rc::Rc;

use rustc_hash::FxHashMap;

/// Variables, and those around them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variables {
    own: FxHashMap<String, String>,
    around: Option<Rc<Variables>>,
}

impl Variables {
    /// None of its own within others.
    pub(crate) fn within(around: &Rc<Self>) -> Self {
        Self { own: FxHashMap::default(), around: Some(Rc::clone(around)) }
    }

    pub(crate) fn insert(&mut self, name: String, value: String) {
        self.own.insert(name, value);
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut around = std::iter::successors(Some(self), |variables| variables.around.as_deref());
        around.find_map(|variables| variables.own.get(name)).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self { own: variables.into_iter().collect(), around: None }
    }
}

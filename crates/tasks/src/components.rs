//! Strongly connected components: which tasks wait for each other in circles, found in one pass without recursion.

/// The strongly connected component of each of some things that lead to each other, such as tasks that wait for others.
#[derive(Debug)]
pub struct Components {
    /// By thing, the smallest number in its component.
    first: Vec<usize>,
}

impl Components {
    /// Those of `count` things; `edge` gives of one thing the others that it leads to, one after the other. It is the algorithm of Tarjan
    /// with a stack of its own.
    pub fn of(count: usize, edge: impl Fn(usize, usize) -> Option<usize>) -> Self {
        const UNSEEN: usize = usize::MAX;
        let mut first: Vec<usize> = (0..count).collect();
        let (mut order, mut low) = (vec![UNSEEN; count], vec![0; count]);
        let mut is_open = vec![false; count];
        let (mut open, mut path, mut next) = (Vec::new(), Vec::new(), 0);
        for root in 0..count {
            if order[root] != UNSEEN {
                continue;
            }
            path.push((root, 0));
            while let Some((thing, at)) = path.last_mut() {
                let thing = *thing;
                if *at == 0 && order[thing] == UNSEEN {
                    (order[thing], low[thing], is_open[thing]) = (next, next, true);
                    next += 1;
                    open.push(thing);
                }
                if let Some(to) = edge(thing, *at) {
                    *at += 1;
                    if order[to] == UNSEEN {
                        path.push((to, 0));
                    } else if is_open[to] {
                        low[thing] = low[thing].min(order[to]);
                    }
                    continue;
                }
                path.pop();
                if let Some((before, _)) = path.last() {
                    low[*before] = low[*before].min(low[thing]);
                }
                if low[thing] == order[thing] {
                    let from = open.iter().rposition(|member| *member == thing).unwrap_or(0);
                    let members = open.split_off(from);
                    let least = members.iter().copied().min().unwrap_or(thing);
                    for member in members {
                        (first[member], is_open[member]) = (least, false);
                    }
                }
            }
        }
        Self { first }
    }

    /// The first thing of the component of a thing.
    #[must_use]
    pub fn first_of(&self, thing: usize) -> usize {
        self.first[thing]
    }

    /// The first thing of each component, in their order.
    pub fn firsts(&self) -> impl Iterator<Item = usize> {
        self.first.iter().enumerate().filter(|(number, first)| number == *first).map(|(number, _)| number)
    }
}

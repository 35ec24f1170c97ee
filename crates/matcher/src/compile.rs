//! From a document to a program.

use std::collections::{BTreeMap, VecDeque};

use auditlint_source::Span;
use auditlint_source::document::DocumentError;
use auditlint_syntax::{KindId, Language, Parser};

use crate::clause::{Clause, ClausePart, RelationalClause, Spanned, StopBy, UtilCall};
use crate::fix::{Fix, FixDocument};
use crate::limits::{MAX_CALLS, MAX_NAMES, MAX_OPS, MAX_TEXTS, MAX_UTILS};
use crate::mistakes::{too_long, too_many_names, undefined};
use crate::op::{Constraint, Op, OpId, OpList, OwnSlots, Stop, Util};
use crate::option::OptionTest;
use crate::program::{Program, Rewriter};
use crate::regexes::LazyRegex;
use crate::transform::{Transform, TransformDocument};
use crate::{MatcherDocument, SharedUtils, kinds, pattern, selector};

/// How many utils may lead from one to the next at one node.
const MAX_CHAIN: usize = 50;

/// A document being compiled.
struct Compiler<'d> {
    program: Program,
    shared: &'d SharedUtils,
    parser: Parser,
    errors: Vec<DocumentError>,
    /// Local utils of the rule (scope 0) and of each shared util in use.
    scopes: Vec<BTreeMap<&'d str, u32>>,
    shared_ids: BTreeMap<&'d str, u32>,
    /// For each util its name and where it is defined, for messages.
    names: Vec<(&'d str, Span)>,
    /// Bodies that are still to be compiled: no recursion from util to util.
    pending: VecDeque<(u32, usize, &'d Clause)>,
    /// Where errors go that lie in a shared util: the place that first uses it.
    blamed: Vec<Option<(&'d str, Span)>>,
    /// For each scope that is a call of a util with arguments: the scope that calls it, the util, and the number of the call.
    calls: Vec<Option<UtilScope<'d>>>,
    /// The util that each of these calls was compiled to, and the number of the call.
    calling: Vec<(u32, usize)>,
    /// Ids of the rewriters that transforms may name.
    rewriters: Vec<&'d str>,
    /// Whether `resolves-to` looks through parentheses: not for the node of the rule itself, or each name in parentheses would be
    /// found twice.
    wrapped: bool,
}

/// The scope of a util that is compiled for one of its calls.
#[derive(Clone, Copy)]
struct UtilScope<'d> {
    caller: usize,
    id: &'d str,
    number: usize,
}

impl Program {
    /// Compiles a document for one language.
    ///
    /// # Errors
    /// Everything in the document that cannot be compiled for this language, each with its place. What is wrong in a
    /// shared util is reported at the place that uses it.
    pub fn compile(
        document: &MatcherDocument,
        language: Language,
        shared: &SharedUtils,
    ) -> Result<Self, Vec<DocumentError>> {
        Compiler::new(language, shared).run(document)
    }
}

impl<'d> Compiler<'d> {
    fn new(language: Language, shared: &'d SharedUtils) -> Self {
        Self {
            program: Program::empty(language),
            shared,
            parser: Parser::default(),
            errors: Vec::new(),
            scopes: Vec::new(),
            shared_ids: BTreeMap::new(),
            names: Vec::new(),
            pending: VecDeque::new(),
            blamed: Vec::new(),
            calls: Vec::new(),
            calling: Vec::new(),
            rewriters: Vec::new(),
            wrapped: false,
        }
    }

    /// Compiles everything.
    fn run(mut self, document: &'d MatcherDocument) -> Result<Program, Vec<DocumentError>> {
        self.check_size(document);
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let scope = self.open_scope(document, None);
        self.program.root = self.clause(&document.rule, scope);
        self.program.constraints = self.constraints(document, scope);
        self.program.fixes = document.fixes.iter().map(|fix| self.fix(fix, scope)).collect();
        self.program.labels.clone_from(&document.labels);
        self.rewriters.extend(document.rewriters.iter().map(|rewriter| rewriter.id.value.as_str()));
        self.transforms(document);
        while let Some((util, scope, body)) = self.pending.pop_front() {
            self.program.utils[util as usize].body = self.clause(body, scope);
        }
        self.note_own_slots();
        if self.program.ops.len() > MAX_OPS {
            let message = format!("the rule has {} tests, the limit is {MAX_OPS}", self.program.ops.len());
            self.errors.push(DocumentError::new(document.span, message).help("split it into several rules"));
        }
        if self.errors.is_empty() {
            self.check_cycles();
        }
        if self.errors.is_empty() {
            self.check_names(document);
        }
        if self.errors.is_empty() {
            self.compile_rewriters(document);
        }
        if self.errors.is_empty() {
            crate::entries::fill(&mut self.program);
            self.program.contexts = crate::context::of(&self.program);
            crate::literals::fill(&mut self.program);
        }
        if self.errors.is_empty() { Ok(self.program) } else { Err(self.errors) }
    }

    /// Holds the sizes of what the document lists against their limits.
    fn check_size(&mut self, document: &MatcherDocument) {
        let spans = |named: &[(Spanned<String>, Clause)]| named.get(MAX_UTILS).map(|(name, _)| name.span);
        let counted = [
            ("utils", MAX_UTILS, spans(&document.utils)),
            ("constraints", MAX_UTILS, spans(&document.constraints)),
            ("transforms", MAX_TEXTS, document.transforms.get(MAX_TEXTS).map(|transform| transform.name.span)),
            ("fixes", MAX_TEXTS, document.fixes.get(MAX_TEXTS).map(|fix| fix.template.span)),
            ("labels", MAX_TEXTS, document.labels.get(MAX_TEXTS).map(|label| label.name.span)),
            ("rewriters", MAX_TEXTS, document.rewriters.get(MAX_TEXTS).map(|rewriter| rewriter.id.span)),
        ];
        for (what, most, span) in counted {
            let error = |span| DocumentError::new(span, format!("a rule can have at most {most} {what}"));
            self.errors.extend(span.map(error));
        }
        let fixes = document.fixes.iter().map(|fix| (fix.template.span, fix.template.value.len()));
        let labels = document.labels.iter().filter_map(|label| Some((label.name.span, label.message.as_ref()?.len())));
        let transforms = document.transforms.iter().map(|transform| (transform.name.span, transform.longest_text()));
        let texts = fixes.chain(labels).chain(transforms);
        self.errors.extend(texts.filter_map(|(span, length)| too_long(span, length)));
    }

    fn open_scope(&mut self, document: &'d MatcherDocument, blamed: Option<(&'d str, Span)>) -> usize {
        let scope = self.scopes.len();
        self.scopes.push(BTreeMap::new());
        self.blamed.push(blamed);
        self.calls.push(None);
        for (name, clause) in &document.utils {
            let util = self.new_util(&name.value, name.span, None);
            self.scopes[scope].insert(&name.value, util);
            self.pending.push_back((util, scope, clause));
        }
        scope
    }

    fn new_util(&mut self, name: &'d str, span: Span, shared: Option<Vec<Constraint>>) -> u32 {
        self.program.utils.push(Util { body: OpId(0), shared, own: None });
        self.names.push((name, span));
        self.program.utils.len() as u32 - 1
    }

    /// Reports an error; one inside a shared util is reported where the util is used, since it stands in another file.
    fn error(&mut self, scope: usize, error: DocumentError) {
        self.errors.push(match self.blamed[scope] {
            None => error,
            Some((id, span)) => {
                DocumentError { span, message: format!("in the shared util `{id}`: {}", error.message), ..error }
            }
        });
    }

    fn constraints(&mut self, document: &'d MatcherDocument, scope: usize) -> Vec<Constraint> {
        let mut constraints = Vec::with_capacity(document.constraints.len());
        for (name, clause) in &document.constraints {
            let slot = self.program.patterns.one(&self.named(&name.value, scope));
            if self.program.patterns.ones.len() > MAX_NAMES {
                self.error(scope, too_many_names(name.span));
                break;
            }
            let outer = std::mem::replace(&mut self.wrapped, true);
            let op = self.clause(clause, scope);
            self.wrapped = outer;
            constraints.push(Constraint { slot, op });
        }
        constraints
    }

    fn push(&mut self, op: Op) -> OpId {
        self.program.ops.push(op);
        OpId(self.program.ops.len() as u32 - 1)
    }

    fn list(&mut self, ops: &[OpId]) -> OpList {
        let start = self.program.lists.len() as u32;
        self.program.lists.extend_from_slice(ops);
        OpList { start, end: self.program.lists.len() as u32 }
    }

    /// Compiles an object: its parts in order, all of which must hold.
    fn clause(&mut self, clause: &'d Clause, scope: usize) -> OpId {
        let ops: Vec<OpId> = clause.parts.iter().map(|part| self.part(part, scope)).collect();
        self.all(&ops)
    }

    fn all(&mut self, ops: &[OpId]) -> OpId {
        match ops {
            [only] => *only,
            several => {
                let ops = self.list(several);
                self.push(Op::All { ops, kinds: None })
            }
        }
    }

    fn part(&mut self, part: &'d ClausePart, scope: usize) -> OpId {
        let op = match part {
            ClausePart::Pattern(pattern) => {
                let language = self.program.language;
                let suffix = self.calls[scope].map(|call| call.number);
                match self.program.patterns.compile(pattern, language, suffix, &mut self.parser) {
                    Ok(pattern) => {
                        if self.blamed[scope].is_none() {
                            self.program.note_names(pattern.root);
                        }
                        Op::Pattern(pattern)
                    }
                    Err(error) => return self.refuse(scope, error),
                }
            }
            ClausePart::Kind(text) => return self.kind(text, scope),
            ClausePart::Regex(text) => match LazyRegex::compile(text) {
                Ok(regex) => {
                    self.program.regexes.push(regex);
                    Op::Regex(self.program.regexes.len() as u32 - 1)
                }
                Err(error) => return self.refuse(scope, error),
            },
            ClausePart::NthChild(nth) => {
                let of = nth.of.as_ref().map(|clause| self.clause(clause, scope));
                Op::NthChild { places: nth.places, reverse: nth.reverse, of }
            }
            ClausePart::Range(range) => Op::Range(*range),
            ClausePart::All(clauses) => {
                let ops: Vec<OpId> = clauses.iter().map(|clause| self.clause(clause, scope)).collect();
                return self.all(&ops);
            }
            ClausePart::Any(clauses) => {
                let ops: Vec<OpId> = clauses.iter().map(|clause| self.clause(clause, scope)).collect();
                Op::Any { ops: self.list(&ops), kinds: None }
            }
            ClausePart::Not(clause) => Op::Not(self.clause(clause, scope)),
            ClausePart::Matches(name) => return self.call(name, scope),
            ClausePart::Call(call) => return self.call_with(call, scope),
            ClausePart::Relational(relation) => return self.relation(relation, scope),
            ClausePart::ResolvesTo(paths) => {
                self.program.paths.push(paths.iter().map(|path| path.value.clone()).collect());
                Op::ResolvesTo { paths: self.program.paths.len() as u32 - 1, wrapped: self.wrapped }
            }
            ClausePart::From(clause) => {
                let outer = std::mem::replace(&mut self.wrapped, true);
                let op = self.clause(clause, scope);
                self.wrapped = outer;
                Op::From(op)
            }
            ClausePart::Reassigned(wanted) => Op::Reassigned(*wanted),
            ClausePart::Exported(wanted) => Op::Exported(*wanted),
            ClausePart::References(count) => Op::References(*count),
            ClausePart::Option(conditions) => {
                self.program.options.push(OptionTest { conditions: conditions.clone(), holds: true });
                Op::Option(self.program.options.len() as u32 - 1)
            }
        };
        self.push(op)
    }

    /// Reports an error and gives an instruction to go on with.
    fn refuse(&mut self, scope: usize, error: DocumentError) -> OpId {
        self.error(scope, error);
        self.push(Op::Kind(KindId(0)))
    }

    fn kind(&mut self, text: &'d Spanned<String>, scope: usize) -> OpId {
        let language = self.program.language;
        if selector::is_name(&text.value) || language.kind(&text.value).is_some() {
            return match kinds::named(language, &text.value, text.span) {
                Ok(kind) => self.push(Op::Kind(kind)),
                Err(error) => self.refuse(scope, error),
            };
        }
        match selector::parse(text) {
            Ok(clause) => self.owned_clause(&clause, scope),
            Err(error) => self.refuse(scope, error),
        }
    }

    /// Compiles what a selector stands for. It names no utils, so nothing of it is kept.
    fn owned_clause(&mut self, clause: &Clause, scope: usize) -> OpId {
        let mut ops = Vec::with_capacity(clause.parts.len());
        for part in &clause.parts {
            let op = match part {
                ClausePart::Kind(name) => match kinds::named(self.program.language, &name.value, name.span) {
                    Ok(kind) => Op::Kind(kind),
                    Err(error) => {
                        ops.push(self.refuse(scope, error));
                        continue;
                    }
                },
                ClausePart::NthChild(nth) => {
                    let of = nth.of.as_ref().map(|clause| self.owned_clause(clause, scope));
                    Op::NthChild { places: nth.places, reverse: nth.reverse, of }
                }
                ClausePart::Any(clauses) => {
                    let inner: Vec<OpId> = clauses.iter().map(|clause| self.owned_clause(clause, scope)).collect();
                    Op::Any { ops: self.list(&inner), kinds: None }
                }
                ClausePart::Not(clause) => Op::Not(self.owned_clause(clause, scope)),
                ClausePart::Relational(relation) => {
                    let op = self.owned_clause(&relation.clause, scope);
                    let stop = if relation.stop_by == StopBy::End { Stop::End } else { Stop::Neighbor };
                    Op::Relational { direction: relation.direction, op, stop, field: None }
                }
                _ => {
                    unreachable!("a selector can only hold kinds, positions and relations")
                }
            };
            let op = self.push(op);
            ops.push(op);
        }
        self.all(&ops)
    }

    fn relation(&mut self, relation: &'d RelationalClause, scope: usize) -> OpId {
        let outer = std::mem::replace(&mut self.wrapped, true);
        let op = self.clause(&relation.clause, scope);
        self.wrapped = outer;
        let stop = match &relation.stop_by {
            StopBy::Neighbor => Stop::Neighbor,
            StopBy::End => Stop::End,
            StopBy::Rule(clause) => Stop::Rule(self.clause(clause, scope)),
        };
        let language = self.program.language;
        let mut field = None;
        if let Some(name) = &relation.field {
            field = language.field(&name.value);
            if field.is_none() {
                let grammar = language.grammar();
                let fields = (1..=grammar.field_count() as u16).filter_map(|id| grammar.field_name_for_id(id));
                let fields: Vec<&str> = fields.collect();
                let what = format!("field of {}", language.name());
                return self.refuse(scope, DocumentError::unknown(name.span, &what, &name.value, &fields));
            }
        }
        self.push(Op::Relational { direction: relation.direction, op, stop, field })
    }

    fn call(&mut self, name: &'d Spanned<String>, scope: usize) -> OpId {
        if let Some(util) = self.scopes[scope].get(name.value.as_str()) {
            let util = *util;
            return self.push(Op::Call(util));
        }
        if let Some(util) = self.shared_ids.get(name.value.as_str()) {
            let util = *util;
            return self.push(Op::Call(util));
        }
        let shared = self.shared;
        let Some((id, document)) = shared.get_entry(&name.value) else {
            if shared.is_open() {
                return self.push(Op::Kind(KindId(0)));
            }
            return self.refuse(scope, self.unknown_util(name, scope));
        };
        if let Some(argument) = document.arguments.first() {
            let message = format!("the util `{id}` needs arguments");
            let help = format!("matches: {{ {id}: {{ {}: … }} }}", argument.value);
            return self.refuse(scope, DocumentError::new(name.span, message).help(help));
        }
        let util = self.new_util(id, name.span, Some(Vec::new()));
        self.shared_ids.insert(id, util);
        let blamed = self.blamed[scope].or(Some((id, name.span))).map(|(_, span)| (id, span));
        let inner = self.open_scope(document, blamed);
        // Compiled later with the body, or a chain of utils would recurse; constraints are few and stand alone.
        self.pending.push_back((util, inner, &document.rule));
        let constraints = self.constraints(document, inner);
        self.program.utils[util as usize].shared = Some(constraints);
        self.push(Op::Call(util))
    }

    fn unknown_util(&self, name: &Spanned<String>, scope: usize) -> DocumentError {
        let ids: Vec<&str> = self.scopes[scope].keys().copied().chain(self.shared.ids()).collect();
        if ids.is_empty() {
            return DocumentError::new(name.span, format!("unknown util `{}`", name.value))
                .help("define it under `utils`, or in a folder of shared utils");
        }
        DocumentError::unknown(name.span, "util", &name.value, &ids)
    }

    /// Compiles a util for the matchers that one call gives it. They see and bind the metavariables of the caller, the rest of the
    /// util has its own.
    fn call_with(&mut self, call: &'d UtilCall, scope: usize) -> OpId {
        let name = &call.name;
        let shared = self.shared;
        let Some((id, document)) = shared.get_entry(&name.value) else {
            if self.scopes[scope].contains_key(name.value.as_str()) {
                let message = format!("the util `{}` takes no arguments: only shared utils do", name.value);
                return self.refuse(scope, DocumentError::new(name.span, message));
            }
            if shared.is_open() {
                for (argument, clause) in &call.arguments {
                    let util = self.new_util(&argument.value, argument.span, None);
                    self.pending.push_back((util, scope, clause));
                }
                return self.push(Op::Kind(KindId(0)));
            }
            return self.refuse(scope, self.unknown_util(name, scope));
        };
        let valid: Vec<&str> = document.arguments.iter().map(|argument| argument.value.as_str()).collect();
        if valid.is_empty() {
            let message = format!("the util `{id}` takes no arguments");
            return self.refuse(scope, DocumentError::new(name.span, message).help(format!("matches: {id}")));
        }
        if let Some((argument, _)) = call.arguments.iter().find(|(argument, _)| !valid.contains(&&*argument.value)) {
            let message = format!("the util `{id}` has no argument `{}`", argument.value);
            let help = format!("valid: {}", valid.join(", "));
            return self.refuse(scope, DocumentError::new(argument.span, message).help(help));
        }
        let is_given = |name: &&str| call.arguments.iter().any(|(argument, _)| argument.value == *name);
        if let Some(missing) = valid.iter().find(|name| !is_given(name)) {
            let message = format!("the util `{id}` needs the argument `{missing}`");
            return self.refuse(scope, DocumentError::new(name.span, message));
        }
        let mut around = self.calls[scope];
        while let Some(outer) = around {
            if outer.id == id {
                let message = format!("the util `{id}` gives arguments to itself");
                return self.refuse(scope, DocumentError::new(name.span, message));
            }
            around = self.calls[outer.caller];
        }
        let number = self.calls.iter().flatten().count();
        if number == MAX_CALLS {
            let message = format!("the rule holds more than {MAX_CALLS} calls of utils with arguments");
            return self.refuse(scope, DocumentError::new(name.span, message));
        }
        let util = self.new_util(id, name.span, Some(Vec::new()));
        let blamed = self.blamed[scope].or(Some((id, name.span))).map(|(_, span)| (id, span));
        let inner = self.open_scope(document, blamed);
        self.calls[inner] = Some(UtilScope { caller: scope, id, number });
        for (argument, clause) in &call.arguments {
            let given = self.new_util(&argument.value, argument.span, None);
            self.scopes[inner].insert(&argument.value, given);
            self.pending.push_back((given, scope, clause));
        }
        self.pending.push_back((util, inner, &document.rule));
        let constraints = self.constraints(document, inner);
        self.program.utils[util as usize] = Util { body: OpId(0), shared: Some(constraints), own: None };
        self.calling.push((util, number));
        self.push(Op::Call(util))
    }

    /// Notes of each call of a util with arguments which metavariables are its own.
    fn note_own_slots(&mut self) {
        for (util, number) in std::mem::take(&mut self.calling) {
            let of_call = |names: &[String]| -> Vec<u16> {
                (0..).zip(names).filter(|(_, name)| pattern::is_own(name, number)).map(|(slot, _)| slot).collect()
            };
            let patterns = &self.program.patterns;
            let own = OwnSlots { ones: of_call(&patterns.ones), lists: of_call(&patterns.lists) };
            self.program.utils[util as usize].own = Some(own);
        }
    }

    /// The name of a metavariable among those of the program: a util with arguments has metavariables of its own for each call.
    fn named(&self, name: &str, scope: usize) -> String {
        pattern::own_name(name, self.calls[scope].map(|call| call.number))
    }

    /// Compiles the rewriters, each as a program of its own that knows the metavariables of the rule.
    fn compile_rewriters(&mut self, document: &'d MatcherDocument) {
        for (index, rewriter) in document.rewriters.iter().enumerate() {
            let id = &rewriter.id;
            if self.rewriters[..index].contains(&id.value.as_str()) {
                self.errors.push(DocumentError::new(id.span, format!("there are two rewriters `{}`", id.value)));
                continue;
            }
            let mut compiler = Compiler::new(self.program.language, self.shared);
            compiler.rewriters.clone_from(&self.rewriters);
            let inherited = &mut compiler.program;
            let slots = |names: &[String], ours: &mut dyn FnMut(&str) -> u16| -> Vec<(u16, u16)> {
                (0..).zip(names).map(|(theirs, name)| (theirs, ours(name))).collect()
            };
            let ones = slots(&self.program.patterns.ones, &mut |name| inherited.patterns.one(name));
            let lists = slots(&self.program.patterns.lists, &mut |name| inherited.patterns.list(name));
            inherited.names = self.program.names.clone();
            // A rewriter may name what the rule makes of its metavariables, and finds nothing there.
            inherited.names.ones.extend(self.program.transforms.iter().map(|transform| transform.name.clone()));
            match compiler.run(&rewriter.document) {
                Ok(program) => self.program.rewriters.push(Rewriter { program, ones, lists }),
                Err(errors) => self.errors.extend(errors),
            }
        }
    }

    /// A util that leads to itself at the same node would never end. Through a relation it moves on to another node,
    /// so that is allowed.
    fn check_cycles(&mut self) {
        let count = self.program.utils.len();
        let callees: Vec<Vec<u32>> = self.program.utils.iter().map(|util| self.callees(util)).collect();
        // 0 not seen, 1 on the path, 2 done.
        let mut state = vec![0_u8; count];
        let mut heights = vec![1_usize; count];
        for start in 0..count as u32 {
            if state[start as usize] != 0 {
                continue;
            }
            let mut path: Vec<(u32, usize)> = vec![(start, 0)];
            state[start as usize] = 1;
            while let Some((util, next)) = path.last_mut() {
                let Some(callee) = callees[*util as usize].get(*next).copied() else {
                    let done = *util as usize;
                    state[done] = 2;
                    let below = callees[done].iter().map(|callee| heights[*callee as usize]).max();
                    heights[done] = below.unwrap_or_default() + 1;
                    if heights[done] > MAX_CHAIN {
                        let (name, span) = self.names[done];
                        let message = format!("the util `{name}` goes through more than {MAX_CHAIN} other utils");
                        self.errors.push(DocumentError::new(span, message));
                        return;
                    }
                    path.pop();
                    continue;
                };
                *next += 1;
                match state[callee as usize] {
                    0 => {
                        state[callee as usize] = 1;
                        path.push((callee, 0));
                    }
                    1 => {
                        let from = path.iter().position(|(util, _)| *util == callee).unwrap_or_default();
                        let mut cycle: Vec<&str> =
                            path[from..].iter().map(|(util, _)| self.names[*util as usize].0).collect();
                        cycle.push(self.names[callee as usize].0);
                        let span = self.names[callee as usize].1;
                        let message = format!("the util `{}` refers to itself: {}", cycle[0], cycle.join(" → "));
                        self.errors.push(
                            DocumentError::new(span, message)
                                .help("a util may only refer to itself through a relation such as `has`"),
                        );
                        return;
                    }
                    _ => {}
                }
            }
        }
    }

    /// Utils that a util asks about the same node (or, in `ofRule`, about its siblings).
    fn callees(&self, util: &Util) -> Vec<u32> {
        let mut callees = Vec::new();
        let mut open = vec![util.body];
        open.extend(util.shared.iter().flatten().map(|constraint| constraint.op));
        while let Some(op) = open.pop() {
            match self.program.ops[op.0 as usize] {
                Op::Call(callee) => callees.push(callee),
                Op::All { ops, .. } | Op::Any { ops, .. } => open.extend_from_slice(self.program.list(ops)),
                Op::Not(op) | Op::From(op) | Op::NthChild { of: Some(op), .. } => open.push(op),
                Op::Pattern(_)
                | Op::Kind(_)
                | Op::Regex(_)
                | Op::NthChild { of: None, .. }
                | Op::Range(_)
                | Op::ResolvesTo { .. }
                | Op::Reassigned(_)
                | Op::Exported(_)
                | Op::References(_)
                | Op::Option(_)
                | Op::Relational { .. } => {}
            }
        }
        callees
    }

    fn fix(&mut self, fix: &'d FixDocument, scope: usize) -> Fix {
        let mut expansion = |relation: &'d Option<RelationalClause>| {
            let op = self.relation(relation.as_ref()?, scope);
            match *self.program.op(op) {
                Op::Relational { op: goal, stop, .. } => Some((op, goal, stop)),
                _ => None,
            }
        };
        let (expand_start, expand_end) = (expansion(&fix.expand_start), expansion(&fix.expand_end));
        Fix { template: fix.template.value.clone(), expand_start, expand_end, title: fix.title.clone() }
    }

    /// Compiles the transforms, each behind the one that it starts from.
    fn transforms(&mut self, document: &'d MatcherDocument) {
        let mut waiting: Vec<_> = document.transforms.iter().collect();
        while !waiting.is_empty() {
            let is_ready = |transform: &TransformDocument| {
                let source = &transform.source.value;
                source.list || !waiting.iter().any(|other| other.name.value == source.name)
            };
            let Some(next) = waiting.iter().position(|transform| is_ready(transform)) else {
                let transform = waiting[0];
                let (name, from) = (&transform.name.value, &transform.source.value.name);
                let message = format!("the transform `{name}` refers to itself through `{from}`");
                self.errors.push(DocumentError::new(transform.name.span, message));
                return;
            };
            match Transform::compile(waiting.remove(next), &self.rewriters) {
                Ok(transform) => self.program.transforms.push(transform),
                Err(error) => self.errors.push(error),
            }
        }
    }

    /// Every metavariable that the document speaks of must be one that a pattern binds.
    fn check_names(&mut self, document: &'d MatcherDocument) {
        let program = &self.program;
        let names = &program.names;
        let mut errors = Vec::new();
        for (name, _) in &document.constraints {
            if names.ones.contains(&name.value) {
                continue;
            }
            errors.push(if names.lists.contains(&name.value) {
                let message = format!("`$$${}` is a list, but only single nodes can have constraints", name.value);
                DocumentError::new(name.span, message)
            } else {
                let valid: Vec<&str> = names.ones.iter().map(String::as_str).collect();
                undefined(name.span, &name.value, &valid)
            });
        }
        let bound: Vec<&str> = names.ones.iter().chain(&names.lists).map(String::as_str).collect();
        for transform in &document.transforms {
            let name = &transform.name;
            if bound.contains(&name.value.as_str()) {
                let message = format!("`{}` is already a metavariable; give the transform another name", name.value);
                errors.push(DocumentError::new(name.span, message));
            }
            if !program.defines(&transform.source.value.name) {
                let valid: Vec<&str> = program.defined_names().collect();
                errors.push(undefined(transform.source.span, &transform.source.value.name, &valid));
            }
        }
        for label in &document.labels {
            if !bound.contains(&label.name.value.as_str()) {
                errors.push(undefined(label.name.span, &label.name.value, &bound));
            }
        }
        for fix in &document.fixes {
            errors.extend(program.check_template(&fix.template.value, fix.template.span));
        }
        self.errors.append(&mut errors);
    }
}

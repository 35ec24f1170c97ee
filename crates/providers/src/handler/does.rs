//! What a function does for a request, as a set of signs.

use serde::{Deserialize, Serialize};

/// A set of signs. Those of functions that a function calls are its own as well, where that is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Does(u16);

impl Does {
    /// It looks at what says who asks: a header, a cookie, a session, a token.
    pub(super) const READS_CREDENTIALS: Self = Self(1);
    /// It says 401 or 403, in numbers or in words.
    pub(super) const DENIES: Self = Self(1 << 1);
    /// It ends the request some other way: it throws, redirects, hands on an error.
    pub(super) const ENDS: Self = Self(1 << 2);
    /// It looks at roles or permissions.
    pub(super) const LOOKS_AT_ROLES: Self = Self(1 << 3);
    /// It looks at the body of the request.
    pub(super) const READS_BODY: Self = Self(1 << 4);
    /// It holds something against a schema, or says that a request is wrong.
    pub(super) const VALIDATES: Self = Self(1 << 5);
    /// It says that there were too many requests.
    pub(super) const LIMITS: Self = Self(1 << 6);
    /// It is given a password, or makes a token: whoever calls it is not logged in yet.
    pub(super) const LOGS_IN: Self = Self(1 << 7);
    /// It says 404.
    pub(super) const SAYS_NOT_FOUND: Self = Self(1 << 8);
    /// It names `next`.
    pub(super) const GOES_ON: Self = Self(1 << 9);
    /// It catches what is thrown.
    pub(super) const CATCHES: Self = Self(1 << 10);
    /// It is `async`, and what it awaits or throws outside of every `try` is lost to whoever does not await it.
    pub(super) const MAY_REJECT: Self = Self(1 << 11);
    /// It is handed what it calls: a wrapper.
    pub(super) const CALLS_A_PARAMETER: Self = Self(1 << 12);

    /// There is a function in it, which it may give to whoever calls it.
    pub(super) const HOLDS_FUNCTION: Self = Self(1 << 13);

    /// It says 405.
    pub(super) const REFUSES: Self = Self(1 << 14);

    /// It lets nobody in whom it does not know.
    pub(super) const AUTH: Self = Self(Self::READS_CREDENTIALS.0 | Self::DENIES.0);

    /// Those that a function has because one has them that it calls.
    const OF_CALLED: Self = Self(
        Self::READS_CREDENTIALS.0
            | Self::DENIES.0
            | Self::ENDS.0
            | Self::LOOKS_AT_ROLES.0
            | Self::READS_BODY.0
            | Self::VALIDATES.0
            | Self::LIMITS.0
            | Self::LOGS_IN.0
            | Self::HOLDS_FUNCTION.0,
    );

    pub(super) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn has_one(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that whoever calls it has too.
    pub(super) fn for_callers(self) -> Self {
        Self(self.0 & Self::OF_CALLED.0)
    }

    /// Those that the function around it has too: all but what is about its own end.
    pub(super) fn for_outer(self) -> Self {
        Self(self.0 & !Self::MAY_REJECT.0)
    }

    /// Whether it lets nobody in whom it does not know.
    pub(super) fn authenticates(self) -> bool {
        self.has(Self::READS_CREDENTIALS) && self.has_one(Self::DENIES.or(Self::ENDS))
    }

    /// Whether it says 401 or 403 to whom it does not know.
    pub(super) fn denies(self) -> bool {
        self.has(Self::READS_CREDENTIALS.or(Self::DENIES))
    }

    /// Whether it lets only some of those in whom it knows.
    pub(super) fn authorizes(self) -> bool {
        self.has(Self::LOOKS_AT_ROLES) && self.has_one(Self::DENIES.or(Self::ENDS))
    }
}

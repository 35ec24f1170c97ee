//! Which names are those of a store that every instance of a service should share.

use auditlint_providers::{identifier_words as words, is_bound_name};

/// Words that make a store of what is named so, wherever they stand in the name.
const ANYWHERE: &[&str] = &[
    "idempotency",
    "idempotent",
    "session",
    "sessions",
    "cache",
    "caches",
    "cached",
    "ratelimit",
    "ratelimits",
    "ratelimiter",
    "throttle",
    "throttled",
    "throttles",
    "nonce",
    "nonces",
    "dedupe",
    "dedup",
    "revoked",
];

/// Those that say only that something was worked out before.
const OF_CACHES: &[&str] = &["cache", "caches", "cached"];

/// Words that do so at the end of the name.
const AT_END: &[&str] = &["store", "token", "tokens", "limiter", "limiters"];

/// Texts of which one stands in every file that holds such a name.
pub(super) const SPELLINGS: &[&str] = &[
    "dempoten",
    "DEMPOTEN",
    "ession",
    "ESSION",
    "ache",
    "ACHE",
    "imit",
    "IMIT",
    "hrottle",
    "HROTTLE",
    "once",
    "ONCE",
    "edup",
    "EDUP",
    "evoked",
    "EVOKED",
    "lacklist",
    "LACKLIST",
    "enylist",
    "ENYLIST",
    "seen",
    "Seen",
    "SEEN",
    "tore",
    "TORE",
    "oken",
    "OKEN",
    "ttempts",
    "TTEMPTS",
    "ate_bucket",
    "ateBucket",
    "ATE_BUCKET",
];

/// Last words that say how the thing is kept, not what it holds.
const SHAPES: &[&str] = &["map", "set", "table", "index", "data", "entries", "records", "memory", "instance", "state"];

/// Last words of things that are about a store, and are not one.
const ABOUT: &[&str] = &[
    "listeners",
    "listener",
    "handlers",
    "handler",
    "subscribers",
    "observers",
    "callbacks",
    "hooks",
    "names",
    "types",
    "kinds",
    "config",
    "configs",
    "options",
    "settings",
    "defaults",
    "labels",
    "providers",
    "factories",
    "adapters",
    "strategies",
    "classes",
    "modules",
    "errors",
    "metrics",
    "stats",
    "headers",
    "timers",
    "locks",
    "locker",
    "version",
    "versions",
    "registry",
    "warnings",
];

/// Whether a binding of that name serves as a store.
pub(super) fn is_store(name: &str) -> bool {
    let mut words = words(name);
    // `tokensByUser` and `token_for_user` are named by what stands before.
    if let Some(at) = words.iter().skip(1).position(|word| matches!(word.as_str(), "by" | "for" | "per" | "of")) {
        words.truncate(at + 1);
    }
    while words.len() > 1 && words.last().is_some_and(|last| SHAPES.contains(&last.as_str())) {
        words.pop();
    }
    let Some(last) = words.last() else { return false };
    let keys_of_cache = matches!(words.as_slice(), [.., cache, keys] if cache.starts_with("cache") && (keys == "keys" || keys == "key"));
    // Who was warned once is no secret between instances.
    let is_noted = matches!(words[0].as_str(), "warned" | "logged" | "reported");
    if ABOUT.contains(&last.as_str()) || keys_of_cache || is_noted {
        return false;
    }
    AT_END.contains(&last.as_str())
        || words.iter().any(|word| ANYWHERE.contains(&word.as_str()))
        || (words.len() > 1 && words.iter().any(|word| word == "seen"))
        || words.windows(2).any(|pair| {
            matches!(
                [pair[0].as_str(), pair[1].as_str()],
                ["rate", "limit" | "limits" | "limiter" | "bucket" | "buckets"]
                    | ["jwt" | "token" | "tokens" | "session", "blacklist" | "denylist"]
                    | ["login" | "failed" | "auth" | "request", "attempts"]
                    // What makes a map stands in the text as well.
                    | ["request" | "requests", "count" | "counts" | "timestamps"]
            )
        })
}

/// Whether a name tells no more than that something is kept to be found faster.
pub(super) fn is_cache(name: &str) -> bool {
    let words = words(name);
    let says = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    says(OF_CACHES)
        && !words.iter().any(|word| ANYWHERE.contains(&word.as_str()) && !OF_CACHES.contains(&word.as_str()))
        && !says(AT_END)
}

/// Whether a name is that of limiters, which may keep what they count elsewhere.
pub(super) fn is_limiter(name: &str) -> bool {
    words(name).iter().any(|word| word.contains("limiter"))
}

/// Whether a name says that requests write to what is named so, even where none does in sight.
pub(super) fn is_of_requests(name: &str) -> bool {
    let words = words(name);
    let of_requests = words.iter().any(|word| {
        matches!(
            word.as_str(),
            "idempotency"
                | "idempotent"
                | "session"
                | "sessions"
                | "ratelimit"
                | "ratelimits"
                | "nonce"
                | "nonces"
                | "revoked"
        )
    }) || words.windows(2).any(|pair| {
        matches!(
            [pair[0].as_str(), pair[1].as_str()],
            ["rate", "limit" | "limits"]
                | ["jwt" | "token", "blacklist" | "denylist"]
                | ["refresh" | "access" | "csrf" | "reset", "token" | "tokens"]
        )
    });
    of_requests && is_store(name)
}

/// Whether a field of a class that is named after a store may be that store: by no word is it something else.
pub(super) fn may_be_store(name: &str) -> bool {
    words(name).last().is_some_and(|last| !ABOUT.contains(&last.as_str()))
}

/// Names that say nothing of what is kept, so that the function which writes has to say it.
const GENERIC: &[&str] = &[
    "entries",
    "map",
    "hits",
    "counts",
    "counters",
    "seen",
    "items",
    "records",
    "values",
    "memory",
    "buckets",
    "requests",
    "keys",
    "results",
    "windows",
    "attempts",
    "data",
    "state",
    "processed",
];

/// Whether a name says only that something is kept. `Map` is the name of a type.
pub(super) fn is_generic(name: &str) -> bool {
    let is_type = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    match words(name).as_slice() {
        [only] => !is_type && GENERIC.contains(&only.as_str()),
        _ => false,
    }
}

/// Whether a name says what kind of thing keeps entries, and not what those are: `bytes_table` of a cache.
pub(super) fn says_container(name: &str) -> bool {
    words(name)
        .last()
        .is_some_and(|last| matches!(last.as_str(), "map" | "table" | "entries" | "store" | "items" | "slots"))
}

/// Last words of what a program knows from its start.
const KNOWN: &[&str] = &[
    "updaters",
    "helpers",
    "operators",
    "components",
    "routes",
    "models",
    "functions",
    "commands",
    "plugins",
    "watchers",
    "columns",
    "fields",
    "schemas",
    "rules",
    "services",
    "instances",
    "repositories",
    "templates",
    "policies",
    "resolvers",
    "formatters",
    "parsers",
    "validators",
    "definitions",
    "extensions",
    "features",
    "tasks",
    "intervals",
    "mappings",
    "aliases",
    "patterns",
    "loaders",
    "processors",
    "controllers",
    "actions",
    "tools",
    "middlewares",
    "imports",
];

/// First words of what notes that something was said, or is on its way.
const PASSING: &[&str] =
    &["warned", "logged", "reported", "pending", "inflight", "running", "active", "executing", "waiting", "open"];

/// Whether a name says neither that what is kept is a store nor that it is something else.
pub(super) fn is_neutral(name: &str) -> bool {
    let words = words(name);
    let is_type = name.starts_with(char::is_uppercase);
    let passes = words.first().is_some_and(|first| PASSING.contains(&first.as_str()));
    let is_constant = name.chars().all(|letter| !letter.is_lowercase());
    let is_known = words.last().is_some_and(|last| KNOWN.contains(&last.as_str()));
    // What is measured is of this very process.
    let is_measure = words.iter().any(|word| matches!(word.as_str(), "metric" | "metrics" | "stats" | "histogram"));
    !is_store(name)
        && !is_known
        && !is_measure
        && may_be_store(name)
        && !is_bound_name(name)
        && !is_type
        && !passes
        && !is_constant
}

/// Whether a name says that the entries of a list wait for something: `pendingEvents`.
pub(super) fn is_waiting(name: &str) -> bool {
    let parts = words(name);
    let waits =
        parts.first().is_some_and(|first| matches!(first.as_str(), "pending" | "waiting" | "queued" | "unsaved"));
    waits && parts.len() > 1 && is_neutral(&parts[1..].join("_"))
}

/// Whether a name is that of entries which wait until something is done with them.
pub(super) fn is_queue(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| matches!(word.as_str(), "queue" | "queues" | "buffer" | "backlog" | "outbox" | "inbox"))
}

/// Whether the name of a type says that it keeps in memory what others keep elsewhere: `InMemoryQueue`, `ReplayStoreMemory`,
/// `MockRedis`.
pub(super) fn says_memory(name: &str) -> bool {
    let words = words(name);
    // `MemoryUsage` is about memory.
    let says = words.iter().any(|word| matches!(word.as_str(), "memory" | "inmemory" | "mock" | "fake"));
    says && words.iter().any(|word| KEEPERS.contains(&word.as_str()))
}

/// What is kept in memory where it should be kept elsewhere.
const KEEPERS: &[&str] = &[
    "store",
    "storage",
    "cache",
    "queue",
    "registry",
    "repository",
    "backend",
    "session",
    "sessions",
    "limiter",
    "broker",
    "database",
    "db",
    "lock",
    "adapter",
    "provider",
    "redis",
];

/// Whether a function of that name draws something at random that nobody can guess.
pub(super) fn draws(function: &str) -> bool {
    const RANDOM: &[&str] = &["random", "uuid", "uuidv4", "nanoid", "cuid", "ulid"];
    let words = words(function);
    let makes_state =
        matches!(words.as_slice(), [make, .., state] if (make == "generate" || make == "create") && state == "state");
    makes_state || words.iter().any(|word| RANDOM.contains(&word.as_str()))
}

/// Whether a function of that name looks after a store: `rateLimit`, `saveSession`, `readCache`.
pub(super) fn keeps_store(function: &str) -> bool {
    let words = words(function);
    words.iter().any(|word| ANYWHERE.contains(&word.as_str()))
        || words
            .windows(2)
            .any(|pair| matches!([pair[0].as_str(), pair[1].as_str()], ["rate", "limit" | "limited" | "limiter"]))
}

/// Whether a function is one for tests by its name: `setCacheForTests`, `mockSessions`, and `__setCache`, as what is exported for them
/// alone is called.
pub(super) fn is_for_tests(function: &str) -> bool {
    const WORDS: [&str; 7] = ["test", "tests", "testing", "mock", "mocks", "stub", "fixture"];
    function.starts_with("__") || words(function).iter().any(|word| WORDS.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use auditlint_providers::{fills, is_of_somebody};

    use super::*;

    #[test]
    fn knows_stores_by_name() {
        for name in [
            "STORE",
            "idempotencyKeys",
            "sessions",
            "sessionMap",
            "tokenCache",
            "refreshTokens",
            "tokensByUser",
            "rateLimits",
            "memoryStore",
            "SESSION_STORE",
            "jwt_blacklist",
            "revokedKeys",
        ] {
            assert!(is_store(name), "{name}");
        }
        for name in [
            "jobs",
            "stores",
            "tokenKinds",
            "cacheListeners",
            "storeListeners",
            "VERBOSE_COLUMNS",
            "parsers",
            "taxRate",
            "sessionTypes",
            "storeName",
            "cacheKeys",
            "warnedTokens",
            "BLACKLIST",
            "seen",
            "by",
            "",
        ] {
            assert!(!is_store(name), "{name}");
        }
    }

    #[test]
    fn knows_functions_that_keep_a_store() {
        assert!(is_generic("entries") && !is_generic("entriesByUser") && !is_generic("jobs"));
        assert!(keeps_store("rateLimit") && keeps_store("saveSession") && !keeps_store("register"));
    }

    #[test]
    fn knows_neutral_names() {
        for name in ["jobs", "partitions", "queryAfter", "keyToUsage", "drafts"] {
            assert!(is_neutral(name), "{name}");
        }
        for name in [
            "sessions",
            "handlers",
            "pendingScans",
            "warnedUsers",
            "KINDS",
            "Registry",
            "sockets",
            "models",
            "metricsByMethod",
        ] {
            assert!(!is_neutral(name), "{name}");
        }
        assert!(fills("registerHandler") && !fills("enqueue"));
        assert!(fills("on") && fills("onModuleInit") && !fills("onChange"));
        assert!(is_of_somebody("userId") && is_of_somebody("request.ip") && !is_of_somebody("name"));
        assert!(says_memory("InMemoryQueue") && says_memory("ReplayStoreMemory") && !says_memory("MemoryUsage"));
    }

    #[test]
    fn every_store_name_holds_a_literal() {
        for word in ANYWHERE.iter().chain(AT_END) {
            for word in [word.to_string(), word.to_uppercase()] {
                assert!(SPELLINGS.iter().any(|spelling| word.contains(spelling)), "{word}");
            }
        }
        for name in
            ["lastSeenUsers", "SEEN_KEYS", "seen_keys", "rateLimit", "rate_limits", "RATE_LIMITER", "rateBucket"]
        {
            assert!(SPELLINGS.iter().any(|spelling| name.contains(spelling)), "{name}");
        }
    }
}

//! How often people ask, whom that is too often for, and letting them ask again.

use instainstru_domain::ports::rate_limiter::{LimitKey, LimitedKey, LimiterStats};
use instainstru_http::{ApiError, Read, error::ErrorCode};
use serde::Serialize;

use super::wanted;
use crate::{flash::Tone, form::Form, guards::Admin, visit::PageResult, words};

const HERE: &str = "/admin/limits";
/// Keys on the page.
const SHOWN: usize = 50;

#[derive(Debug, Default, Serialize)]
pub(crate) struct LimitsPage {
    /// Whether requests are counted at all.
    pub(crate) is_on: bool,
    /// Keys with requests that still count.
    pub(crate) keys: u64,
    /// Verdicts that this server reached alone, because the shared counts were not available.
    pub(crate) alone: u64,
    /// How many keys there are under each limit.
    pub(crate) limits: Vec<LimitRow>,
    /// Those with most requests, the most first.
    pub(crate) top: Vec<KeyRow>,
}

/// A limit and how many keys are counted under it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LimitRow {
    pub(crate) name: String,
    pub(crate) keys: u64,
}

/// Somebody whose requests are counted.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct KeyRow {
    pub(crate) limit: String,
    /// An address, an account, or a digest of one.
    pub(crate) who: String,
    pub(crate) requests: u32,
    /// Seconds until none of them counts.
    pub(crate) seconds: u32,
}

/// `GET /admin/limits`.
pub(in crate::pages) async fn list(Admin { visit, .. }: Admin, read: Read) -> PageResult {
    let page = match &read.app().edge.limiter {
        Some(limiter) => LimitsPage::new(limiter.stats(SHOWN).await),
        None => LimitsPage::default(),
    };
    visit.page("pages/admin/limits.html", &page)
}

/// `POST /admin/limits`: forgets what was counted for `who`.
pub(in crate::pages) async fn forget(Admin { visit, user }: Admin, read: Read, form: Form) -> PageResult {
    let Some(who) = wanted(form.text("who")) else {
        return visit.go_saying(HERE, Tone::Error, "Say whose requests are to be forgotten.".to_owned());
    };
    let Some(limiter) = &read.app().edge.limiter else {
        return Err(ApiError::new(ErrorCode::NotFound, "Requests are not counted"));
    };
    let keys = limiter.reset(&who).await;
    tracing::info!(user.id = %user.id, keys, "an administrator had counted requests forgotten");
    let tone = if keys > 0 { Tone::Success } else { Tone::Error };
    visit.go_saying(
        HERE,
        tone,
        format!("What was counted under {} for {who} is forgotten.", words::count(keys, "key")),
    )
}

impl LimitsPage {
    fn new(stats: LimiterStats) -> Self {
        Self {
            is_on: true,
            keys: stats.total_keys,
            alone: stats.fallbacks,
            limits: stats.by_window.into_iter().map(|(name, keys)| LimitRow { name, keys }).collect(),
            top: stats.top.iter().map(KeyRow::new).collect(),
        }
    }
}

impl KeyRow {
    fn new(counted: &LimitedKey) -> Self {
        let limit = LimitKey::window_of(&counted.key);
        let who = counted.key.strip_prefix(LimitKey::PREFIX).and_then(|rest| rest.split_once(':'));
        Self {
            limit: limit.to_owned(),
            who: who.map_or_else(|| counted.key.clone(), |(_limit, who)| who.to_owned()),
            requests: counted.requests,
            seconds: counted.ttl_seconds,
        }
    }
}

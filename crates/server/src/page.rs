//! Lists a page at a time. A cursor is opaque: the last thing of the page before, signed, so that it is good for nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::problem::Problem;

/// How many things a page has when nobody says.
const LIMIT: usize = 50;
/// How many a page has at most.
pub(crate) const LIMIT_MAX: usize = 500;
/// What cursors are signed for.
const PURPOSE: &str = "cursor";
/// Characters of a signature that a cursor carries.
const SIGNATURE_CHARACTERS: usize = 22;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// `next_cursor` of the page before; the first page without it.
    pub cursor: Option<String>,
    /// How many things the page has at most.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<usize>,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The things of this page.
    pub items: Vec<T>,
    /// Names the next page; none when this is the last.
    pub next_cursor: Option<String>,
}

/// A page that is asked for.
pub(crate) struct Turn {
    /// The last thing of the page before.
    pub(crate) after: Option<String>,
    /// How many things.
    pub(crate) limit: usize,
}

impl Turn {
    /// What was asked for; `list` names the list, as a cursor of one is no cursor of another.
    pub(crate) fn of(app: &App, list: &str, cursor: Option<&str>, limit: Option<usize>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(LIMIT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Problem::invalid(format!("`limit` is from 1 to {LIMIT_MAX}")));
        }
        let after =
            cursor.map(|cursor| read(app, list, cursor).ok_or_else(|| Problem::not_found("page"))).transpose()?;
        Ok(Self { after, limit })
    }

    /// The page out of everything that matches, in order of `key`; `items` begins anywhere before the page.
    pub(crate) fn page<I, T>(
        &self,
        app: &App,
        list: &str,
        items: impl Iterator<Item = I>,
        key: impl Fn(&I) -> String,
        show: impl Fn(I) -> T,
    ) -> Page<T> {
        let mut page = Page { items: Vec::new(), next_cursor: None };
        let mut last = String::new();
        let rest = items.skip_while(|item| self.after.as_ref().is_some_and(|after| key(item) <= *after));
        for item in rest {
            if page.items.len() == self.limit {
                page.next_cursor = Some(write(app, list, &last));
                break;
            }
            last = key(&item);
            page.items.push(show(item));
        }
        page
    }

    /// A page of what was asked for one more than the limit of, the newest first.
    pub(crate) fn page_of<I, T>(
        &self,
        app: &App,
        list: &str,
        mut items: Vec<I>,
        key: impl Fn(&I) -> String,
        show: impl Fn(I) -> T,
    ) -> Page<T> {
        let has_more = items.len() > self.limit;
        items.truncate(self.limit);
        let next_cursor = items.last().filter(|_| has_more).map(|last| write(app, list, &key(last)));
        Page { items: items.into_iter().map(show).collect(), next_cursor }
    }
}

fn write(app: &App, list: &str, last: &str) -> String {
    format!("{}{}", signature(app, list, last), URL_SAFE_NO_PAD.encode(last))
}

fn read(app: &App, list: &str, cursor: &str) -> Option<String> {
    let (signed, last) = cursor.split_at_checked(SIGNATURE_CHARACTERS)?;
    let last = String::from_utf8(URL_SAFE_NO_PAD.decode(last).ok()?).ok()?;
    crate::secrets::is_same(signed, &signature(app, list, &last)).then_some(last)
}

fn signature(app: &App, list: &str, last: &str) -> String {
    app.secrets.sign(PURPOSE, &format!("{list}\n{last}")).chars().take(SIGNATURE_CHARACTERS).collect()
}

//! What every page of the project shares: the shell, its components, texts in
//! two languages, forms of dates and sums, problem details, security headers
//! and the stylesheet. It knows HTTP and HTML and no rule of any domain.
//!
//! A page of an app is a struct with a field `page: Page` and a template
//! beside it. The app's `askama.toml` names its own folder and this one:
//!
//! ```toml
//! [general]
//! dirs = ["src/pages", "../../adapters/web/templates"]
//! ```
//!
//! ```html
//! {% extends "staff.html" %}
//! {% import "components.html" as ui %}
//! {% block content %}
//! <div class="page-head"><h1>{{ page.text("engagement-title") }}</h1></div>
//! {{ ui::badge(page, status) }}
//! {% endblock %}
//! ```
//!
//! ```text
//! #[derive(askama::Template)]
//! #[template(path = "engagement.html")]
//! struct EngagementPage { page: Page, status: Status }
//!
//! async fn engagement(State(app): State<App>, locale: Locale, uri: OriginalUri) -> Response {
//!     let page = app.site.page(locale, &uri.0, "engagement-title", app.clock.now());
//!     let view = EngagementPage { page, status: Status::Partial };
//!     view.page.show(&view)
//! }
//! ```
//!
//! `tests/example_page.rs` is the whole of it, compiled and run.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod assets;
mod components;
mod error_page;
mod form;
pub mod format;
mod icons;
mod locale;
mod messages;
mod page;
mod problem;
mod security;
mod status;

pub use assets::{Asset, asset_path};
pub use components::{Crumb, Fact, FieldError, PageNumbers, Tab, TextField, TurnFact};
pub use error_page::{ErrorPage, KeptText};
pub use form::Form;
pub use format::{Deadline, TimeTag};
pub use icons::{ICON_NAMES, icons_used};
pub use locale::Locale;
pub use messages::{
    Count, MessageFault, MessageSource, Messages, MessagesError, Text, compare_messages, keys_of_template,
};
pub use page::{Bilingual, Menu, MenuGroup, MenuLink, Notice, Page, SignedIn, Site, WorldLabel};
pub use problem::Problem;
pub use security::{FormTarget, customer_shell, shell};
pub use status::{Status, Tone};
pub use sumun_problem::Words;

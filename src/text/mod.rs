//! Text: HTML to plain text, sanitising, folding, words, shortening.
//!
//! Everything here is total: any string in, some string out, in time linear in the input.

mod anchors;
mod attributes;
#[cfg(test)]
mod by_html5ever;
mod flow;
mod fold;
mod html;
mod line;
mod links;
mod markup;
mod page;
mod plain;
mod reference;

pub(crate) use anchors::{Anchor, anchors_of_page};
pub use fold::{fold, fold_title, words};
pub use html::sanitise_html;
pub use line::{clean_line, clean_text, count_words, shorten};
pub(crate) use links::{base_of_html, links_in_html};
pub(crate) use page::links_of_page;
pub use plain::html_to_text;
pub(crate) use reference::named_entity;

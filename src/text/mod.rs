//! Text: HTML to plain text, sanitising, folding, words, shortening.
//!
//! Everything here is total: any string in, some string out, in time linear in the input.

mod fold;
mod html;
mod line;

pub use fold::{fold, fold_title, words};
pub(crate) use html::base_of_html;
pub use html::{html_to_text, sanitise_html};
pub use line::{clean_line, clean_text, count_words, shorten};

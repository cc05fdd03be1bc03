//! Files and pictures.

use url::Url;

use super::links::{absolute, atom_links, relation_of, resolve};
use super::read_episode::duration;
use super::read_item::Context;
use super::tree::{Node, Tree};
use super::vocabulary::Vocabulary::{Atom, Media as MediaRss, Native, Podcast};
use crate::model::{Media, Warning, WarningKind};
use crate::text::clean_line;

/// The files of an entry under way, the same address once.
struct Files<'a> {
    found: Vec<Media>,
    base: &'a Url,
    most: usize,
    left_out: bool,
}

impl Files<'_> {
    /// Adds the file a node names, with what its attributes say.
    fn add(
        &mut self,
        address: Option<&str>,
        node: &Node<'_>,
        bytes: &str,
        warnings: &mut Vec<Warning>,
    ) -> Option<&mut Media> {
        if self.found.len() >= self.most {
            self.left_out = true;
            return None;
        }
        let url = resolve(address?, node.base_or(self.base), warnings)?;
        let mut media = Media::new(url);
        let line = |name: &str| node.attribute(name).map(clean_line);
        media.mime_type = line("type").map(|kind| kind.to_ascii_lowercase());
        media.bytes = node
            .attribute(bytes)
            .and_then(|text| text.parse().ok())
            // 0 and 1 are written where the size is not known.
            .filter(|bytes| *bytes > 1);
        media.duration_seconds = node.attribute("duration").and_then(duration);
        media.title = line("title");
        media.language = line("lang").or_else(|| line("hreflang")).or_else(|| line("xml:lang"));
        media.medium = line("medium").map(|medium| medium.to_ascii_lowercase());
        let pixels = |name: &str| {
            node.attribute(name)
                .and_then(|text| text.parse().ok())
                .filter(|size| *size > 0)
        };
        (media.width, media.height) = (pixels("width"), pixels("height"));
        let place = match self.found.iter().position(|known| known.url == media.url) {
            Some(place) => {
                if let Some(known) = self.found.get_mut(place) {
                    join(known, media);
                }
                place
            }
            None => {
                self.found.push(media);
                self.found.len() - 1
            }
        };
        self.found.get_mut(place)
    }
}

/// Fills what the first mention of a file left open.
pub(super) fn join(known: &mut Media, other: Media) {
    known.mime_type = known.mime_type.take().or(other.mime_type);
    known.bytes = known.bytes.or(other.bytes);
    known.duration_seconds = known.duration_seconds.or(other.duration_seconds);
    known.title = known.title.take().or(other.title);
    known.language = known.language.take().or(other.language);
    known.medium = known.medium.take().or(other.medium);
    known.width = known.width.or(other.width);
    known.height = known.height.or(other.height);
}

/// `<enclosure>`, Atom enclosure links and content elsewhere, `media:content`, `podcast:alternateEnclosure`.
pub(super) fn media(tree: &Tree<'_>, base: &Url, context: &Context<'_>, warnings: &mut Vec<Warning>) -> Vec<Media> {
    let mut files = Files {
        found: Vec::new(),
        base,
        most: context.limits.max_media_per_entry,
        left_out: false,
    };
    for (index, node) in tree.children(0).filter(|(_, node)| node.is(Native, "enclosure")) {
        let address = node.attribute("url").or_else(|| node.attribute("href"));
        // Media RSS also stands inside it.
        let title = tree.child_line(index, "title");
        if let Some(media) = files.add(address, node, "length", warnings) {
            media.title = media.title.take().or(title);
        }
    }
    for node in atom_links(tree, context.atom).filter(|node| relation_of(node).eq_ignore_ascii_case("enclosure")) {
        files.add(node.attribute("href"), node, "length", warnings);
    }
    // Content that stands elsewhere (RFC 4287, 4.1.3.2), unless it is a page.
    for node in tree
        .fields()
        .filter(|node| node.name == "content" && matches!(node.vocabulary, Native | Atom))
    {
        let is_page = node.attribute("type").is_none_or(|kind| kind.contains("html"));
        if !is_page {
            files.add(node.attribute("src"), node, "length", warnings);
        }
    }
    if tree.has(MediaRss) {
        for (index, node) in tree.all(MediaRss, "content") {
            let title = tree.child_line(index, "title").or_else(|| {
                // What a group says holds for each of its contents.
                let group = tree
                    .nodes
                    .get(node.parent)
                    .filter(|parent| parent.is(MediaRss, "group"));
                group.and_then(|_| tree.child_line(node.parent, "title"))
            });
            if let Some(media) = files.add(node.attribute("url"), node, "filesize", warnings) {
                media.title = media.title.take().or(title);
            }
        }
    }
    for (index, node) in tree.all(Podcast, "alternateenclosure") {
        let sources = tree.children(index).filter(|(_, child)| child.name == "source");
        for (_, source) in sources {
            if let Some(media) = files.add(source.attribute("uri"), node, "length", warnings)
                && let Some(kind) = source.attribute("contenttype")
            {
                media.mime_type = Some(clean_line(kind).to_ascii_lowercase());
            }
        }
    }
    if files.left_out {
        warnings.push(Warning::new(
            WarningKind::Limit,
            format!("media beyond {} were left out", context.limits.max_media_per_entry),
        ));
    }
    files.found
}

/// `media:thumbnail`, RSS `<image>` inside an item, else a picture among the `media:content`.
pub(super) fn image(tree: &Tree<'_>, base: &Url, warnings: &mut Vec<Warning>) -> Option<Url> {
    let mut thumbnails = tree.all(MediaRss, "thumbnail");
    if let Some(url) = thumbnails.find_map(|(_, node)| {
        let text = node.attribute("url").map_or_else(|| node.plain(), str::to_owned);
        resolve(&text, node.base_or(base), warnings)
    }) {
        return Some(url);
    }
    let Some((index, node)) = tree.children(0).find(|(_, node)| node.is(Native, "image")) else {
        return picture(tree, base);
    };
    let text = tree
        .children(index)
        .find(|(_, child)| child.name == "url")
        .map(|(_, child)| child.plain())
        .or_else(|| node.attribute("href").map(str::to_owned))
        .unwrap_or_else(|| node.plain());
    resolve(&text, node.base_or(base), warnings).or_else(|| picture(tree, base))
}

/// The first `media:content` that is a picture.
pub(super) fn picture(tree: &Tree<'_>, base: &Url) -> Option<Url> {
    tree.all(MediaRss, "content")
        .filter(|(_, node)| {
            let is = |name: &str, head: &str| node.attribute(name).is_some_and(|value| value.starts_with(head));
            is("medium", "image") || is("type", "image/")
        })
        .find_map(|(_, node)| absolute(node.attribute("url")?, node.base_or(base)))
}

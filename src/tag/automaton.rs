//! All terms of a taxonomy in one automaton: one pass over a text, the longest term wins.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::taxonomy::{SpecialtyEntry, Strength, Taxonomy, Term};
use super::words::Words;
use crate::error::{Error, Result};

/// What a term says when it is found.
#[derive(Debug)]
pub(super) struct Meaning {
    /// The number of the specialty in the taxonomy.
    pub(super) specialty: usize,
    /// The number of the term within the whole vocabulary: plurals share it.
    pub(super) term: usize,
    /// The number of the term's text: the same words under several specialties share it.
    pub(super) feature: usize,
    pub(super) strength: Strength,
    /// The words as they must be written, where case matters.
    written: Option<Vec<String>>,
    /// Folded words (or beginnings, with `*`) of which one must stand in the item.
    pub(super) near: Vec<String>,
}

/// One place in a text where terms were found.
#[derive(Debug)]
pub(super) struct Hit<'vocabulary> {
    /// The number of the first word.
    pub(super) word: usize,
    pub(super) meanings: &'vocabulary [Meaning],
    /// It names somebody's post or employer ("professor of surgery"), which says little about the text.
    pub(super) affiliation: bool,
}

/// The terms of a taxonomy, ready to be found.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Missing only where there are no terms.
    automaton: Option<AhoCorasick>,
    /// By pattern; empty for a phrase that only hides what is inside it.
    meanings: Vec<Vec<Meaning>>,
    /// The terms as the taxonomy writes them.
    terms: Vec<String>,
    /// The features' texts: terms in lower case, each once.
    features: Vec<String>,
    /// Journal names, joined, to the specialties they belong to.
    journals: HashMap<String, Vec<usize>>,
    /// By specialty: what its score is multiplied by.
    weights: Vec<f64>,
}

/// Words that take the meaning from a term which directly follows them.
pub(super) const NEGATIONS: [&str; 11] = [
    " non ",
    " without ",
    " unrelated  to ",
    " not  related  to ",
    " other  than ",
    " excluding ",
    " nothing  to  do  with ",
    " no  history  of ",
    " not  about ",
    " free  of ",
    " not  due  to ",
];

/// Words after which a field names a post or an employer.
const AFFILIATIONS: [&str; 10] = [
    " professor  of ",
    " professor  in ",
    " department  of ",
    " school  of ",
    " college  of ",
    " division  of ",
    " chair  of ",
    " faculty  of ",
    " director  of ",
    " journal  of ",
];

impl Vocabulary {
    pub(super) fn new(taxonomy: &Taxonomy) -> Result<Self> {
        let mut patterns: Vec<String> = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut meanings: Vec<Vec<Meaning>> = Vec::new();
        let mut terms = Vec::new();
        let mut features: Vec<String> = Vec::new();
        let mut feature_numbers: HashMap<String, usize> = HashMap::new();
        let mut journals: HashMap<String, Vec<usize>> = HashMap::new();
        let mut number_of = |pattern: String, meanings: &mut Vec<Vec<Meaning>>| {
            *numbers.entry(pattern).or_insert_with_key(|pattern| {
                patterns.push(pattern.clone());
                meanings.push(Vec::new());
                meanings.len() - 1
            })
        };
        for (specialty, entry) in taxonomy.entries().iter().enumerate() {
            // What is said of a part is said of the whole: a child's terms are its parent's too.
            let parent = entry.parent.as_ref().and_then(|parent| taxonomy.number(parent));
            let own_name = own_name(entry);
            for term in entry.terms.iter().chain(&own_name) {
                let written = term.case_sensitive.then(|| written_words(&term.text));
                let feature = *feature_numbers
                    .entry(term.text.to_lowercase())
                    .or_insert_with_key(|text| {
                        features.push(text.clone());
                        features.len() - 1
                    });
                for pattern in forms(&term.text) {
                    let number = number_of(pattern, &mut meanings);
                    if let Some(list) = meanings.get_mut(number) {
                        list.extend(std::iter::once(specialty).chain(parent).map(|specialty| Meaning {
                            specialty,
                            term: terms.len(),
                            feature,
                            strength: term.strength,
                            written: written.clone(),
                            near: term.near.iter().map(|near| folded_near(near)).collect(),
                        }));
                    }
                }
                terms.push(term.text.clone());
            }
            for phrase in &entry.not {
                for pattern in forms(phrase) {
                    number_of(pattern, &mut meanings);
                }
            }
            for journal in &entry.journals {
                journals.entry(Words::new(journal).joined).or_default().push(specialty);
            }
        }
        // The contiguous automaton: nearly as fast as a full table, at a tenth of its memory.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .map_err(|error| Error::invalid("the taxonomy has too many terms").with_source(error))?;
        let weights = taxonomy.entries().iter().map(|entry| entry.weight).collect();
        Ok(Self {
            automaton: Some(automaton),
            meanings,
            terms,
            features,
            journals,
            weights,
        })
    }

    /// The term as the taxonomy writes it.
    pub(super) fn term(&self, number: usize) -> &str {
        self.terms.get(number).map_or("", String::as_str)
    }

    /// The text of a feature: a term in lower case.
    pub(super) fn feature(&self, number: usize) -> &str {
        self.features.get(number).map_or("", String::as_str)
    }

    /// The texts that fitted weights are listed by, in the order of their numbers.
    pub(super) fn features(&self) -> &[String] {
        &self.features
    }

    pub(super) fn weight(&self, specialty: usize) -> f64 {
        self.weights.get(specialty).copied().unwrap_or(1.0)
    }

    /// The specialties of a journal that is known by its whole name.
    pub(super) fn journal(&self, name: &Words<'_>) -> &[usize] {
        let name = name.joined.strip_prefix(" the ").unwrap_or(&name.joined);
        self.journals.get(name).map_or(&[], Vec::as_slice)
    }

    /// The terms in a text, from left to right, without those that are negated. Case and `near` are the caller's to
    /// check: see [`Meaning::is_written_in`].
    pub(super) fn hits<'vocabulary>(&'vocabulary self, words: &Words<'_>) -> Vec<Hit<'vocabulary>> {
        let mut hits = Vec::new();
        for found in self
            .automaton
            .iter()
            .flat_map(|automaton| automaton.find_iter(&words.joined))
        {
            let Some(meanings) = self.meanings.get(found.pattern().as_usize()) else {
                continue;
            };
            if meanings.is_empty() {
                continue;
            }
            let word = words.at(found.start());
            let before = words.joined.get(..found.start()).unwrap_or_default();
            if NEGATIONS.iter().any(|negation| before.ends_with(negation)) {
                continue;
            }
            let affiliation = AFFILIATIONS.iter().any(|post| before.ends_with(post));
            hits.push(Hit {
                word,
                meanings,
                affiliation,
            });
        }
        hits
    }
}

impl Meaning {
    /// Whether the words from `word` on are written as the term demands; a plural "s" may follow. In a text all in
    /// capitals, short abbreviations are not believed.
    pub(super) fn is_written_in(&self, words: &Words<'_>, word: usize, all_capitals: bool) -> bool {
        self.written
            .as_ref()
            .is_none_or(|demanded| is_written_as(demanded, words, word, all_capitals))
    }
}

/// Whether the words from `word` on are these, letter for letter: see [`Meaning::is_written_in`].
pub(super) fn is_written_as(demanded: &[String], words: &Words<'_>, word: usize, all_capitals: bool) -> bool {
    if all_capitals && demanded.iter().map(String::len).sum::<usize>() < 4 {
        return false;
    }
    demanded.iter().enumerate().all(|(index, demanded)| {
        let written = words.written(word + index);
        written == demanded || written.strip_suffix('s') == Some(demanded)
    })
}

/// The words of a term as they must be written, for those where case matters.
pub(super) fn written_words(term: &str) -> Vec<String> {
    let words = Words::new(term);
    (0..words.len()).map(|index| words.written(index).to_owned()).collect()
}

/// A specialty is found by its name, whether or not its lists have it.
fn own_name(entry: &SpecialtyEntry) -> Option<Term> {
    let is_known = entry
        .terms
        .iter()
        .any(|term| term.text.eq_ignore_ascii_case(&entry.label));
    (!entry.outside && !is_known).then(|| Term {
        text: entry.label.to_lowercase(),
        strength: Strength::Strong,
        case_sensitive: false,
        near: Vec::new(),
    })
}

/// The patterns of a term: itself and its plural, joined the way texts are.
pub(super) fn forms(term: &str) -> Vec<String> {
    let (open_start, open_end) = (term.starts_with('*'), term.ends_with('*'));
    let joined = Words::new(term).joined;
    if joined.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![joined];
    if !open_end {
        let plurals: Vec<String> = forms
            .iter()
            .flat_map(|form| plural(form.trim_end()))
            .map(|form| form + " ")
            .collect();
        forms.extend(plurals);
    }
    for form in &mut forms {
        if open_start {
            form.remove(0);
        }
        if open_end {
            form.pop();
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// The plural of the last word, by rule; nothing for what is no word or too short to have one.
fn plural(form: &str) -> Option<String> {
    let last = form.rsplit(' ').next().unwrap_or_default();
    if last.len() < 2
        || !last.bytes().all(|byte| byte.is_ascii_alphanumeric())
        || last.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    if let Some(stem) = form.strip_suffix("is").filter(|_| last.len() > 4) {
        return Some(format!("{stem}es"));
    }
    if let Some(stem) = form
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u', ' ']))
    {
        return Some(format!("{stem}ies"));
    }
    let needs_e = ["s", "x", "z", "ch", "sh"].iter().any(|ending| form.ends_with(ending));
    Some(format!("{form}{}", if needs_e { "es" } else { "s" }))
}

pub(super) fn folded_near(near: &str) -> String {
    let joined = Words::new(near).joined;
    if near.ends_with('*') {
        joined.trim_end().to_owned()
    } else {
        joined
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn plurals_by_rule() {
        for (one, many) in [
            ("artery", "arteries"),
            ("diagnosis", "diagnoses"),
            ("virus", "viruses"),
            ("heart attack", "heart attacks"),
            ("rash", "rashes"),
            ("x ray", "x rays"),
            ("EHR", "EHRs"),
        ] {
            let many = Words::new(many).joined;
            assert!(forms(one).contains(&many), "{one}");
        }
        assert_eq!(forms("covid 19"), [" covid  19 "]);
        assert_eq!(forms("*statin").first().map(String::as_str), Some("statin "));
        assert_eq!(forms("carcinogen*"), [" carcinogen"]);
        assert!(forms("—").is_empty());
    }

    #[test]
    fn the_longest_term_wins_and_negated_ones_go() {
        let taxonomy = Taxonomy::from_toml(
            "version = 1\n[[specialty]]\ncode = \"cardiology\"\nlabel = \"C\"\nstrong = [\"sinus rhythm\", \"cardiac\"]\n\
             [[specialty]]\ncode = \"otolaryngology\"\nlabel = \"O\"\nstrong = [\"sinus\"]\nnot = [\"coronary sinus\"]",
        )
        .unwrap();
        let vocabulary = Vocabulary::new(&taxonomy).unwrap();
        let found = |text: &str| {
            let words = Words::new(text);
            let hits = vocabulary.hits(&words);
            hits.iter()
                .flat_map(|hit| hit.meanings)
                .map(|meaning| vocabulary.term(meaning.term).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found("Sinus rhythm, sinuses; the coronary sinus; sinusoidal"),
            ["sinus rhythm", "sinus"]
        );
        assert_eq!(found("non-cardiac, not related to cardiac, cardiac"), ["cardiac"]);
    }
}

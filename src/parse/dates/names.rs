//! The names of months, weekdays and seasons, and the words that say nothing, folded as [`super::lex::fold`] does.
//!
//! A word of three letters or more is a name when a name begins with it, so that abbreviations need no rows of their
//! own. Where beginnings of several languages mean different months (`jui`, `cer`) the word means none, but for the short
//! forms listed. A word that can be a month and a weekday (`mar`) is left to its place in the date.
//!
//! Croatian is not covered: its `listopad` is October, the Polish and Czech one November.

/// What a word can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    Month(i32),
    /// A weekday in one language, a month in another: `mar`, `paz`.
    Either(i32),
    Weekday,
    /// A part of the year longer than a month.
    Season,
    /// `de`, `um`, `Uhr`, `available online`.
    Filler,
    Unknown,
}

/// The fewest letters of an abbreviation by its beginning.
const SHORTEST: usize = 3;

/// What this folded word can be.
pub(super) fn name(word: &str) -> Name {
    match (month(word), is_weekday(word)) {
        (Some(month), false) => Name::Month(month),
        (Some(month), true) => Name::Either(month),
        (None, true) => Name::Weekday,
        _ if SEASONS.contains(&word) => Name::Season,
        _ if FILLERS.contains(&word) || JOINERS.contains(&word) => Name::Filler,
        _ => Name::Unknown,
    }
}

/// A folded word, with what is asked of it for each of the hundreds of names told once.
struct Sought<'a> {
    word: &'a str,
    first: Option<u8>,
    is_long_enough: bool,
}

impl<'a> Sought<'a> {
    fn new(word: &'a str) -> Self {
        Self {
            word,
            first: word.bytes().next(),
            is_long_enough: word.chars().nth(SHORTEST - 1).is_some(),
        }
    }

    /// Whether a name begins with the word, or is it.
    fn begins(&self, name: &str) -> bool {
        // The first byte settles most names.
        name.bytes().next() == self.first
            && name.starts_with(self.word)
            && (self.is_long_enough || name.len() == self.word.len())
    }
}

fn month(word: &str) -> Option<i32> {
    let listed = SHORT_MONTHS.iter().find(|(short, _)| *short == word);
    if let Some((_, month)) = listed {
        return Some(*month);
    }
    let sought = Sought::new(word);
    let mut found: Option<i32> = None;
    for names in MONTHS {
        for (name, number) in names.iter().zip(1..).filter(|(name, _)| sought.begins(name)) {
            if name.len() == word.len() {
                return Some(number);
            }
            // Beginnings of different months mean none.
            found = Some(if found.is_none_or(|other| other == number) {
                number
            } else {
                0
            });
        }
    }
    found.filter(|month| *month != 0)
}

fn is_weekday(word: &str) -> bool {
    let sought = Sought::new(word);
    WEEKDAYS
        .iter()
        .flat_map(|names| names.iter())
        .any(|name| sought.begins(name))
}

/// Short forms that begin no full name, or those of several months.
const SHORT_MONTHS: &[(&str, i32)] = &[("mar", 3), ("mrt", 3), ("mrz", 3), ("jly", 7), ("setiembre", 9)];

/// The months in full, by language.
#[rustfmt::skip]
pub(super) const MONTHS: &[[&str; 12]] = &[
    // English
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
    // German
    ["januar", "februar", "marz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"],
    // Austrian, and without umlaut
    ["janner", "feber", "maerz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"],
    // French
    ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"],
    // Spanish
    ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
    // Italian
    ["gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"],
    // Portuguese
    ["janeiro", "fevereiro", "marco", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
    // Dutch
    ["januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"],
    // Swedish
    ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
    // Danish
    ["januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"],
    // Norwegian
    ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"],
    // Polish, in a date
    ["stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "wrzesnia", "pazdziernika", "listopada", "grudnia"],
    // Polish
    ["styczen", "luty", "marzec", "kwiecien", "maj", "czerwiec", "lipiec", "sierpien", "wrzesien", "pazdziernik", "listopad", "grudzien"],
    // Czech, in a date
    ["ledna", "unora", "brezna", "dubna", "kvetna", "cervna", "cervence", "srpna", "zari", "rijna", "listopadu", "prosince"],
    // Czech
    ["leden", "unor", "brezen", "duben", "kveten", "cerven", "cervenec", "srpen", "zari", "rijen", "listopad", "prosinec"],
    // Finnish
    ["tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesakuuta", "heinakuuta", "elokuuta", "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta"],
    // Hungarian
    ["januar", "februar", "marcius", "aprilis", "majus", "junius", "julius", "augusztus", "szeptember", "oktober", "november", "december"],
    // Romanian
    ["ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie", "noiembrie", "decembrie"],
    // Turkish
    ["ocak", "subat", "mart", "nisan", "mayis", "haziran", "temmuz", "agustos", "eylul", "ekim", "kasim", "aralik"],
    // Russian, in a date
    ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    // Russian
    ["январь", "февраль", "март", "апрель", "маи", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
    // Greek, in a date
    ["ιανουαριου", "φεβρουαριου", "μαρτιου", "απριλιου", "μαιου", "ιουνιου", "ιουλιου", "αυγουστου", "σεπτεμβριου", "οκτωβριου", "νοεμβριου", "δεκεμβριου"],
    // Greek
    ["ιανουαριοσ", "φεβρουαριοσ", "μαρτιοσ", "απριλιοσ", "μαιοσ", "ιουνιοσ", "ιουλιοσ", "αυγουστοσ", "σεπτεμβριοσ", "οκτωβριοσ", "νοεμβριοσ", "δεκεμβριοσ"],
];

/// The weekdays, by language; short ones where they are no beginning of three letters.
#[rustfmt::skip]
const WEEKDAYS: &[&[&str]] = &[
    // English
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
    // German
    &["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend", "sonntag", "mo", "di", "mi", "do", "fr", "sa", "so"],
    // French
    &["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
    // Spanish
    &["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"],
    // Italian
    &["lunedi", "martedi", "mercoledi", "giovedi", "venerdi", "sabato", "domenica"],
    // Portuguese
    &["segunda", "terca", "quarta", "quinta", "sexta", "feira", "sabado", "domingo"],
    // Dutch
    &["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "ma", "wo", "vr", "za", "zo"],
    // Swedish
    &["mandag", "tisdag", "onsdag", "torsdag", "fredag", "lordag", "sondag"],
    // Danish and Norwegian
    &["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lordag", "sondag"],
    // Polish
    &["poniedzialek", "wtorek", "sroda", "czwartek", "piatek", "sobota", "niedziela", "pn", "wt", "sr", "cz", "pt", "sb", "nd", "ndz", "niedz"],
    // Czech
    &["pondeli", "utery", "streda", "ctvrtek", "patek", "sobota", "nedele", "po", "ut", "st", "ct", "pa", "ne"],
    // Finnish
    &["maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai", "ti", "ke", "to", "pe", "la", "su"],
    // Finnish, in a date
    &["maanantaina", "tiistaina", "keskiviikkona", "torstaina", "perjantaina", "lauantaina", "sunnuntaina"],
    // Hungarian
    &["hetfo", "kedd", "szerda", "csutortok", "pentek", "szombat", "vasarnap", "cs"],
    // Romanian
    &["luni", "marti", "miercuri", "joi", "vineri", "sambata", "duminica"],
    // Turkish
    &["pazartesi", "sali", "carsamba", "persembe", "cuma", "cumartesi", "pazar", "pzt", "cmt"],
    // Russian
    &["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье", "пн", "вт", "ср", "чт", "пт", "сб", "вс"],
    // Greek
    &["δευτερα", "τριτη", "τεταρτη", "πεμπτη", "παρασκευη", "σαββατο", "κυριακη"],
    // Chinese
    &["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日", "星期天", "周一", "周二", "周三", "周四", "周五", "周六", "周日"],
    // Japanese
    &["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日", "月曜", "火曜", "水曜", "木曜", "金曜", "土曜", "日曜"],
    // Korean
    &["월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"],
];

/// Seasons and quarters: only the year of such a date is known.
#[rustfmt::skip]
const SEASONS: &[&str] = &[
    "spring", "summer", "autumn", "fall", "winter", "quarter", "fruhling", "fruhjahr", "sommer", "herbst", "quartal",
    "printemps", "ete", "automne", "hiver", "trimestre", "primavera", "verano", "otono", "invierno", "estate",
    "autunno", "inverno", "verao", "outono",
];

/// Words that say nothing about the date; ordinal endings among them.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    // English
    "at", "on", "the", "of", "in", "o", "clock", "st", "nd", "rd", "th", "available", "first", "second", "third", "fourth", "online", "publication", "date",
    // German
    "am", "um", "den", "der", "vom", "uhr",
    // Romance languages
    "de", "del", "di", "do", "da", "le", "la", "el", "il", "les", "las", "lo", "du", "d", "l", "dell", "a", "as",
    "al", "alle", "ao", "aos", "ora", "ore", "hora", "horas", "h", "hs", "hrs", "er", "re", "ro", "ste", "e", "y",
    // Dutch, and Scandinavian
    "om", "uur", "op", "kl", "klo", "kello", "pa",
    // Slavic languages
    "dne", "v", "g", "r", "roku", "года", "г", "в", "godz", "hodin",
    // Turkish, Hungarian, Greek
    "saat", "gunu", "an", "en", "στισ",
    // Chinese, Japanese, Korean
    "号", "號", "호",
];

/// Words between the ends of a range.
pub(super) const JOINERS: &[&str] = &["and", "und", "et", "y", "e", "to", "bis", "og", "och", "en"];

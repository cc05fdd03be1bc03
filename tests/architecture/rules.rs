//! The rules over what [`scan`](super::scan) finds, and their own tests on made-up source text: a rule that cannot fail guards nothing.

use super::scan::{Path, Scan, scan};

/// Whether a module may touch the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No clock, disk or network outside its tests, and no import from an edge.
    Pure,
    Edge,
}

/// Modules that stand side by side.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) modules: &'static [&'static str],
    pub(crate) kind: Kind,
}

/// Calls that read the machine's clock or its time zone.
const CLOCK: &[[&str; 2]] = &[
    ["SystemTime", "now"],
    ["Instant", "now"],
    ["Timestamp", "now"],
    ["Zoned", "now"],
    ["Utc", "now"],
    ["Local", "now"],
    ["TimeZone", "system"],
];

/// Parts of std that touch disk, network or other processes.
const WORLD: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "process"],
    &["std", "net", "TcpStream"],
    &["std", "net", "TcpListener"],
    &["std", "net", "UdpSocket"],
    &["std", "net", "ToSocketAddrs"],
];

/// Checks all files of `src/` (path below `src/`, text) and lists every violation with its place.
pub(crate) fn check(house: &[Row], owners: &[(&str, &[&str])], files: &[(String, String)]) -> Vec<String> {
    let scans: Vec<(&str, Vec<String>, Scan)> = files
        .iter()
        .map(|(name, source)| {
            let module = module_path(name);
            let scan = scan(source, &module);
            (name.as_str(), module, scan)
        })
        .collect();
    // Files that are test code as a whole: `#[cfg(test)] mod x;` somewhere, and what lies below it.
    let test_modules: Vec<Vec<String>> = scans
        .iter()
        .flat_map(|(_, module, scan)| {
            scan.test_modules
                .iter()
                .map(|name| [module.as_slice(), std::slice::from_ref(name)].concat())
        })
        .collect();

    let mut violations = Vec::new();
    for (name, module, scan) in &scans {
        let is_test_file = test_modules.iter().any(|test| module.starts_with(test));
        let mut report = |line: usize, what: String| violations.push(format!("src/{name}:{line}: {what}"));
        check_owners(owners, name, &scan.paths, &mut report);
        if !is_test_file {
            check_unwrap(scan, &mut report);
        }
        let Some(top) = module.first() else { continue }; // lib.rs names everything
        let Some(row) = house.iter().position(|row| row.modules.contains(&top.as_str())) else {
            report(
                1,
                format!("module `{top}` has no row in the house (tests/architecture.rs and DESIGN.md)"),
            );
            continue;
        };
        check_imports(house, row, top, &scan.paths, &mut report);
        if house[row].kind == Kind::Pure && !is_test_file {
            check_purity(&scan.paths, &mut report);
        }
    }
    violations.dedup(); // two names from one group are one violation
    violations
}

/// `parse/bridge.rs` is `[parse, bridge]`, `parse/mod.rs` and `parse.rs` are `[parse]`, `lib.rs` is the root.
fn module_path(file: &str) -> Vec<String> {
    let mut parts: Vec<String> = file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| last == "mod") || parts == ["lib"] {
        parts.pop();
    }
    parts
}

fn check_imports(house: &[Row], row: usize, top: &str, paths: &[Path], report: &mut impl FnMut(usize, String)) {
    for path in paths.iter().filter(|path| path.inside) {
        let Some(target) = path.segments.first() else {
            report(
                path.line,
                "names the crate's root: name the module that owns the thing".to_owned(),
            );
            continue;
        };
        if target == top {
            continue;
        }
        match house.iter().position(|row| row.modules.contains(&target.as_str())) {
            None => report(
                path.line,
                format!("`crate::{target}` is no module: name the module that owns it, not the root's re-export"),
            ),
            Some(other) if other == row => report(
                path.line,
                format!("`{top}` imports `{target}`, its neighbour in the same row"),
            ),
            Some(other) if other > row => report(
                path.line,
                format!("`{top}` imports `{target}`, which stands on top of it"),
            ),
            Some(other) if house[row].kind == Kind::Pure && house[other].kind == Kind::Edge => {
                report(
                    path.line,
                    format!("`{top}` is pure and imports `{target}`, which is not"),
                );
            }
            Some(_) => {}
        }
    }
}

/// Tests included: a crate that is to be replaceable in one place is named in one place.
fn check_owners(owners: &[(&str, &[&str])], file: &str, paths: &[Path], report: &mut impl FnMut(usize, String)) {
    for path in paths.iter().filter(|path| !path.inside) {
        let Some((krate, places)) = owners
            .iter()
            .find(|(krate, _)| path.segments.first().is_some_and(|first| first == krate))
        else {
            continue;
        };
        let at_home = places.iter().any(|place| {
            file.starts_with(place)
                || place
                    .strip_suffix('/')
                    .is_some_and(|module| file == format!("{module}.rs"))
        });
        if !at_home {
            report(
                path.line,
                format!("names `{krate}`, which belongs to {}", places.join(", ")),
            );
        }
    }
}

fn check_purity(paths: &[Path], report: &mut impl FnMut(usize, String)) {
    for path in paths.iter().filter(|path| !path.inside && !path.in_test) {
        let written = path.segments.join("::");
        if CLOCK
            .iter()
            .any(|call| path.segments.windows(2).any(|pair| pair == call))
        {
            report(
                path.line,
                format!("`{written}` in a pure module: take `now` (or the zone) as an argument"),
            );
        }
        if WORLD.iter().any(|world| {
            path.segments
                .iter()
                .map(String::as_str)
                .take(world.len())
                .eq(world.iter().copied())
        }) {
            report(
                path.line,
                format!("`{written}` in a pure module: disk, network and processes belong to the edges"),
            );
        }
    }
}

fn check_unwrap(scan: &Scan, report: &mut impl FnMut(usize, String)) {
    for call in scan.tokens.windows(3) {
        if matches!(call[0].text.as_str(), "." | "::") && call[1].text == "unwrap" && !call[1].in_test {
            report(call[1].line, "`unwrap` outside tests".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: &[Row] = &[
        Row {
            modules: &["ground"],
            kind: Kind::Pure,
        },
        Row {
            modules: &["left", "right"],
            kind: Kind::Pure,
        },
        Row {
            modules: &["edge"],
            kind: Kind::Edge,
        },
        Row {
            modules: &["output"],
            kind: Kind::Pure,
        },
        Row {
            modules: &["engine"],
            kind: Kind::Edge,
        },
    ];
    const OWNERS: &[(&str, &[&str])] = &[("sqlcrate", &["edge/sql"]), ("html", &["ground/"])];

    /// The violations of one file, without the `src/name:` in front.
    fn violations(file: &str, source: &str) -> Vec<String> {
        let found = check(HOUSE, OWNERS, &[(file.to_owned(), source.to_owned())]);
        found
            .into_iter()
            .map(|v| v.trim_start_matches(&format!("src/{file}:")).to_owned())
            .collect()
    }

    #[track_caller]
    fn refused(file: &str, source: &str, with: &str) {
        let found = violations(file, source);
        assert!(
            found.len() == 1 && found[0].contains(with),
            "{source:?} gave {found:?}, not one violation with {with:?}"
        );
    }

    #[track_caller]
    fn fine(file: &str, source: &str) {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{source:?}");
    }

    #[test]
    fn imports_go_down_only() {
        fine(
            "left/mod.rs",
            "use crate::ground::Thing; use crate::left::own; use self::child::X; use super::left::a;",
        );
        fine(
            "engine/mod.rs",
            "use crate::{edge::E, ground, left::{self, b}, output::*};",
        );
        fine("lib.rs", "mod engine; pub use engine::Run; pub use crate::left::L;");
        refused(
            "ground.rs",
            "use crate::left::X;",
            "1: `ground` imports `left`, which stands on top of it",
        );
        refused("left/mod.rs", "use crate::engine::Run;", "`left` imports `engine`");
    }

    #[test]
    fn neighbours_do_not_import_each_other() {
        refused(
            "left/mod.rs",
            "use crate::right::X;",
            "`left` imports `right`, its neighbour",
        );
        refused("right.rs", "fn f() -> crate::left::X { g() }", "its neighbour");
    }

    #[test]
    fn a_pure_row_above_the_edges_does_not_import_them() {
        refused("output/mod.rs", "use crate::edge::X;", "is pure and imports `edge`");
    }

    #[test]
    fn groups_are_unfolded_and_the_line_is_that_of_the_member() {
        refused(
            "left/a.rs",
            "use crate::{\n    ground::{self, A, b::{C, D}},\n    right::{E, F as G},\n};",
            "3: `left` imports `right`",
        );
        refused(
            "left/a.rs",
            "use {std::fmt, crate::right::E};",
            "`left` imports `right`",
        );
        refused(
            "left/a.rs",
            "pub(crate) use {super::super::{ground::A, right}};",
            "`left` imports `right`",
        );
    }

    #[test]
    fn inline_paths_count() {
        refused("left/a.rs", "fn f(x: &crate::right::X) {}", "`left` imports `right`");
        refused(
            "left/a.rs",
            "fn f() { g::<crate::right::X>() }",
            "`left` imports `right`",
        );
        refused(
            "left/a.rs",
            "macro_rules! m { () => { $crate::right::f() } }",
            "`left` imports `right`",
        );
        refused(
            "left/a.rs",
            "impl From<crate::engine::Error> for Own {}",
            "`left` imports `engine`",
        );
    }

    #[test]
    fn super_chains_are_followed_out_of_the_module() {
        fine("left/deep/a.rs", "use super::super::x; use super::y;");
        fine(
            "left/mod.rs",
            "mod tests { use super::*; use super::super::ground::A; }",
        );
        refused(
            "left/deep/a.rs",
            "use super::super::super::right::X;",
            "`left` imports `right`",
        );
        refused("left/mod.rs", "use super::right::X;", "`left` imports `right`");
        refused(
            "left.rs",
            "mod inner { mod tests { use super::super::super::right::X; } }",
            "`left` imports `right`",
        );
        refused("left.rs", "fn f() { super::right::g() }", "`left` imports `right`");
        fine(
            "left/a.rs",
            "pub(super) fn f() {} pub(in super::super) fn g() {} pub(in crate::left) fn h() {} pub(crate) struct S;",
        );
    }

    #[test]
    fn the_root_is_no_way_round() {
        refused("left/a.rs", "use crate::Thing;", "`crate::Thing` is no module");
        refused("left/a.rs", "use crate::*;", "names the crate's root");
        refused("left/a.rs", "use crate as all;", "names the crate's root");
        refused("left/a.rs", "use crate::{self as all};", "names the crate's root");
        refused("left/a.rs", "use super::super::*;", "names the crate's root");
    }

    #[test]
    fn test_code_keeps_the_import_order_too() {
        refused(
            "left/a.rs",
            "#[cfg(test)] mod tests { use crate::right::X; }",
            "`left` imports `right`",
        );
    }

    #[test]
    fn comments_strings_and_characters_name_nothing() {
        fine(
            "left/a.rs",
            "// crate::right::X\n/* crate::right /* nested */ std::fs */ /// crate::engine::Y\nfn f() {}",
        );
        fine(
            "left/a.rs",
            r####"const A: &str = "crate::right \" std::fs::read"; const B: &str = r#"" crate::right::X"#; "####,
        );
        fine(
            "left/a.rs",
            r#"const A: &[u8] = b"crate::right"; const Q: char = '"'; const R: char = '\''; fn f<'a>(x: &'a str) {}"#,
        );
        // What follows them is still seen.
        refused(
            "left/a.rs",
            "const Q: char = '\"'; const R: char = '\\''; use crate::right::X; // \"",
            "`left` imports `right`",
        );
        refused(
            "left/a.rs",
            "const A: &str = r##\"a\"#b\"##; const B: u8 = b'\"'; use crate::right::X;",
            "`left` imports `right`",
        );
        refused(
            "left/a.rs",
            "fn f<'a, 'b>(x: &'a str, y: &'b str) {}\n\nuse crate::right::X;",
            "3: `left` imports `right`",
        );
        refused(
            "left/a.rs",
            "const A: &str = \"a\n\nb\";\nuse crate::right::X;",
            "4: `left` imports `right`",
        );
    }

    #[test]
    fn a_module_without_a_row_is_refused() {
        refused("attic.rs", "", "module `attic` has no row");
        refused("attic/deep/x.rs", "", "module `attic` has no row");
    }

    #[test]
    fn crates_stay_with_their_owner() {
        fine("edge/sql.rs", "use sqlcrate::Connection;");
        fine("edge/sqlite_rows.rs", "type C = sqlcrate::Connection;");
        fine("ground.rs", "use html::parse;");
        fine("ground/a.rs", "use html::parse;");
        fine(
            "left/a.rs",
            "use self::html::X; fn f(html: &str) { html.len(); a::html::b(); }",
        );
        refused(
            "edge/mod.rs",
            "use sqlcrate::Connection;",
            "names `sqlcrate`, which belongs to edge/sql",
        );
        refused(
            "left/a.rs",
            "use {std::fmt, html::{a, b as c}};"
                .replace("{a, b as c}", "parse")
                .as_str(),
            "names `html`",
        );
        refused("left/a.rs", "use html as parser;", "names `html`");
        refused("left/a.rs", "extern crate html;", "names `html`");
        refused("left/a.rs", "use ::html::parse;", "names `html`");
        refused("left/a.rs", "fn f() { ::html::parse() }", "names `html`");
        refused("left/a.rs", "fn f(x: &mut ::html::X) {}", "names `html`");
        fine("left/a.rs", "fn f() { Vec::<u8>::html::<T>(); <T as A>::html::b() }");
        refused("left/a.rs", "#[derive(html::Parse)] struct S;", "names `html`");
        refused("lib.rs", "pub use html::parse;", "names `html`");
    }

    #[test]
    fn pure_modules_touch_neither_clock_nor_disk_nor_network() {
        refused(
            "left/a.rs",
            "fn f() { Timestamp::now(); }",
            "`Timestamp::now` in a pure module",
        );
        refused(
            "left/a.rs",
            "fn f() { let t = jiff::Timestamp::now; }",
            "`jiff::Timestamp::now`",
        );
        refused("left/a.rs", "fn f() { std::time::SystemTime::now(); }", "SystemTime");
        refused("left/a.rs", "fn f() { TimeZone::system(); }", "TimeZone");
        refused("left/a.rs", "use std::{fmt, fs};", "`std::fs`");
        refused("left/a.rs", "fn f() { std::fs::read(p); }", "`std::fs::read`");
        refused(
            "output/a.rs",
            "use std::net::{IpAddr, TcpStream};",
            "`std::net::TcpStream`",
        );
        fine(
            "left/a.rs",
            "use std::{fmt, net::IpAddr}; fn f(now: Timestamp) { now.duration_since(now); Timestamp::new(0, 0); }",
        );
        fine("edge/a.rs", "use std::fs; fn f() { Instant::now(); }");
    }

    #[test]
    fn tests_may_use_clock_disk_and_unwrap_and_only_tests_may() {
        fine(
            "left/a.rs",
            "#[cfg(test)]\n#[allow(clippy::unwrap_used)]\nmod tests { fn f() { std::fs::read(p).unwrap(); Instant::now(); } }",
        );
        fine("left/a.rs", "#[test] fn f() { a.unwrap(); }");
        fine(
            "left/a.rs",
            "#[tokio::test(flavor = \"current_thread\")] async fn f() { a.unwrap(); }",
        );
        fine("left/a.rs", "#![cfg(test)]\nfn f() { a.unwrap(); }");
        fine("left/a.rs", "fn f() { a.unwrap_or(1); b.unwrap_or_default(); }");
        refused("edge/a.rs", "fn f() { a.unwrap(); }", "`unwrap` outside tests");
        refused("lib.rs", "fn f() { a.map(Option::unwrap); }", "`unwrap` outside tests");
        refused(
            "left/a.rs",
            "#[cfg(test)] mod tests { fn f() { a.unwrap(); } }\nfn f() { a.unwrap(); }",
            "2: `unwrap`",
        );
        refused(
            "left/a.rs",
            "#[cfg(test)] use a::b;\nfn f() { a.unwrap(); }",
            "2: `unwrap`",
        );
        refused("left/a.rs", "#[cfg(not(test))]\nfn f() { a.unwrap(); }", "2: `unwrap`");
        refused(
            "left/a.rs",
            "#[cfg(any(test, unix))]\nfn f() { a.unwrap(); }",
            "2: `unwrap`",
        );
    }

    #[test]
    fn files_of_test_modules_are_tests_but_their_neighbours_are_not() {
        let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let body = "fn f() { a.unwrap(); }";
        let found = check(
            HOUSE,
            OWNERS,
            &[
                file("left/mod.rs", "#[cfg(test)] mod contract; mod real;"),
                file("left/contract.rs", body),
                file("left/contract/rows.rs", body),
                file("left/real.rs", body),
            ],
        );
        assert_eq!(found, ["src/left/real.rs:1: `unwrap` outside tests"]);
    }
}

//! HTML to plain text and the cleaning of lines, beside html5ever's tokeniser with the barest sink on the same input.
//!
//! Quote the ratio, not the times: machines differ.

use std::cell::RefCell;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

const SENTENCE: &str = "In this randomised trial, 1,204 adults with heart failure and a reduced ejection fraction were \
    assigned to the drug or to placebo and followed for two years. ";

const ABSTRACT: &str = "<p><strong>Background:</strong> <em>H.&nbsp;pylori</em> eradication lowers the risk of gastric \
    cancer (HR 0.54; 95%&nbsp;CI 0.40&ndash;0.72; <i>P</i>&thinsp;&lt;&thinsp;.001).</p>\n<p><strong>Methods:</strong> \
    We followed 1,204&nbsp;adults &ge;&nbsp;40 years old, M&eacute;ni&egrave;re&rsquo;s disease excluded, at 37&nbsp;&deg;C \
    and 10&nbsp;&micro;g/m<sup>3</sup>; see <a href=\"https://example.org/doi/10.5555/12345678?af=R&amp;b=2\" \
    class=\"link external\">the protocol</a>.</p>\n<ul>\n<li>Death from cardiovascular causes</li>\n<li>A first \
    admission for worsening heart failure &mdash; or both</li>\n</ul>\n";

/// Joins the characters and makes every tag a space: less than html_to_text does, by the tokeniser alone.
#[derive(Default)]
struct TextSink(RefCell<String>);

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(characters) => self.0.borrow_mut().push_str(&characters),
            Token::TagToken(_) => self.0.borrow_mut().push(' '),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn by_html5ever(html: &str) -> String {
    let tokenizer = Tokenizer::new(TextSink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

fn inputs() -> [(&'static str, String); 4] {
    let article = format!(
        "<article><h1>A title</h1>{}</article>",
        ABSTRACT.repeat(20_000 / ABSTRACT.len())
    );
    [
        ("plain ASCII, 3 KB", SENTENCE.repeat(3_000 / SENTENCE.len())),
        ("abstract, 3 KB", ABSTRACT.repeat(3_000 / ABSTRACT.len())),
        ("article, 20 KB", article),
        ("flood of <, 20 KB", "<".repeat(20_000)),
    ]
}

fn benchmark(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("text");
    for (name, html) in inputs() {
        group.throughput(Throughput::Bytes(html.len() as u64));
        group.bench_with_input(BenchmarkId::new("html5ever, cleaned", name), &html, |bencher, html| {
            bencher.iter(|| medfeed::clean_text(&by_html5ever(black_box(html))));
        });
        group.bench_with_input(BenchmarkId::new("html_to_text", name), &html, |bencher, html| {
            bencher.iter(|| medfeed::html_to_text(black_box(html)));
        });
    }
    for (name, line) in [
        ("clean ASCII", SENTENCE.trim_end()),
        (
            "to fold",
            "  Dépistage du cancer –\n\t essai  randomisé\u{200b} chez 1 204 adultes\u{a0}: résultats  ",
        ),
    ] {
        group.throughput(Throughput::Bytes(line.len() as u64));
        group.bench_with_input(BenchmarkId::new("clean_line", name), line, |bencher, line| {
            bencher.iter(|| medfeed::clean_line(black_box(line)));
        });
    }
    group.finish();
}

criterion_group!(benches, benchmark);
criterion_main!(benches);

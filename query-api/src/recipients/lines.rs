//! Cuts an upload into lines as its bytes arrive, whatever the pieces are.

/// Longest line, in bytes: ten parameters of the greatest length fit. What is longer is almost always a quotation mark
/// that is never closed, and must not swallow the rest of the file.
pub(crate) const LINE_BYTES_MAX: usize = 16 * 1024;
/// What a byte order mark looks like in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One record of a file: a line, or several where line breaks stand in quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Number of its first physical line, from 1.
    pub(crate) number: i64,
    /// Number of its last physical line.
    pub(crate) last: i64,
    /// Its bytes without the line break; only the beginning where it is too long.
    pub(crate) bytes: Vec<u8>,
    /// Whether it had more than [`LINE_BYTES_MAX`] bytes.
    pub(crate) too_long: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field, where a quotation mark opens one.
    FieldStart,
    /// Within a field; a quotation mark is an ordinary character.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After a quotation mark within quotation marks: the end of the field, or the first of a pair.
    QuoteSeen,
    /// In a line that is too long: everything up to the next line break is dropped.
    Skipping,
}

/// The state between two pieces of a file.
#[derive(Debug)]
pub(crate) struct Splitter {
    quotes: bool,
    state: State,
    line: Line,
}

fn line_at(number: i64) -> Line {
    Line { number, last: number, bytes: Vec::new(), too_long: false }
}

impl Splitter {
    /// Begins a file; `quotes` says whether line breaks in quotation marks belong to the line (CSV).
    pub(crate) fn new(quotes: bool) -> Self {
        Self { quotes, state: State::FieldStart, line: line_at(1) }
    }

    /// Takes the next bytes; appends the lines that end in them.
    pub(crate) fn push(&mut self, bytes: &[u8], lines: &mut Vec<Line>) {
        for &byte in bytes {
            if byte == b'\n' && !(self.quotes && self.state == State::Quoted) {
                self.end_line(lines);
                continue;
            }
            if byte == b'\n' {
                self.line.last += 1;
            }
            if self.state == State::Skipping {
                continue;
            }
            self.line.bytes.push(byte);
            if self.line.bytes.len() > LINE_BYTES_MAX {
                self.line.too_long = true;
                self.state = State::Skipping;
            } else if self.quotes && !self.in_mark() {
                self.state = after(self.state, byte);
            }
        }
    }

    /// Whether nothing but a byte order mark, or the beginning of one, has been read of the file.
    fn in_mark(&self) -> bool {
        self.line.number == 1 && BYTE_ORDER_MARK.starts_with(&self.line.bytes)
    }

    /// Ends the file; appends a last line that has no line break.
    pub(crate) fn finish(&mut self, lines: &mut Vec<Line>) {
        if !self.line.bytes.is_empty() {
            self.end_line(lines);
        }
    }

    fn end_line(&mut self, lines: &mut Vec<Line>) {
        let next = line_at(self.line.last + 1);
        let mut line = std::mem::replace(&mut self.line, next);
        self.state = State::FieldStart;
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        if line.number == 1 && line.bytes.starts_with(BYTE_ORDER_MARK) {
            line.bytes.drain(..BYTE_ORDER_MARK.len());
        }
        lines.push(line);
    }
}

fn after(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Quoted, b'"') => State::QuoteSeen,
        (State::Quoted, _) | (State::QuoteSeen | State::FieldStart, b'"') => State::Quoted,
        (_, b',') => State::FieldStart,
        _ => State::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a file that arrives in pieces of `size` bytes.
    fn split(text: &[u8], quotes: bool, size: usize) -> Vec<Line> {
        let mut splitter = Splitter::new(quotes);
        let mut lines = Vec::new();
        for piece in text.chunks(size) {
            splitter.push(piece, &mut lines);
        }
        splitter.finish(&mut lines);
        lines
    }

    fn texts(lines: &[Line]) -> Vec<(i64, &str)> {
        lines.iter().map(|line| (line.number, std::str::from_utf8(&line.bytes).expect("UTF-8"))).collect()
    }

    #[test]
    fn the_lines_do_not_depend_on_the_pieces() {
        let text = b"\xef\xbb\xbfto,1\r\n\"+1\",\"a\nb\"\n+2,say \"hi\"\n\n\"x\"\"\ny\",z\nlast";
        let whole = split(text, true, text.len());
        assert_eq!(
            texts(&whole),
            [(1, "to,1"), (2, "\"+1\",\"a\nb\""), (4, "+2,say \"hi\""), (5, ""), (6, "\"x\"\"\ny\",z"), (8, "last")]
        );
        for size in 1..text.len() {
            assert_eq!(split(text, true, size), whole, "pieces of {size}");
        }
    }

    #[test]
    fn a_byte_order_mark_stands_before_the_first_field_alone() {
        // U+FEFB is a letter, made of the bytes of the mark.
        let text = "\u{feff}\"to\n\",1\n+1,\u{feff}\"a\n+2,\u{fefb}\"b\n+3,c\n";
        let lines = split(text.as_bytes(), true, 2);
        let numbers: Vec<_> = lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [1, 3, 4, 5]);
        assert_eq!(lines[2].bytes, "+2,\u{fefb}\"b".as_bytes());
    }

    #[test]
    fn quotation_marks_mean_nothing_in_json_lines() {
        assert_eq!(texts(&split(b"{\"to\n\":1}\n", false, 3)), [(1, "{\"to"), (2, "\":1}")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_the_next_one_is_whole() {
        let text = format!("a,\"{}\nb\n", "x".repeat(3 * LINE_BYTES_MAX));
        let lines = split(text.as_bytes(), true, 1000);
        assert!(lines[0].too_long && lines[0].bytes.len() <= LINE_BYTES_MAX + 1);
        assert_eq!(texts(&lines[1..]), [(2, "b")]);
    }

    #[test]
    fn an_open_quotation_mark_does_not_swallow_the_file() {
        let mut text = String::from("a,\"open\n");
        for n in 0..10_000 {
            text.push_str(&format!("+1631555{n:04},x\n"));
        }
        let lines = split(text.as_bytes(), true, 4096);
        assert!(lines[0].too_long && lines[0].last > 1000);
        assert_eq!(lines[1].number, lines[0].last + 1);
        assert_eq!(lines.last().expect("lines").number, 10_001);
    }
}

//! Turns lines of CSV or JSON into recipients, or into the reason why a line is none.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use posthaste_model::layout::is_link;
use posthaste_model::phone::{self, PhoneError};
use posthaste_model::{Column, ColumnKind, Contact};
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::lines::{LINE_BYTES_MAX, Line, Splitter};
use crate::problem::{Code, Problem};
use crate::template::{CODE_MAX, NUMBER, numbered};

/// Longest template parameter in characters: a template's body, parameters filled in, may have no more (Meta:
/// message_templates, BODY text).
const PARAMETER_CHARS_MAX: usize = 1024;
/// Longest coupon code in characters (Meta: messages/template-messages, coupon templates).
const COUPON_CHARS_MAX: usize = 20;
/// Longest link in characters.
const LINK_CHARS_MAX: usize = 2000;
/// Blanks in a row that Meta accepts in a parameter (Meta: error 132018).
const BLANKS_MAX: usize = 4;
/// Characters of a rejected line that are kept.
const RAW_CHARS_MAX: usize = 500;

/// A line that can be sent to, as far as the line alone can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Line in the chunk, from 1, the header included.
    pub line: i64,
    /// To whom.
    pub contact: Contact,
    /// The template's parameters, in order.
    pub params: Vec<String>,
    /// The line as it was written, shortened; kept until nothing can reject it any more.
    pub raw: String,
}

/// A line that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Line in the chunk, from 1, the header included.
    pub line: i64,
    /// A code of the surface `Line`.
    pub code: Code,
    /// What is wrong with this line.
    pub reason: String,
    /// The line as it was written, shortened.
    pub raw: String,
}

/// A fault with its explanation.
pub type Fault = (Code, String);

/// What a line turned out to be.
pub type Checked = Result<Recipient, Reject>;

/// The form of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A header line, then comma-separated values (RFC 4180).
    Csv,
    /// One JSON object per line.
    Ndjson,
}

/// Reads a whole upload, of recipients of a template with so many parameters: what each of its lines is that is not blank,
/// in their order. The fault is that of a CSV's header line; then no line is read.
pub fn read_recipients(
    form: Form,
    parameters: usize,
    pieces: impl IntoIterator<Item: AsRef<[u8]>>,
) -> Result<Vec<Checked>, Fault> {
    let mut parser = Parser::new(form, numbered(parameters));
    let mut checked = Vec::new();
    let read = pieces.into_iter().try_for_each(|piece| parser.push(piece.as_ref(), &mut checked));
    read.and_then(|()| parser.finish(&mut checked)).map_err(|problem| (problem.code, problem.detail))?;
    Ok(checked)
}

/// Reads an upload piece by piece.
pub(crate) struct Parser {
    form: Form,
    splitter: Splitter,
    /// What a recipient brings.
    wanted: Vec<Column>,
    columns: Option<Columns>,
    lines: Vec<Line>,
}

impl Parser {
    /// A parser for recipients that bring these values.
    pub(crate) fn new(form: Form, wanted: Vec<Column>) -> Self {
        let splitter = Splitter::new(form == Form::Csv);
        Self { form, splitter, wanted, columns: None, lines: Vec::new() }
    }

    /// Takes the next bytes; appends what their lines are. Fails if the header line cannot be used.
    pub(crate) fn push(&mut self, bytes: &[u8], checked: &mut Vec<Checked>) -> Result<(), Problem> {
        let mut lines = std::mem::take(&mut self.lines);
        self.splitter.push(bytes, &mut lines);
        self.take(&mut lines, checked)?;
        self.lines = lines;
        Ok(())
    }

    /// Ends the upload.
    pub(crate) fn finish(&mut self, checked: &mut Vec<Checked>) -> Result<(), Problem> {
        let mut lines = Vec::new();
        self.splitter.finish(&mut lines);
        self.take(&mut lines, checked)?;
        if self.form == Form::Csv && self.columns.is_none() {
            return Err(header_problem("the file is empty", &self.wanted));
        }
        Ok(())
    }

    fn take(&mut self, lines: &mut Vec<Line>, checked: &mut Vec<Checked>) -> Result<(), Problem> {
        for line in lines.drain(..) {
            if self.form == Form::Csv && self.columns.is_none() {
                self.columns = Some(Columns::read(&line, &self.wanted)?);
            } else if line.too_long || !line.bytes.trim_ascii().is_empty() {
                checked.push(self.line(&line));
            }
        }
        Ok(())
    }

    fn line(&self, line: &Line) -> Checked {
        let raw = raw_of(&line.bytes);
        let reject = |(code, reason)| Reject { line: line.number, code, reason, raw: raw.clone() };
        let text = text_of(line).map_err(reject)?;
        let (number, params) = match &self.columns {
            Some(columns) => columns.values(text),
            None => json_values(text, &self.wanted),
        }
        .map_err(reject)?;
        let contact = phone::parse(&number).map_err(|error| reject(phone_fault(error)))?;
        check_values(&params, &self.wanted).map_err(|(_, fault)| reject(fault))?;
        Ok(Recipient { line: line.number, contact, params, raw })
    }
}

fn text_of(line: &Line) -> Result<&str, Fault> {
    if line.too_long {
        let reason = if line.last > line.number {
            format!("a quotation mark in this line is not closed; lines {} to {} were dropped", line.number, line.last)
        } else {
            format!("the line has more than {LINE_BYTES_MAX} bytes")
        };
        return Err((Code::LineTooLong, reason));
    }
    std::str::from_utf8(&line.bytes)
        .map_err(|error| (Code::LineMalformed, format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1)))
}

/// The beginning of a line in a form that the store can hold.
fn raw_of(bytes: &[u8]) -> String {
    // Four bytes a character at most: what lies beyond cannot be among the first characters.
    let bytes = &bytes[..bytes.len().min(4 * RAW_CHARS_MAX)];
    String::from_utf8_lossy(bytes).chars().take(RAW_CHARS_MAX).map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()
}

/// The fault of a phone number.
pub(crate) fn phone_fault(error: PhoneError) -> Fault {
    let code = match error {
        PhoneError::Empty => Code::MissingNumber,
        PhoneError::NoPlus => Code::NumberWithoutCountryCode,
        PhoneError::NotDigits | PhoneError::Length => Code::MalformedNumber,
    };
    (code, error.to_string())
}

/// Checks the values for a template by Meta's rules (Meta: errors 132000, 132012, 132018). The index names the value where
/// one is to blame.
pub(crate) fn check_values(values: &[String], wanted: &[Column]) -> Result<(), (Option<usize>, Fault)> {
    let fault = |(index, value): (usize, &String)| {
        // What is given beyond the columns is named by its number.
        let kind = wanted.get(index).map_or(ColumnKind::Text, |column| column.kind);
        let (code, what) = value_fault(kind, value)?;
        let name = wanted.get(index).map_or_else(|| (index + 1).to_string(), |column| column.name.clone());
        Some((index, (code, format!("parameter {name} {what}"))))
    };
    if let Some((index, fault)) = values.iter().enumerate().find_map(fault) {
        return Err((Some(index), fault));
    }
    if values.len() == wanted.len() {
        return Ok(());
    }
    let reason = format!("the template has {} parameters, {} were given", wanted.len(), values.len());
    Err((None, (Code::ParameterCount, reason)))
}

fn value_fault(kind: ColumnKind, text: &str) -> Option<Fault> {
    if text.trim().is_empty() {
        return Some((Code::ParameterMissing, "is empty".to_owned()));
    }
    if text.contains(char::is_control) {
        return Some((Code::ParameterForbidden, "holds a line break, tab or control character".to_owned()));
    }
    if text.contains(&" ".repeat(BLANKS_MAX + 1)) {
        return Some((Code::ParameterForbidden, format!("holds more than {BLANKS_MAX} blanks in a row")));
    }
    if kind == ColumnKind::File && !is_link(text) && !text.bytes().all(|byte| byte.is_ascii_digit()) {
        let what = "is neither a link that begins with https:// nor an id of Meta's";
        return Some((Code::ParameterFormat, what.to_owned()));
    }
    let most = match kind {
        ColumnKind::Text => PARAMETER_CHARS_MAX,
        ColumnKind::Code => CODE_MAX,
        ColumnKind::Coupon => COUPON_CHARS_MAX,
        ColumnKind::File => LINK_CHARS_MAX,
    };
    let length = text.chars().count();
    (length > most).then(|| (Code::ParameterTooLong, format!("has {length} characters; {most} are allowed")))
}

/// Which column holds what.
struct Columns {
    number: usize,
    /// Position of each parameter.
    params: Vec<usize>,
}

impl Columns {
    fn read(line: &Line, wanted: &[Column]) -> Result<Self, Problem> {
        let problem = |reason: &str| header_problem(reason, wanted);
        let text = text_of(line).map_err(|(_, reason)| problem(&reason))?;
        let fields = fields(text).map_err(problem)?;
        let mut number = None;
        let mut params = vec![None; wanted.len()];
        for (position, field) in fields.iter().enumerate() {
            let name = field.trim();
            let slot = if NUMBER.iter().any(|own| own.eq_ignore_ascii_case(name)) {
                &mut number
            } else {
                // A number may be written as in 01.
                let number = name.parse::<usize>().ok().map(|number| number.to_string());
                let wanted_name = number.as_deref().unwrap_or(name);
                wanted
                    .iter()
                    .position(|own| own.name == wanted_name)
                    .and_then(|index| params.get_mut(index))
                    .ok_or_else(|| problem(&format!("it has a column \"{name}\"")))?
            };
            if slot.replace(position).is_some() {
                return Err(problem(&format!("it has two columns \"{name}\"")));
            }
        }
        let number = number.ok_or_else(|| problem("it has no column \"to\""))?;
        let missing = params.iter().position(Option::is_none);
        match missing {
            None => Ok(Self { number, params: params.into_iter().flatten().collect() }),
            Some(index) => Err(problem(&format!("it has no column \"{}\"", wanted[index].name))),
        }
    }

    /// The phone number and the parameters of a line.
    fn values(&self, text: &str) -> Result<(String, Vec<String>), Fault> {
        let mut fields = fields(text).map_err(|reason| (Code::LineMalformed, reason.to_owned()))?;
        let columns = self.params.len() + 1;
        if fields.len() > columns {
            let reason = format!("the line has {} values, the header {columns} columns", fields.len());
            return Err((Code::ParameterCount, reason));
        }
        let mut take = |position: usize| fields.get_mut(position).map(std::mem::take).unwrap_or_default().into_owned();
        let number = take(self.number);
        Ok((number, self.params.iter().map(|position| take(*position).trim().to_owned()).collect()))
    }
}

fn header_problem(reason: &str, wanted: &[Column]) -> Problem {
    let expected: Vec<_> = std::iter::once("to").chain(wanted.iter().map(|own| own.name.as_str())).collect();
    Problem::new(
        Code::UploadHeaderInvalid,
        format!("header line: {reason}; for this template write {}", expected.join(",")),
    )
}

/// The fields of a line of CSV (RFC 4180).
fn fields(line: &str) -> Result<Vec<Cow<'_, str>>, &'static str> {
    let mut fields = Vec::new();
    let mut rest = line;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (Cow::Borrowed(&rest[..end]), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(fields),
        }
    }
}

/// The field that a quotation mark has opened, and what follows it.
fn quoted_field(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    let mut from = 0;
    loop {
        let end = from + text[from..].find('"').ok_or("a quotation mark is not closed")?;
        let after = &text[end + 1..];
        if after.starts_with('"') {
            from = end + 2;
        } else if after.is_empty() || after.starts_with(',') {
            let field = &text[..end];
            let field = if from == 0 { Cow::Borrowed(field) } else { Cow::Owned(field.replace("\"\"", "\"")) };
            return Ok((field, after));
        } else {
            return Err("there is text after a closing quotation mark");
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonLine {
    to: String,
    #[serde(default)]
    params: Params,
}

/// The values of a line: in their order where they are numbered, or by their names.
enum Params {
    List(Vec<String>),
    Named(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ParamsVisitor)
    }
}

struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = Params;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("params as a list of texts, or as an object of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Params, A::Error> {
        let mut list = Vec::new();
        while let Some(text) = items.next_element()? {
            list.push(text);
        }
        Ok(Params::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Params, A::Error> {
        let mut named = BTreeMap::new();
        while let Some((name, text)) = members.next_entry::<String, String>()? {
            if named.contains_key(&name) {
                return Err(A::Error::custom(format!("{name} is there twice")));
            }
            named.insert(name, text);
        }
        Ok(Params::Named(named))
    }
}

impl Default for Params {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Params {
    fn in_order(self, wanted: &[Column]) -> Result<Vec<String>, Fault> {
        let is_numbered = || wanted.iter().zip(1..).all(|(column, number)| column.name == number.to_string());
        let mut named = match self {
            Self::List(list) if is_numbered() => return Ok(list),
            Self::List(_) => {
                let names: Vec<_> = wanted.iter().map(|column| column.name.as_str()).collect();
                return Err((Code::ParameterFormat, format!("write params as an object with {}", names.join(", "))));
            }
            Self::Named(named) => named,
        };
        let values = wanted.iter().map(|column| named.remove(&column.name).unwrap_or_default()).collect();
        match named.keys().next() {
            Some(name) => Err((Code::ParameterCount, format!("the template has no parameter {name}"))),
            None => Ok(values),
        }
    }
}

fn json_values(text: &str, wanted: &[Column]) -> Result<(String, Vec<String>), Fault> {
    let malformed = |reason: String| {
        (Code::LineMalformed, format!("{reason}; write {{\"to\": \"+16315550101\", \"params\": [\"…\"]}}"))
    };
    // The derived reading would take a list, too, by the position of its elements.
    if text.trim_start().starts_with('[') {
        return Err(malformed("the line is a list".to_owned()));
    }
    let line: JsonLine = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    Ok((line.to, line.params.in_order(wanted)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_in(form: Form, parameters: usize, bytes: &[u8], size: usize) -> Result<Vec<Checked>, Problem> {
        parse_wanted(form, numbered(parameters), bytes, size)
    }

    fn parse_wanted(form: Form, wanted: Vec<Column>, bytes: &[u8], size: usize) -> Result<Vec<Checked>, Problem> {
        let mut parser = Parser::new(form, wanted);
        let mut checked = Vec::new();
        for piece in bytes.chunks(size) {
            parser.push(piece, &mut checked)?;
        }
        parser.finish(&mut checked)?;
        Ok(checked)
    }

    fn parse(form: Form, parameters: usize, bytes: &[u8]) -> Result<Vec<Checked>, Problem> {
        parse_in(form, parameters, bytes, bytes.len().max(1))
    }

    /// Line and contact with parameters, or line and code.
    fn told(checked: &[Checked]) -> Vec<(i64, String)> {
        let tell = |line: &Checked| match line {
            Ok(r) => (r.line, format!("{} {}", r.contact, r.params.join("|"))),
            Err(r) => (r.line, r.code.as_str().to_owned()),
        };
        checked.iter().map(tell).collect()
    }

    fn header_fault(bytes: &[u8]) -> String {
        let problem = parse(Form::Csv, 2, bytes).expect_err("the header is wrong");
        assert_eq!(problem.code, Code::UploadHeaderInvalid);
        problem.detail
    }

    #[test]
    fn each_line_is_a_recipient_or_a_reject_with_its_number() {
        let file = "\u{feff}to,1,2\r\n\
                    +16315550101,Ann,\"a, \"\"b\"\"\"\r\n\
                    \r\n\
                    16315550102,Bob,x\r\n\
                    +1631555o103,Bob,x\r\n\
                    ,Bob,x\r\n\
                    +16315550104,Bob\r\n\
                    +16315550105,Bob,\r\n\
                    +16315550106,Bob,x,y\r\n\
                    +16315550107,Bob,\"x\ny\"\r\n\
                    +16315550108,Bob,\"x\"y\r\n\
                    +16315550109,B     b,x\r\n\
                    +16315550110,Zoë,x";
        let checked = parse(Form::Csv, 2, file.as_bytes()).expect("a good header");
        let expected = [
            (2, "+16315550101 Ann|a, \"b\""),
            (4, "number_without_country_code"),
            (5, "malformed_number"),
            (6, "missing_number"),
            (7, "parameter_missing"),
            (8, "parameter_missing"),
            (9, "parameter_count"),
            (10, "parameter_forbidden_characters"),
            (12, "line_malformed"),
            (13, "parameter_forbidden_characters"),
            (14, "+16315550110 Zoë|x"),
        ];
        assert_eq!(told(&checked), expected.map(|(line, text)| (line, text.to_owned())));
        for size in [1, 2, 3, 7, 64] {
            assert_eq!(
                parse_in(Form::Csv, 2, file.as_bytes(), size).expect("a good header"),
                checked,
                "pieces of {size}"
            );
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_and_the_number_be_called_phone() {
        let checked = parse(Form::Csv, 2, b"2, Phone ,1\nb,+16315550101,a\n").expect("a good header");
        assert_eq!(told(&checked), [(2, "+16315550101 a|b".to_owned())]);
    }

    #[test]
    fn a_header_that_does_not_fit_the_template_is_refused_with_what_to_write() {
        assert!(header_fault(b"").contains("the file is empty"));
        assert!(
            header_fault(b"+16315550101,a,b\n")
                .ends_with("it has a column \"+16315550101\"; for this template write to,1,2")
        );
        assert!(header_fault(b"to,1\n").contains("no column \"2\""));
        assert!(header_fault(b"to,1,2,3\n").contains("a column \"3\""));
        assert!(header_fault(b"to,1,2,1\n").contains("two columns \"1\""));
        assert!(header_fault(b"1,2\n").contains("no column \"to\""));
        assert!(header_fault(b"\xff\xfet\0o\0,\0\n").contains("not UTF-8"));
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_rejected_and_its_neighbours_pass() {
        let checked =
            parse(Form::Csv, 1, b"to,1\n+16315550101,a\n+16315550102,\xe9\n+16315550103,c\n").expect("a good header");
        let codes: Vec<_> = told(&checked).into_iter().map(|(_, text)| text).collect();
        assert_eq!(codes, ["+16315550101 a", "line_malformed", "+16315550103 c"]);
        assert!(checked[1].as_ref().is_err_and(|reject| reject.raw == "+16315550102,\u{fffd}"));
    }

    #[test]
    fn json_lines_are_read_and_their_faults_named() {
        let file = "{\"to\":\"+16315550101\",\"params\":[\"a\"]}\n\
                    {\"to\":\"+16315550102\"}\n\
                    {\"to\":\"+16315550103\",\"params\":[\"a\",\"b\"]}\n\
                    {\"to\":\"+16315550104\",\"params\":[\"\\u0000\"]}\n\
                    {\"too\":\"+16315550105\"}\n\
                    not json\n\
                    {\"to\":\"\",\"params\":[\"a\"]}\n\
                    [\"+16315550108\",[\"a\"]]\n";
        let checked = parse_in(Form::Ndjson, 1, file.as_bytes(), 5).expect("no header");
        let expected = [
            (1, "+16315550101 a"),
            (2, "parameter_count"),
            (3, "parameter_count"),
            (4, "parameter_forbidden_characters"),
            (5, "line_malformed"),
            (6, "line_malformed"),
            (7, "missing_number"),
            (8, "line_malformed"),
        ];
        assert_eq!(told(&checked), expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn values_with_names_are_told_apart_by_them() {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let wanted = || vec![column("header.image", ColumnKind::File), column("name", ColumnKind::Text)];
        let csv = "name,to,header.image\nAnn,+16315550101,https://example.org/a.png\nBob,+16315550102,a.png\n";
        let checked = parse_wanted(Form::Csv, wanted(), csv.as_bytes(), 7).expect("a good header");
        let expected = [(2, "+16315550101 https://example.org/a.png|Ann"), (3, "parameter_format")];
        assert_eq!(told(&checked), expected.map(|(line, text)| (line, text.to_owned())));
        let json = "{\"to\":\"+16315550101\",\"params\":{\"name\":\"Ann\",\"header.image\":\"4711\"}}\n\
                    {\"to\":\"+16315550102\",\"params\":{\"name\":\"Ann\"}}\n\
                    {\"to\":\"+16315550103\",\"params\":{\"name\":\"Ann\",\"name\":\"Bob\"}}\n\
                    {\"to\":\"+16315550104\",\"params\":{\"novelty\":\"Ann\"}}\n\
                    {\"to\":\"+16315550105\",\"params\":[\"4711\",\"Ann\"]}\n";
        let checked = parse_wanted(Form::Ndjson, wanted(), json.as_bytes(), 7).expect("no header");
        let expected = [
            (1, "+16315550101 4711|Ann"),
            (2, "parameter_missing"),
            (3, "line_malformed"),
            (4, "parameter_count"),
            (5, "parameter_format"),
        ];
        assert_eq!(told(&checked), expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_long_line_and_a_long_parameter_are_rejected_and_the_kept_text_is_short() {
        let file =
            format!("to,1\n+16315550101,{}\n+16315550102,{}\n+16315550103,a\n", "x".repeat(1025), "é".repeat(20_000));
        let checked = parse(Form::Csv, 1, file.as_bytes()).expect("a good header");
        let codes: Vec<_> = told(&checked).into_iter().map(|(_, text)| text).collect();
        assert_eq!(codes, ["parameter_too_long", "line_too_long", "+16315550103 a"]);
        assert!(checked[1].as_ref().is_err_and(|reject| reject.raw.chars().count() == RAW_CHARS_MAX));
    }
}

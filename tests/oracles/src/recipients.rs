//! Uploads of recipients: each line that is not blank is a recipient or a reject under its own number, and the right one of
//! them, however the file is cut into pieces.

use std::ops::Range;

use csv::{ReaderBuilder, Terminator};
use posthaste_api::{Checked, Code, Fault, Form, read_recipients};
use posthaste_model::{Contact, phone};
use serde_json::{Map, Value};

use crate::elements::is_distinct;

/// Longest line in bytes.
const LINE_BYTES_MAX: usize = 16_384;
/// Longest parameter in characters (Meta: message_templates).
const PARAMETER_CHARS_MAX: usize = 1_024;
/// Characters of a line that are kept.
const RAW_CHARS_MAX: usize = 500;
/// Most parameters that are tried.
const PARAMETERS_MAX: usize = 12;
/// Longest file that is read byte by byte.
const SHORT_BYTES_MAX: usize = 512;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a line should be: contact and parameters, or the code of its reject.
type Expected = Result<(Contact, Vec<String>), Code>;

/// One record of a file.
struct Record<'a> {
    /// Its first line, from 1.
    line: usize,
    /// Without its line break.
    bytes: &'a [u8],
    too_long: bool,
    /// Whether every quotation mark that opens a field is closed at the end of one.
    well_formed: bool,
}

impl Record<'_> {
    fn is_blank(&self) -> bool {
        !self.too_long && self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// Its text, or the code of what is wrong with its bytes.
    fn text(&self) -> Result<&str, Code> {
        if self.too_long {
            return Err(Code::LineTooLong);
        }
        std::str::from_utf8(self.bytes).map_err(|_| Code::LineMalformed)
    }
}

/// A CSV for a template with as many parameters as the first line has commas.
pub fn import_csv(data: &[u8]) {
    let first = data.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let parameters = first.iter().filter(|byte| **byte == b',').count().min(PARAMETERS_MAX);
    let records = records(data, true);
    let fields = fields(&records);
    let columns = fields.first().and_then(|names| columns(names.as_ref().ok()?, parameters));
    match (read(Form::Csv, parameters, data), columns) {
        (Ok(checked), Some(columns)) => {
            let expected = fields.into_iter().map(|fields| csv_values(&fields?, &columns, parameters));
            assert_lines(&checked, records.iter().zip(expected).skip(1));
        }
        (Err((code, detail)), None) => {
            assert_eq!(code, Code::UploadHeaderInvalid);
            assert!(detail.contains("write to"), "{detail} says what to write");
        }
        (read, columns) => panic!("{read:?} with the columns {columns:?}"),
    }
}

/// JSON lines for a template with as many parameters as the first line has.
pub fn import_ndjson(data: &[u8]) {
    let records = records(data, false);
    let first = records.first().and_then(|record| serde_json::from_slice::<Value>(record.bytes).ok());
    let parameters = first.and_then(|line| line["params"].as_array().map(Vec::len)).unwrap_or_default();
    let checked = read(Form::Ndjson, parameters, data).expect("there is no header");
    assert_lines(&checked, records.iter().map(|record| (record, json_values(record, parameters))));
}

/// Reads a file whole and in pieces: of one byte if it is short, else of a size that follows from its length.
fn read(form: Form, parameters: usize, data: &[u8]) -> Result<Vec<Checked>, Fault> {
    let whole = read_recipients(form, parameters, [data]);
    let size = if data.len() <= SHORT_BYTES_MAX { 1 } else { 2 + data.len() % 61 };
    assert_eq!(read_recipients(form, parameters, data.chunks(size)), whole, "in pieces of {size} bytes");
    whole
}

/// Each record that is not blank is told of once, in order, under its number, and as it should be.
fn assert_lines<'a>(checked: &[Checked], records: impl Iterator<Item = (&'a Record<'a>, Expected)>) {
    let records: Vec<_> = records.filter(|(record, _)| !record.is_blank()).collect();
    assert_eq!(checked.len(), records.len(), "lines that are not blank");
    for (checked, (record, expected)) in checked.iter().zip(records) {
        let (line, raw) = match checked {
            Ok(recipient) => (recipient.line, &recipient.raw),
            Err(reject) => (reject.line, &reject.raw),
        };
        assert_eq!(usize::try_from(line), Ok(record.line));
        let text = String::from_utf8_lossy(record.bytes).replace('\0', "\u{fffd}");
        assert!(raw.chars().eq(text.chars().take(RAW_CHARS_MAX)), "{raw:?} of {text:?}");
        match (checked, expected) {
            (Ok(recipient), Ok((contact, params))) => {
                assert_eq!((&recipient.contact, &recipient.params), (&contact, &params));
            }
            (Err(reject), Err(code)) => {
                assert_eq!(reject.code, code, "{}", reject.reason);
                assert!(!reject.reason.is_empty());
            }
            (checked, expected) => panic!("{checked:?}, and it should be {expected:?}"),
        }
    }
}

/// The records of a file, of which a quotation mark may open fields that go over several lines.
fn records(data: &[u8], quotes: bool) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    let (mut start, mut line) = (0, 1);
    while start < data.len() {
        let marks = if start == 0 && data.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let (mut end, mut well_formed) =
            if quotes { quoted_end(data, start + marks) } else { (line_end(data, start), true) };
        let too_long = end - start > LINE_BYTES_MAX;
        if too_long {
            end = line_end(data, start + LINE_BYTES_MAX + 1);
            well_formed = false;
        }
        let kept = start + marks..if too_long { start + LINE_BYTES_MAX + 1 } else { end };
        records.push(Record { line, bytes: without_return(data, kept), too_long, well_formed });
        line += 1 + data[start..end].iter().filter(|byte| **byte == b'\n').count();
        start = end + 1;
    }
    records
}

fn without_return(data: &[u8], kept: Range<usize>) -> &[u8] {
    let bytes = &data[kept];
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The next line break, or the end of the file.
fn line_end(data: &[u8], from: usize) -> usize {
    data[from..].iter().position(|byte| *byte == b'\n').map_or(data.len(), |at| from + at)
}

/// The line break that ends a record which begins at `from`, and whether the record is well-formed.
fn quoted_end(data: &[u8], from: usize) -> (usize, bool) {
    let (mut at, mut well_formed) = (from, true);
    loop {
        if data.get(at) == Some(&b'"') {
            let Some(closed) = closing(data, at + 1) else { return (data.len(), false) };
            at = closed + 1;
            let end = line_end(data, at);
            let rest = without_return(data, at..end);
            well_formed &= rest.is_empty() || rest.starts_with(b",");
        }
        match data[at..].iter().position(|byte| matches!(byte, b',' | b'\n')) {
            Some(next) if data[at + next] == b',' => at += next + 1,
            Some(next) => return (at + next, well_formed),
            None => return (data.len(), well_formed),
        }
    }
}

/// The quotation mark that closes a field; two of them stand for one within it.
fn closing(data: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += data[at..].iter().position(|byte| *byte == b'"')?;
        if data.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The fields of each record as the crate `csv` reads them, or the code of what is wrong with it.
fn fields(records: &[Record<'_>]) -> Vec<Result<Vec<String>, Code>> {
    let readable = |record: &Record<'_>| record.well_formed && record.text().is_ok();
    // A field in front: the crate would drop a byte order mark at the beginning, and a record that is empty.
    let text: Vec<u8> =
        records.iter().filter(|own| readable(own)).flat_map(|own| [b"-,", own.bytes, b"\n"].concat()).collect();
    let mut builder = ReaderBuilder::new();
    let builder = builder.has_headers(false).flexible(true).terminator(Terminator::Any(b'\n'));
    let mut read = builder.from_reader(&text[..]).into_records();
    let of = |record: &Record<'_>| {
        record.text()?;
        if !record.well_formed {
            return Err(Code::LineMalformed);
        }
        let fields = read.next().expect("as many records as there are").expect("UTF-8");
        Ok(fields.iter().skip(1).map(str::to_owned).collect())
    };
    records.iter().map(of).collect()
}

/// The columns of the number and of each parameter; `None` where the header cannot be used.
fn columns(names: &[String], parameters: usize) -> Option<Vec<usize>> {
    let place = |name: &String| match name.trim().to_ascii_lowercase().as_str() {
        "to" | "phone" => Some(0),
        number => number.parse().ok().filter(|number| (1..=parameters).contains(number)),
    };
    let places: Vec<usize> = names.iter().map(place).collect::<Option<_>>()?;
    let columns: Vec<_> = (0..=parameters).filter_map(|wanted| places.iter().position(|own| *own == wanted)).collect();
    (columns.len() == parameters + 1 && places.len() == parameters + 1).then_some(columns)
}

fn csv_values(fields: &[String], columns: &[usize], parameters: usize) -> Expected {
    if fields.len() > columns.len() {
        return Err(Code::ParameterCount);
    }
    let field = |column: &usize| fields.get(*column).cloned().unwrap_or_default();
    let params = columns[1..].iter().map(|column| field(column).trim().to_owned()).collect();
    judged(&field(&columns[0]), params, parameters)
}

fn json_values(record: &Record<'_>, parameters: usize) -> Expected {
    let malformed = Code::LineMalformed;
    let text = record.text()?;
    let value: Value = serde_json::from_str(text).ok().filter(|_| is_distinct(text)).ok_or(malformed)?;
    let members = value.as_object().ok_or(malformed)?;
    if members.keys().any(|name| name != "to" && name != "params") {
        return Err(malformed);
    }
    let number = value["to"].as_str().ok_or(malformed)?;
    let params = match members.get("params") {
        None => Vec::new(),
        Some(Value::Object(named)) => by_name(named, parameters)?,
        Some(list) => texts(list).ok_or(malformed)?,
    };
    judged(number, params, parameters)
}

/// Parameters by their numbers; one that is not written is empty.
fn by_name(named: &Map<String, Value>, parameters: usize) -> Result<Vec<String>, Code> {
    if named.values().any(|value| !value.is_string()) {
        return Err(Code::LineMalformed);
    }
    let names: Vec<String> = (1..=parameters).map(|number| number.to_string()).collect();
    if named.keys().any(|name| !names.contains(name)) {
        return Err(Code::ParameterCount);
    }
    let text = |name: &String| named.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(names.iter().map(text).collect())
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The rules for numbers (E.164) and for parameters (Meta: errors 132000, 132012, 132018).
fn judged(number: &str, params: Vec<String>, parameters: usize) -> Expected {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let strange = |c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-' | '.' | '(' | ')');
    match number.trim().strip_prefix('+') {
        None if number.trim().is_empty() => return Err(Code::MissingNumber),
        None => return Err(Code::NumberWithoutCountryCode),
        Some(rest) if rest.contains(strange) => return Err(Code::MalformedNumber),
        Some(_) if !(phone::DIGITS_MIN..=phone::DIGITS_MAX).contains(&digits.len()) || digits.starts_with('0') => {
            return Err(Code::MalformedNumber);
        }
        Some(_) => {}
    }
    for param in &params {
        if param.trim().is_empty() {
            return Err(Code::ParameterMissing);
        }
        if param.chars().any(char::is_control) || param.contains("     ") {
            return Err(Code::ParameterForbidden);
        }
        if param.chars().count() > PARAMETER_CHARS_MAX {
            return Err(Code::ParameterTooLong);
        }
    }
    if params.len() != parameters {
        return Err(Code::ParameterCount);
    }
    Ok((Contact::new(format!("+{digits}")), params))
}

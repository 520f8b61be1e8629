//! The values that a campaign's recipients bring for its template.

use std::collections::BTreeSet;

use posthaste_model::whatsapp::outgoing;
use posthaste_model::{Column, ColumnKind, Filling, Slot};
use serde_json::{Value, json};

use super::{Button, Header, Wants};
use crate::fields::Faults;
use crate::problem::Code;

/// Names that stand for the recipient's number.
pub(crate) const NUMBER: [&str; 2] = ["to", "phone"];

/// What cannot be filled from a recipient's values: the component, and why.
pub(crate) type Unfillable = (String, &'static str);

/// The values of a recipient, and where they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Columns {
    /// In the order in which they are kept.
    pub(crate) columns: Vec<Column>,
    /// The places that they fill; `None` where they are the numbered parameters of the body, and nothing else.
    pub(crate) slots: Option<Vec<Slot>>,
}

/// The columns of a template of which only the number of its body's parameters is known.
pub(crate) fn numbered(parameters: usize) -> Vec<Column> {
    (1..=parameters).map(|number| Column { name: number.to_string(), kind: ColumnKind::Text }).collect()
}

/// The name of a parameter as that of a column; those of the number are taken.
pub(crate) fn column_of(parameter: &str) -> String {
    if NUMBER.iter().any(|name| name.eq_ignore_ascii_case(parameter)) {
        return format!("body.{parameter}");
    }
    parameter.to_owned()
}

impl Wants {
    /// What a recipient brings; no header is the same for all.
    pub(crate) fn columns(&self) -> Result<Columns, Unfillable> {
        self.columns_with(None)
    }

    /// The same with a header that is the same for all, in the words of [`fixed_header`].
    pub(crate) fn columns_with(&self, header: Option<&Value>) -> Result<Columns, Unfillable> {
        self.fillable(header.is_some())?;
        let mut own = Builder { columns: Vec::new(), slots: Vec::new() };
        match (&self.header, header) {
            (Header::Media(kind), Some(value)) => own.slot(("header", *kind), None, Filling::Value(value.clone())),
            (Header::Media(kind), None) => own.column(("header", *kind), &format!("header.{kind}"), ColumnKind::File),
            (Header::Text(places), _) => own.texts(self, "header", places),
            (Header::Absent | Header::Other(_), _) => {}
        }
        own.texts(self, "body", &self.body);
        for (index, button) in self.buttons.iter().enumerate() {
            if let Button::Wanting { sub_type, takes } = *button {
                own.button(self, index, (sub_type, takes));
            }
        }
        let is_plain = own.slots.iter().all(|slot| slot.component == "body" && slot.parameter_name.is_none());
        Ok(Columns { columns: own.columns, slots: (!is_plain || self.is_code).then_some(own.slots) })
    }

    /// Texts and files can be filled from a table; lists of products, cards and times that are each message's own cannot.
    fn fillable(&self, has_header: bool) -> Result<(), Unfillable> {
        const OWN: &str = "which is each message's own";
        if !self.cards.is_empty() {
            return Err(("a carousel".to_owned(), OWN));
        }
        if self.offer == Some(true) {
            return Err(("an offer that ends".to_owned(), OWN));
        }
        match &self.header {
            Header::Other(kind) => return Err((format!("a header of type {kind}"), OWN)),
            Header::Media("location") if !has_header => {
                return Err((
                    "a header of type location".to_owned(),
                    "which is the same for all or each message's own",
                ));
            }
            _ => {}
        }
        let action = self.buttons.iter().find_map(|button| match button {
            Button::Wanting { sub_type, takes: "action" } => Some(sub_type),
            _ => None,
        });
        action.map_or(Ok(()), |sub_type| Err((format!("a button of type {sub_type}"), OWN)))
    }
}

struct Builder {
    columns: Vec<Column>,
    slots: Vec<Slot>,
}

impl Builder {
    fn slot(&mut self, (component, kind): (&str, &str), parameter_name: Option<String>, filling: Filling) {
        let (component, kind) = (component.to_owned(), kind.to_owned());
        self.slots.push(Slot { component, sub_type: None, index: None, kind, parameter_name, filling });
    }

    /// The place of a column in the list, where it is put unless it is there: a name means the same wherever it appears.
    fn place(&mut self, name: &str, kind: ColumnKind) -> usize {
        let known = self.columns.iter().position(|own| own.name == name);
        known.unwrap_or_else(|| {
            self.columns.push(Column { name: name.to_owned(), kind });
            self.columns.len() - 1
        })
    }

    fn column(&mut self, place: (&str, &str), name: &str, kind: ColumnKind) {
        let filling = Filling::Column(self.place(name, kind));
        self.slot(place, None, filling);
    }

    fn texts(&mut self, wants: &Wants, component: &str, places: &[String]) {
        let kind = if wants.is_code { ColumnKind::Code } else { ColumnKind::Text };
        for place in places {
            if wants.is_named {
                let filling = Filling::Column(self.place(&column_of(place), kind));
                self.slot((component, "text"), Some(place.clone()), filling);
            } else if component == "body" {
                self.column((component, "text"), place, kind);
            } else {
                self.column((component, "text"), &format!("{component}.{place}"), kind);
            }
        }
    }

    /// The end of a URL or a coupon; the button of a one-time password copies what the body shows.
    fn button(&mut self, wants: &Wants, index: usize, (sub_type, takes): (&str, &str)) {
        let name = if wants.is_code { "1".to_owned() } else { format!("button.{index}") };
        let kind = if takes == "coupon_code" { ColumnKind::Coupon } else { ColumnKind::Text };
        self.column(("button", takes), &name, kind);
        if let Some(slot) = self.slots.last_mut() {
            (slot.sub_type, slot.index) = (Some(sub_type.to_owned()), Some(index));
        }
    }
}

impl Columns {
    /// The same values in the order of another template's columns, which must be the same ones.
    pub(crate) fn in_order_of(self, first: &[Column]) -> Option<Self> {
        let names = |columns: &[Column]| columns.iter().map(|own| (own.name.clone(), own.kind as u8)).collect();
        let (own, others): (BTreeSet<_>, BTreeSet<_>) = (names(&self.columns), names(first));
        if own != others {
            return None;
        }
        let place = |slot: Slot| match slot.filling {
            Filling::Column(column) => {
                let name = &self.columns[column].name;
                let column = first.iter().position(|own| own.name == *name).unwrap_or(column);
                Slot { filling: Filling::Column(column), ..slot }
            }
            Filling::Value(_) => slot,
        };
        let slots = self.slots.map(|slots| slots.into_iter().map(place).collect());
        Some(Self { columns: first.to_vec(), slots })
    }

    /// The places that are filled, also where a message needs none of them named.
    pub(crate) fn all_slots(&self) -> Vec<Slot> {
        let plain = || {
            let slot = |(column, _)| Slot {
                component: "body".to_owned(),
                sub_type: None,
                index: None,
                kind: "text".to_owned(),
                parameter_name: None,
                filling: Filling::Column(column),
            };
            self.columns.iter().enumerate().map(slot).collect()
        };
        self.slots.clone().unwrap_or_else(plain)
    }

    /// Their names.
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Checks a header that is the same for all recipients, which stands at `pointer`.
pub(crate) fn fixed_header(wants: Option<&Wants>, header: &Value, pointer: &str, faults: &Faults) {
    let Some(&Header::Media(kind)) = wants.map(|wants| &wants.header) else {
        let detail = "the template has no header of a file or a place: leave it out";
        return faults.push(pointer, Code::ParameterFormat, detail);
    };
    let components = json!([{ "type": "header", "parameters": [{ "type": kind, kind: header }] }]);
    let mut wrong = Vec::new();
    outgoing::COMPONENTS.check(&components, "", &mut wrong);
    let inner = format!("/0/parameters/0/{kind}");
    for fault in wrong {
        let code = if fault.code == "missing" { Code::FieldMissing } else { Code::FieldInvalid };
        let rest = fault.pointer.strip_prefix(&inner).unwrap_or_default();
        faults.push(format!("{pointer}{rest}"), code, fault.detail);
    }
}

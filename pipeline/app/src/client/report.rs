//! The report of a campaign, from SQL.

use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Api;
use crate::cli::ApiArgs;

/// Options of `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    api: ApiArgs,
    /// The campaign.
    #[arg(long)]
    campaign: posthaste_model::CampaignId,
}

#[derive(Debug, Deserialize)]
struct Column {
    name: String,
}

#[derive(Debug, Deserialize)]
struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

/// Prints funnel, failure reasons and times to deliver, each with the statement that gave it.
pub(crate) async fn report(args: &ReportArgs) -> anyhow::Result<()> {
    let api = Api::new(&args.api)?;
    // An id is a prefix and hex digits: nothing in it could end the text.
    let campaign = args.campaign;
    for (title, sql) in [
        ("Funnel", format!("SELECT * FROM delivery_funnel WHERE campaign_id = '{campaign}'")),
        (
            "Failure reasons",
            format!("SELECT * FROM failure_reasons WHERE campaign_id = '{campaign}' ORDER BY messages DESC"),
        ),
        ("Time to deliver (ms)", format!("SELECT * FROM time_to_deliver WHERE campaign_id = '{campaign}'")),
    ] {
        let answer = api.post_json("/v1/sql", &json!({ "sql": sql })).await?;
        let table: Table = serde_json::from_slice(&answer).context("answer of POST /v1/sql")?;
        println!("\n{title}\n  {sql}");
        print(&table);
    }
    Ok(())
}

/// A table of one row is turned on its side, so that it fits a terminal.
fn print(table: &Table) {
    let cell = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if let [row] = table.rows.as_slice() {
        let width = table.columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
        for (column, value) in table.columns.iter().zip(row) {
            println!("  {:width$}  {}", column.name, cell(value));
        }
        return;
    }
    let mut widths: Vec<usize> = table.columns.iter().map(|column| column.name.len()).collect();
    for row in &table.rows {
        for (width, value) in widths.iter_mut().zip(row) {
            *width = cell(value).chars().count().max(*width);
        }
    }
    let line = |cells: Vec<String>| {
        let padded: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        println!("  {}", padded.join("  ").trim_end());
    };
    line(table.columns.iter().map(|column| column.name.clone()).collect());
    for row in &table.rows {
        line(row.iter().map(cell).collect());
    }
}

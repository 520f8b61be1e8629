//! A session for one query of one tenant: its tables, its limits, and nothing else.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::ViewTable;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast::Statement as SqlStatement;
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use object_store::ObjectStore;

use super::QueryError;
use super::views::VIEWS;

/// Largest SQL text, in bytes.
pub(super) const SQL_BYTES_MAX: usize = 64 * 1024;

/// Most operators, keywords and brackets of a text; names, literals and commas are free, so that a list may be long.
/// Planning is worse than quadratic in the depth of an expression and cannot be interrupted: in an unoptimised build a
/// sum of 1,000 terms takes 2.5 s, one of 2,000 takes 14 s.
pub(super) const STRUCTURE_TOKENS_MAX: usize = 1_000;

/// Tasks that one query is spread over.
const PARTITIONS: usize = 2;

/// Where the lake's store is registered; nothing is registered elsewhere, so no other URL can be read.
pub(super) fn lake_url() -> ObjectStoreUrl {
    ObjectStoreUrl::parse("lake://files").expect("a scheme and a host")
}

/// Functions that make a long text out of short ones, in memory that no pool counts: one call could end the process.
/// Texts are joined with `||`, which is counted.
const FUNCTIONS_OFF: [&str; 7] = ["repeat", "lpad", "rpad", "replace", "overlay", "concat", "concat_ws"];

/// Most `||` of a text: each can double a value, and a batch holds 8,192 values.
pub(super) const JOINS_OF_TEXT_MAX: usize = 6;

/// Most bytes that the literals of a text with `||` can grow to in one value.
pub(super) const GROWN_LITERAL_BYTES_MAX: usize = 64 * 1024;

/// A session whose only tables are `transitions` and the views over it.
pub(super) fn session(
    transitions: Arc<dyn TableProvider>,
    store: Arc<dyn ObjectStore>,
    memory_bytes_max: usize,
) -> Result<SessionContext> {
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(memory_bytes_max)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()?;
    // DataFusion registers the whole file system by default.
    runtime.deregister_object_store(ObjectStoreUrl::local_filesystem().as_ref())?;
    runtime.register_object_store(lake_url().as_ref(), store);
    let config = SessionConfig::new()
        .with_information_schema(true)
        // A recursion could double a text, with a single `||`, as often as it likes.
        .set_bool("datafusion.execution.enable_recursive_ctes", false)
        .with_default_catalog_and_schema("posthaste", "public")
        .with_target_partitions(PARTITIONS);
    let state =
        SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features().build();
    let context = SessionContext::new_with_state(state);
    for function in FUNCTIONS_OFF {
        context.deregister_udf(function);
    }
    context.register_table("transitions", transitions)?;
    Ok(context)
}

/// Adds the views.
pub(super) async fn add_views(context: &SessionContext) -> Result<()> {
    for (name, definition) in VIEWS {
        let plan = context.state().create_logical_plan(definition).await?;
        context.register_table(name, Arc::new(ViewTable::new(plan, Some(definition.to_owned()))))?;
    }
    Ok(())
}

/// Plans the user's text. Whatever is not a question is refused twice: by the kind of the statement, before any planning,
/// and by the plan.
pub(super) async fn plan(
    context: &SessionContext,
    sql: &str,
    memory_bytes_max: usize,
) -> Result<DataFrame, QueryError> {
    let invalid = |error: DataFusionError| QueryError::of(&error, memory_bytes_max);
    check_size(sql)?;
    let state = context.state();
    let dialect = state.config().options().sql_parser.dialect;
    let statement = state.sql_to_statement(sql, &dialect).map_err(invalid)?;
    if !is_question(&statement) {
        return Err(forbidden());
    }
    let plan = state.statement_to_plan(statement).await.map_err(invalid)?;
    verify(&plan)?;
    context.execute_logical_plan(plan).await.map_err(invalid)
}

fn check_size(sql: &str) -> Result<(), QueryError> {
    let too_large =
        |what, count, limit| Err(QueryError::Invalid(format!("the query has {count} {what}; the limit is {limit}")));
    if sql.len() > SQL_BYTES_MAX {
        return too_large("bytes", sql.len(), SQL_BYTES_MAX);
    }
    // A text that is no sequence of tokens is the parser's to refuse.
    let tokens = Tokenizer::new(&GenericDialect, sql).tokenize().unwrap_or_default();
    let structure = tokens.iter().filter(|token| gives_structure(token)).count();
    if structure > STRUCTURE_TOKENS_MAX {
        return too_large("operators, keywords and brackets", structure, STRUCTURE_TOKENS_MAX);
    }
    let joins = tokens.iter().filter(|token| **token == Token::StringConcat).count();
    if joins > JOINS_OF_TEXT_MAX {
        return too_large("of the operator ||", joins, JOINS_OF_TEXT_MAX);
    }
    let literals: usize =
        tokens.iter().filter(|token| !is_name_or_gap(token)).map(|token| token.to_string().len()).sum();
    let limit = GROWN_LITERAL_BYTES_MAX >> joins;
    if joins > 0 && literals > limit {
        return too_large("bytes of literals and operators beside its ||", literals, limit);
    }
    Ok(())
}

fn gives_structure(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword != Keyword::NoKeyword,
        Token::Whitespace(_) | Token::Comma | Token::Period | Token::Number(..) | Token::SingleQuotedString(_) => false,
        _ => true,
    }
}

fn is_name_or_gap(token: &Token) -> bool {
    matches!(token, Token::Word(_) | Token::Whitespace(_) | Token::Comma | Token::Period)
}

fn verify(plan: &LogicalPlan) -> Result<(), QueryError> {
    let options = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
    options.verify_plan(plan).map_err(|_| forbidden())
}

fn forbidden() -> QueryError {
    let text =
        "only questions are answered here: SELECT, WITH, VALUES, SHOW TABLES, SHOW COLUMNS, DESCRIBE and EXPLAIN";
    QueryError::Forbidden(text.to_owned())
}

fn is_question(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(statement) => matches!(
            **statement,
            SqlStatement::Query(_)
                | SqlStatement::ShowTables { .. }
                | SqlStatement::ShowColumns { .. }
                | SqlStatement::ExplainTable { .. }
        ),
        Statement::Explain(explain) => is_question(&explain.statement),
        Statement::CreateExternalTable(_) | Statement::CopyTo(_) | Statement::Reset(_) => false,
    }
}

//! Tables: one layout for all of them, with their headings on each page.
use super::{
    face::Weight,
    flow::{Cell, Flow, MARGIN, Style, WIDTH},
};
use crate::report::sheet::{Column, Table};
use krilla::tagging::{TableHeaderScope, Tag};

/// Lays a table out.
pub(super) fn push(flow: &mut Flow<'_>, table: &Table) {
    let first = table.rows.first().map_or(0.0, |row| height(flow, &table.columns, row));
    // The headings never stand alone at the end of a page.
    flow.need(60.0 + first.min(TALL));
    flow.open(Tag::Table);
    let caption = flow.open(Tag::Caption);
    flow.close();
    let cell = flow.cell(&table.caption, MARGIN, WIDTH, CAPTION);
    flow.row(&[cell], &[Some(caption)], 1.0, &mut |_| {});
    flow.open(Tag::THead);
    flow.open(Tag::TR);
    let titles = table.columns.iter().map(|_| {
        let group = flow.open(Tag::TH(TableHeaderScope::Column));
        flow.close();
        Some(group)
    });
    let titles: Vec<_> = titles.collect();
    head(flow, &table.columns, &titles);
    flow.close();
    flow.close();
    flow.open(Tag::TBody);
    for row in &table.rows {
        push_row(flow, &table.columns, row);
    }
    flow.close();
    flow.close();
    flow.skip(8.0);
}

const CAPTION: Style = Style { weight: Weight::Regular, size: 8.0 };
const HEAD: Style = Style { weight: Weight::SemiBold, size: 8.0 };
const BODY: Style = Style { weight: Weight::Regular, size: 8.0 };
/// Points above and below the text of a row.
const PADDING: f32 = 1.8;

/// Rows above this may break in any case.
const TALL: f32 = 400.0;

fn height(flow: &Flow<'_>, columns: &[Column], row: &[String]) -> f32 {
    let cells = cells(flow, columns, row.iter().map(String::as_str), BODY);
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or_default();
    lines as f32 * BODY.height() + 2.0 * PADDING
}

fn push_row(flow: &mut Flow<'_>, columns: &[Column], row: &[String]) {
    flow.open(Tag::TR);
    let groups = row.iter().map(|_| {
        let group = flow.open(Tag::TD);
        flow.close();
        Some(group)
    });
    let groups: Vec<_> = groups.collect();
    let cells = cells(flow, columns, row.iter().map(String::as_str), BODY);
    // On a new page the headings repeat what was said.
    let repeated = vec![None; columns.len()];
    flow.row(&cells, &groups, PADDING, &mut |flow| head(flow, columns, &repeated));
    flow.rule(0.3);
    flow.close();
}

fn head(flow: &mut Flow<'_>, columns: &[Column], groups: &[Option<usize>]) {
    let titles = columns.iter().map(|column| column.title.as_str());
    let cells = cells(flow, columns, titles, HEAD);
    flow.row(&cells, groups, PADDING, &mut |_| {});
    flow.rule(0.8);
}

fn cells<'t>(
    flow: &Flow<'_>,
    columns: &[Column],
    texts: impl Iterator<Item = &'t str>,
    style: Style,
) -> Vec<Cell> {
    let parts: f32 = columns.iter().map(|column| column.width).sum();
    let mut x = MARGIN;
    let of = columns.iter().zip(texts).map(|(column, text)| {
        let width = column.width / parts * WIDTH;
        let mut cell = flow.cell(text, x, width, style);
        cell.is_right = column.is_number;
        x += width;
        cell
    });
    of.collect()
}

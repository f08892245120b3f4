//! LaTeX: a document that compiles, with three-line tables (booktabs) to copy into a manuscript.

use super::spans::spans;
use super::{Align, Block, Document, Row, RowKind, Table, abbreviations};

/// Tables with more rows may break across pages.
const LONG: usize = 40;

const HEAD: &str = "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage[utf8]{inputenc}\n\\usepackage{textcomp}\n\
                    \\usepackage{booktabs}\n\\usepackage{longtable}\n\\usepackage[margin=2cm]{geometry}\n\\begin{document}\n";

/// The whole document. Figures are named, not drawn: print them as PDF and include that.
pub fn render(document: &Document) -> String {
    let mut text = format!("{HEAD}\n\\section*{{{}}}\n\n", escaped(&document.title));
    let mut blocks = document.blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Heading(heading) => text += &format!("\\subsection*{{{}}}\n\n", escaped(heading)),
            Block::Paragraph(paragraph) => text += &format!("{}\n\n", escaped(paragraph)),
            Block::KeyValues(pairs) => {
                let items =
                    pairs.iter().map(|(name, cell)| format!("\\item[{}] {}\n", escaped(name), escaped(&cell.shown)));
                text += &format!("\\begin{{description}}\n{}\\end{{description}}\n\n", items.collect::<String>());
            }
            Block::Figure(figure) => {
                let named = if figure.title.is_empty() { &document.title } else { &figure.title };
                text +=
                    &format!("% figure: {}: print it with -o FIGURE.pdf, then \\includegraphics\n\n", one_line(named));
            }
            Block::Notes(notes) => text += &small(notes),
            Block::Table(content) => {
                let notes = match blocks.peek() {
                    Some(Block::Notes(notes)) => notes.as_slice(),
                    None => document.notes.as_slice(),
                    Some(_) => &[],
                };
                text += &table(content, notes);
                if matches!(blocks.peek(), Some(Block::Notes(_))) {
                    blocks.next();
                }
            }
        }
    }
    if !matches!(document.blocks.last(), Some(Block::Table(_))) {
        text += &small(&document.notes);
    }
    text + "\\end{document}\n"
}

fn small(notes: &[String]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let notes: Vec<String> = notes.iter().map(|note| escaped(note)).collect();
    format!("{{\\footnotesize {}\\par}}\n\n", notes.join(" "))
}

/// One table with its caption and footnotes.
fn table(table: &Table, notes: &[String]) -> String {
    let columns: String = table
        .columns
        .iter()
        .map(|column| {
            if column.align == Align::Left {
                'l'
            } else if column.align == Align::Centre {
                'c'
            } else {
                'r'
            }
        })
        .collect();
    let notes: Vec<String> = abbreviations::footnote(table).into_iter().chain(notes.iter().cloned()).collect();
    let notes = small(&notes);
    let caption = |end: &str| {
        table.caption.as_ref().map(|text| format!("\\caption{{{}}}{end}\n", escaped(text))).unwrap_or_default()
    };
    let rows: String = table.rows.iter().map(|row| line(table, row)).collect();
    let heading = heading(table);
    if table.rows.len() > LONG {
        return format!(
            "\\begin{{longtable}}{{{columns}}}\n{}\\toprule\n{heading}\\midrule\n\\endhead\n{rows}\\bottomrule\n\
             \\end{{longtable}}\n{notes}",
            caption("\\\\")
        );
    }
    format!(
        "\\begin{{table}}[htbp]\n\\centering\n{}\\begin{{tabular}}{{{columns}}}\n\\toprule\n{heading}\\midrule\n{rows}\
         \\bottomrule\n\\end{{tabular}}\n\n{notes}\\end{{table}}\n\n",
        caption("")
    )
}

fn heading(table: &Table) -> String {
    let mut text = String::new();
    if let Some(spans) = spans(table) {
        let over = |span: &super::spans::Span| match &span.title {
            Some(title) => format!("\\multicolumn{{{}}}{{c}}{{{}}}", span.columns, escaped(title)),
            None => String::new(),
        };
        text += &format!("{} \\\\\n", spans.iter().map(over).collect::<Vec<_>>().join(" & "));
        let mut at = 1;
        for span in &spans {
            if span.title.is_some() {
                text += &format!("\\cmidrule(lr){{{at}-{}}}\n", at + span.columns - 1);
            }
            at += span.columns;
        }
    }
    let lines: Vec<Vec<String>> = table.columns.iter().map(super::ColumnSpec::title_lines).collect();
    let height = lines.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        // Set at the bottom of the tallest.
        let of = |lines: &Vec<String>| {
            (at + lines.len())
                .checked_sub(height)
                .and_then(|at| lines.get(at))
                .map_or(String::new(), |line| escaped(line))
        };
        text += &format!("{} \\\\\n", lines.iter().map(of).collect::<Vec<_>>().join(" & "));
    }
    text
}

fn line(table: &Table, row: &Row) -> String {
    let cell = |column: usize| {
        let text = escaped(row.shown(column));
        let indent = if column == 0 { "\\quad ".repeat(row.indent.into()) } else { String::new() };
        let bold = matches!(row.kind, RowKind::Header if column == 0) || row.kind == RowKind::Total;
        if bold && !text.is_empty() { format!("{indent}\\textbf{{{text}}}") } else { indent + &text }
    };
    let rule = if row.kind == RowKind::Total { "\\midrule\n" } else { "" };
    format!("{rule}{} \\\\\n", (0..table.columns.len()).map(cell).collect::<Vec<_>>().join(" & "))
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// `text` with what LaTeX takes for commands escaped, and signs that its fonts lack as mathematics.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' => out.push(' '),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(character);
            }
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' | '>' => out.push_str(&format!("${character}$")),
            '≤' => out.push_str("$\\le$"),
            '≥' => out.push_str("$\\ge$"),
            '±' => out.push_str("$\\pm$"),
            '×' => out.push_str("$\\times$"),
            '−' => out.push_str("$-$"),
            'χ' => out.push_str("$\\chi$"),
            'λ' => out.push_str("$\\lambda$"),
            'α' => out.push_str("$\\alpha$"),
            '→' => out.push_str("$\\rightarrow$"),
            '…' => out.push_str("\\ldots{}"),
            '\u{2007}' | '\u{a0}' => out.push('~'),
            c if c.is_control() => out.push(' '),
            _ => out.push(character),
        }
    }
    out
}

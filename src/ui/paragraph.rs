//! Running text: lines, key-value lines, wrapped notes, and the words that stand where an answer is not there yet.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::layout;
use crate::app::answers::Status;
use crate::app::extraction::Extraction;
use crate::ask::AskError;
use crate::theme::{Role, Theme};
use figures::format;

/// Writes one line of `text`, cut to `area`; returns the column after it.
pub fn line(text: &str, role: Role, theme: &Theme, area: Rect, buf: &mut Buffer) -> u16 {
    if area.is_empty() {
        return area.x;
    }
    let shown = theme.glyphs().text(text);
    let shown = format::shorten(&shown, usize::from(area.width), theme.glyphs());
    buf.set_stringn(area.x, area.y, shown, usize::from(area.width), theme.style(role)).0
}

/// Writes on one line as many phrases of `text`, which commas and semicolons divide, as there is room for: none is cut. For
/// phrases that stand alone only: a list of names that ends early says something else than the whole.
pub fn phrases(text: &str, role: Role, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let fits = |part: &&str| format::width(&theme.glyphs().text(part)) <= usize::from(area.width);
    let mut ends = text.match_indices([',', ';']).map(|(at, _)| &text[..at]).chain([text]);
    let whole = ends.rfind(fits).unwrap_or(text);
    line(whole, role, theme, area, buf);
}

/// Writes the first of `forms`, from long to short, that one line has room for; the last is cut where it has none.
pub fn first_that_fits(forms: &[String], role: Role, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let fits = |form: &&String| format::width(&theme.glyphs().text(form)) <= usize::from(area.width);
    if let Some(form) = forms.iter().find(fits).or(forms.last()) {
        line(form, role, theme, area, buf);
    }
}

/// `text` broken into lines of at most `width` columns, between words where it can be. Blanks at the beginning of a line stay,
/// and a line with marks (`^^^`) below it stays over them: where both are too long, the part about the marks is shown.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.lines().peekable();
    while let Some(paragraph) = rest.next() {
        if let Some(marks) = rest.next_if(|next| is_marks(next)) {
            lines.extend(about_marks(paragraph, marks, width));
            continue;
        }
        let blanks = paragraph.chars().take_while(|c| *c == ' ').count().min(width / 2);
        let indent = " ".repeat(blanks);
        let (mut line, mut is_empty) = (indent.clone(), true);
        for word in kept_together(paragraph) {
            let needed = format::width(&line) + usize::from(!is_empty) + format::width(&word);
            if needed > width && !is_empty {
                lines.push(std::mem::replace(&mut line, indent.clone()));
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(&word);
            is_empty = false;
        }
        lines.push(if is_empty { String::new() } else { line });
    }
    lines
}

/// Whether a line marks something in the one above it.
fn is_marks(line: &str) -> bool {
    !line.trim().is_empty() && line.trim().chars().all(|c| c == '^')
}

/// A line and the marks below it, as much of both as there is room for about where the marks begin.
fn about_marks(line: &str, marks: &str, width: usize) -> [String; 2] {
    let begin = marks.chars().take_while(|c| *c == ' ').count();
    let skipped =
        if format::width(line).max(format::width(marks)) <= width { 0 } else { begin.saturating_sub(width / 3) };
    [line, marks].map(|text| text.chars().skip(skipped).take(width).collect::<String>().trim_end().to_owned())
}

/// The words of a text; `n = 81` is one.
fn kept_together(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in text.split_whitespace() {
        let joins = ["=", "<", "≥", "≤"].contains(&word);
        match words.last_mut().filter(|_| joins || is_open) {
            Some(last) => last.extend([" ", word]),
            None => words.push(word.to_owned()),
        }
        is_open = joins;
    }
    words
}

/// Writes wrapped text, with a sign at its end where there is more than `area` has lines for; returns the number of lines used.
pub fn text(text: &str, role: Role, theme: &Theme, area: Rect, buf: &mut Buffer) -> u16 {
    let mut lines = wrap(&theme.glyphs().text(text), usize::from(area.width));
    let most = usize::from(area.height);
    if most > 0 && lines.len() > most {
        lines[most - 1] = goes_on(&lines[most - 1], usize::from(area.width), theme);
    }
    for (i, l) in lines.iter().take(usize::from(area.height)).enumerate() {
        buf.set_stringn(area.x, area.y + i as u16, l, usize::from(area.width), theme.style(role));
    }
    (lines.len() as u16).min(area.height)
}

/// The last line of a text that goes on: its whole words, and the sign.
fn goes_on(line: &str, width: usize, theme: &Theme) -> String {
    let sign = theme.glyphs().pick(" …", " ~");
    let mut ends = line.match_indices(' ').map(|(at, _)| &line[..at]).chain([line]);
    let whole = ends.rfind(|words| !words.is_empty() && format::width(words) + format::width(sign) <= width);
    whole.map_or_else(
        || format::shorten(&format!("{line}{sign}"), width, theme.glyphs()),
        |words| format!("{words}{sign}"),
    )
}

/// Lines that wrapped text takes as the theme writes it: plain characters are more, `>=` for `≥`.
pub fn height(text: &str, theme: &Theme, width: u16) -> u16 {
    wrap(&theme.glyphs().text(text), usize::from(width).max(1)).len() as u16
}

/// Writes what a pane shows, on as many lines as that needs; returns what is left of `area`.
pub fn heading(words: &str, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    heading_in(words, Role::Title, theme, area, buf)
}

/// The same in another role.
pub fn heading_in(words: &str, role: Role, theme: &Theme, area: Rect, buf: &mut Buffer) -> Rect {
    let (head, rest) = layout::top(area, height(words, theme, area.width));
    text(words, role, theme, head, buf);
    rest
}

/// Frames an answer by its heading, with how fresh it is, and by its notes on `most` lines at most; returns what is left
/// between them. Where there is no answer, its place is taken by the words that say why, and nothing is left.
pub fn framed(
    status: &Status,
    summary: &str,
    (remarks, most): (&[String], u16),
    theme: &Theme,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Rect> {
    if let Some((role, said)) = absent(status) {
        text(&said, role, theme, area, buf);
        return None;
    }
    let rest = heading(&format!("{summary}{}", freshness(status)), theme, area, buf);
    let (rest, foot) = layout::bottom(rest, notes_height(remarks, theme, rest, most));
    notes(remarks, theme, foot, buf);
    Some(rest)
}

/// Lines that `notes` take below a pane of `area`'s height, at most `most`: a ninth of it, so that they do not push out what
/// they are about.
pub fn notes_height(notes: &[String], theme: &Theme, area: Rect, most: u16) -> u16 {
    let width = area.width.saturating_sub(2);
    let lines: usize = notes.iter().map(|note| usize::from(height(note, theme, width))).sum();
    (lines as u16).min(most).min((area.height / NOTES_SHARE).max(1))
}

/// Of so many lines of a pane one is for notes.
const NOTES_SHARE: u16 = 9;

/// Writes notes, each behind a mark; how many are left out is said at the end of the last line.
pub fn notes(notes: &[String], theme: &Theme, area: Rect, buf: &mut Buffer) {
    let width = usize::from(area.width).saturating_sub(2).max(1);
    let height = usize::from(area.height);
    let wrapped: Vec<Vec<String>> = notes.iter().map(|note| wrap(&theme.glyphs().text(note), width)).collect();
    let fits = wrapped.iter().map(Vec::len).sum::<usize>() <= height;
    // Where not all fit, each is cut to a line.
    let (shown, per_note) = if fits { (wrapped.len(), usize::MAX) } else { (wrapped.len().min(height), 1) };
    let hidden = wrapped.len() - shown;
    let cut = !fits && wrapped[..shown].iter().any(|lines| lines.len() > per_note);
    let rest = match (hidden, cut) {
        (0, false) => String::new(),
        (0, true) => " (M: whole)".to_owned(),
        (more, _) => format!(" (M: {more} more)"),
    };
    let mut y = area.y;
    for (i, (note, lines)) in notes.iter().zip(&wrapped).take(shown).enumerate() {
        let last = i + 1 == shown;
        if per_note == 1 {
            let room = width.saturating_sub(if last { format::width(&rest) } else { 0 });
            let text = format::shorten(&theme.glyphs().text(note), room, theme.glyphs());
            let text = format!("! {text}{}", if last { rest.as_str() } else { "" });
            buf.set_stringn(area.x, y, text, usize::from(area.width), theme.style(Role::Warn));
            y += 1;
            continue;
        }
        for (k, l) in lines.iter().enumerate() {
            let text = format!("{}{l}", if k == 0 { "! " } else { "  " });
            buf.set_stringn(area.x, y, text, usize::from(area.width), theme.style(Role::Warn));
            y += 1;
        }
    }
}

/// What to say in place of an answer that is not there; nothing if there is one.
pub fn absent(status: &Status) -> Option<(Role, String)> {
    match status {
        Status::Ready(_) | Status::Stale(..) => None,
        Status::Unasked => Some((Role::Dim, "nothing to show yet".to_owned())),
        Status::Running(stage) => {
            let percent = stage.percent().map(|p| format!(" {p} %")).unwrap_or_default();
            Some((Role::Dim, format!("working{percent}")))
        }
        Status::Failed(AskError::NotYet(why)) => Some((Role::Dim, why.clone())),
        Status::Failed(error) => Some((Role::Error, error.to_string())),
    }
}

/// The same where features are what is missing, and what the user may expect or do.
pub fn absent_features(status: &Status, extraction: &Extraction) -> Option<(Role, String)> {
    let (role, said) = absent(status)?;
    if !matches!(status, Status::Failed(AskError::NotYet(_))) {
        return Some((role, said));
    }
    let next = match extraction.is_running() {
        true => {
            let (done, total) = (format::count(extraction.settled()), format::count(extraction.total()));
            format!("Features are being extracted: {done} of {total} cases. What they tell comes here by itself.")
        }
        false => "Press X to extract the features of all images.".to_owned(),
    };
    Some((role, format!("Nothing to show: {said}. {next}")))
}

/// The mark behind a title whose answer is stale.
pub fn freshness(status: &Status) -> String {
    match status {
        Status::Stale(_, stage) => match stage.percent() {
            Some(percent) => format!(" (updating {percent} %)"),
            None => " (updating)".to_owned(),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_lines_are_kept_as_the_text_takes_in_plain_characters() {
        use crate::theme::Depth;
        let plain = Theme::named("mono", Depth::None, format::Glyphs::Ascii).expect("a theme");
        let words = "877 groups with |r| ≥ 0.9 and 608 features alone";
        for width in 20..60 {
            let area = Rect::new(0, 0, width, 6);
            let mut buf = Buffer::empty(area);
            let rest = heading(words, &plain, area, &mut buf);
            let shown: String = (0..6).map(|y| written(&buf, y)).collect::<Vec<_>>().join(" ");
            assert!(shown.contains("alone"), "{width}: {shown}");
            assert_eq!(written(&buf, rest.y), "", "{width}");
            let note = [words.to_owned()];
            let tall = Rect { height: 90, ..area };
            let lines = wrap(&plain.glyphs().text(words), usize::from(width) - 2).len();
            assert_eq!(usize::from(notes_height(&note, &plain, tall, 9)), lines, "{width}");
        }
    }

    #[test]
    fn what_has_no_line_left_is_not_lost_without_a_sign() {
        let theme = Theme::named("mono", crate::theme::Depth::None, format::Glyphs::Utf8).expect("a theme");
        let words = "877 groups with |r| ≥ 0.9 and 608 features alone";
        for width in 10..60 {
            let area = Rect::new(0, 0, width, 2);
            let mut buf = Buffer::empty(area);
            text(words, Role::Text, &theme, area, &mut buf);
            let shown = format!("{} {}", written(&buf, 0), written(&buf, 1));
            assert!(shown.contains("alone") || written(&buf, 1).ends_with('…'), "{width}: {shown}");
        }
    }

    fn written(buf: &Buffer, y: u16) -> String {
        (0..buf.area.width).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_owned()
    }

    #[test]
    fn text_wraps_between_words_and_never_loses_one() {
        let lines = wrap("events per variable are few: 12 events for 3 variables", 20);
        assert!(lines.iter().all(|l| l.len() <= 20), "{lines:?}");
        assert_eq!(lines.join(" "), "events per variable are few: 12 events for 3 variables");
        assert_eq!(wrap("incomprehensibilities", 5), ["incomprehensibilities"]);
    }

    #[test]
    fn marks_stay_under_what_they_mark() {
        let condition = "age > 50 & sex = male & ph.ecog > 0";
        let marks = format!("{}^^^^^^^^^^^", " ".repeat(24));
        let text = format!("text cannot be compared with a number\n{condition}\n{marks}");
        for width in [80, 40, 30, 16] {
            let lines = wrap(&text, width);
            let [.., shown, marked] = lines.as_slice() else { panic!("{lines:?}") };
            assert!(lines.iter().all(|line| line.len() <= width), "{lines:?}");
            let at = marked.find('^').expect("a mark");
            assert_eq!(shown[at..].chars().next(), Some('p'), "{lines:?}");
        }
        assert_eq!(wrap("so:\n  capsule = [one]", 40), ["so:", "  capsule = [one]"]);
    }
}

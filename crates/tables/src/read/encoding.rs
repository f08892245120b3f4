//! From the bytes of a text table to UTF-8: as its owner says, by a byte order mark, or as found.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// A text in UTF-8, and what to tell its reader about the encoding that it had.
pub(super) struct Decoded<'b> {
    pub text: Cow<'b, [u8]>,
    /// A choice that was made.
    pub note: Option<String>,
    /// Something that could not be read.
    pub fault: Option<String>,
}

/// So much of a table is looked at to find its encoding.
const LOOKED_AT: usize = 1 << 20;

/// Whether an encoding is called `name`: a label of the web's standard, such as `gb18030` or `windows-1252`, or a code page
/// of Windows by its number.
///
/// ```
/// assert!(tables::is_encoding("Shift_JIS") && !tables::is_encoding("shift"));
/// ```
pub fn is_known(name: &str) -> bool {
    named(name).is_some()
}

/// The encoding called `name`: a label of the web's standard, or a code page of Windows by its number.
pub(crate) fn named(name: &str) -> Option<&'static Encoding> {
    let plain = name.trim().to_ascii_lowercase().replace('_', "-");
    let plain = match plain.as_str() {
        "cp936" | "gb2312-80" => "gbk",
        "cp950" | "big5hkscs" => "big5",
        "cp932" | "shiftjis" | "ms-kanji" => "shift_jis",
        "cp949" | "uhc" => "euc-kr",
        "utf8" | "cp65001" => "utf-8",
        "utf16" => "utf-16le",
        "ansi" | "western" => "windows-1252",
        "mac" | "macroman" | "mac-roman" => "macintosh",
        other => other,
    };
    Encoding::for_label(plain.as_bytes()).or_else(|| Encoding::for_label(name.trim().as_bytes()))
}

/// The text of `bytes` without its byte order mark.
///
/// What was asked for is taken; else a mark decides; else the text is UTF-8 if it can be, UTF-16 if every other byte
/// is zero, and otherwise what its letters look like, which is said.
pub(super) fn decode<'b>(bytes: &'b [u8], asked: Option<&'static Encoding>) -> Decoded<'b> {
    let marked = Encoding::for_bom(bytes);
    let rest = &bytes[marked.map_or(0, |(_, mark)| mark)..];
    if let Some(encoding) = asked {
        return read_as(encoding, rest, None);
    }
    if let Some((encoding, _)) = marked {
        let note = format!("starts with a byte order mark ({}), which is left out", encoding.name());
        return read_as(encoding, rest, Some(note));
    }
    if std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) {
        return Decoded { text: Cow::Borrowed(bytes), note: None, fault: None };
    }
    if let Some(encoding) = sixteen_bits(bytes) {
        let note = format!("is {} without a byte order mark", encoding.name());
        return read_as(encoding, bytes, Some(note));
    }
    if let Some(broken) = nearly_utf8(bytes) {
        let fault = format!("is UTF-8 but for {broken} bytes, which stand as \u{fffd} now");
        return Decoded { fault: Some(fault), ..read_as(UTF_8, bytes, None) };
    }
    let encoding = found(bytes);
    let note = format!(
        "is not UTF-8; its letters are read as {} (--encoding NAME, or `encoding` in the table's section, says otherwise)",
        encoding.name()
    );
    read_as(encoding, bytes, Some(note))
}

fn read_as<'b>(encoding: &'static Encoding, bytes: &'b [u8], note: Option<String>) -> Decoded<'b> {
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_ok() {
        return Decoded { text: Cow::Borrowed(bytes), note, fault: None };
    }
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let fault = broken.then(|| format!("has bytes that are not {}; they stand as \u{fffd} now", encoding.name()));
    Decoded { text: Cow::Owned(text.into_owned().into_bytes()), note, fault }
}

/// Digits, commas and line ends of a table take two bytes in UTF-16, one of them zero.
fn sixteen_bits(bytes: &[u8]) -> Option<&'static Encoding> {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
    let zeros = |odd: usize| looked_at.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = looked_at.len() / 20;
    match (even > enough, odd > enough) {
        (false, true) if odd > 10 * even => Some(UTF_16LE),
        (true, false) if even > 10 * odd => Some(UTF_16BE),
        _ => None,
    }
}

/// The number of bytes that are not UTF-8, where letters of several bytes far outnumber them.
fn nearly_utf8(bytes: &[u8]) -> Option<usize> {
    let (mut broken, mut letters, mut rest) = (0, 0, bytes);
    loop {
        let (valid, after) = match std::str::from_utf8(rest) {
            Ok(all) => (all, None),
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                let skip = error.error_len().unwrap_or(after.len());
                broken += skip;
                (std::str::from_utf8(valid).unwrap_or_default(), Some(&after[skip..]))
            }
        };
        letters += valid.chars().filter(|c| !c.is_ascii()).count();
        match after {
            Some(after) => rest = after,
            None => break,
        }
    }
    (broken > 0 && letters >= 10 * broken).then_some(broken)
}

/// The encoding that the letters look like: the one of east Asia in which most words of clinical tables stand, else the
/// detector's answer.
fn found(bytes: &[u8]) -> &'static Encoding {
    let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
    let words_in = |encoding: &'static Encoding| {
        let (text, broken) = encoding.decode_without_bom_handling(looked_at);
        if broken { 0 } else { CLINICAL_WORDS.iter().map(|word| text.matches(word).count()).sum::<usize>() }
    };
    let mut scored: Vec<(usize, &'static Encoding)> =
        [GB18030, BIG5, SHIFT_JIS, EUC_KR, EUC_JP].into_iter().map(|encoding| (words_in(encoding), encoding)).collect();
    scored.sort_by_key(|(words, _)| std::cmp::Reverse(*words));
    if scored[0].0 > 2 * scored[1].0 {
        return scored[0].1;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(looked_at, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Words of headers and levels in Chinese (both scripts), Japanese and Korean.
const CLINICAL_WORDS: [&str; 72] = [
    "年龄",
    "性别",
    "编号",
    "患者",
    "肿瘤",
    "随访",
    "复发",
    "死亡",
    "生存",
    "时间",
    "分期",
    "手术",
    "姓名",
    "病人",
    "住院",
    "直径",
    "转移",
    "治疗",
    "化疗",
    "诊断",
    "病理",
    "分级",
    "状态",
    "年齡",
    "性別",
    "編號",
    "病患",
    "腫瘤",
    "隨訪",
    "追蹤",
    "復發",
    "時間",
    "手術",
    "轉移",
    "治療",
    "診斷",
    "分級",
    "狀態",
    "年齢",
    "番号",
    "症例",
    "腫瘍",
    "再発",
    "生存",
    "期間",
    "観察",
    "術後",
    "診断",
    "転移",
    "転帰",
    "男性",
    "女性",
    "あり",
    "なし",
    "生年月日",
    "나이",
    "성별",
    "환자",
    "종양",
    "재발",
    "사망",
    "생존",
    "기간",
    "추적",
    "수술",
    "병기",
    "번호",
    "전이",
    "치료",
    "남자",
    "여자",
    "연령",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        String::from_utf8_lossy(&decode(bytes, None).text).into_owned()
    }

    #[test]
    fn marks_are_left_out_and_old_encodings_read() {
        let decoded = decode(b"\xEF\xBB\xBFage\n1", None);
        assert_eq!(&*decoded.text, b"age\n1");
        assert!(decoded.note.is_some_and(|n| n.contains("UTF-8")));
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a,é".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(text(&utf16), "a,é");
        assert_eq!(text(b"caf\xE9"), "café");
        assert_eq!(decode("café".as_bytes(), None).note, None);
    }

    #[test]
    fn tables_of_east_asia_are_told_apart() {
        let tables = [
            ("编号,性别,肿瘤大小（cm）,随访时间（月）,是否复发\nP1,女,3.4,7.6,是\nP2,男,4.5,10.4,否\n", "gbk"),
            ("編號,性別,腫瘤大小,追蹤時間（月）,是否復發\nP1,女,3.4,7.6,是\nP2,男,4.5,10.4,否\n", "big5"),
            (
                "症例番号,年齢,性別,腫瘍径,観察期間,再発\nP1,61,女性,3.4,7.6,あり\nP2,67,男性,4.5,10.4,なし\n",
                "shift_jis",
            ),
            ("환자번호,나이,성별,추적기간,재발\nP1,61,여자,7.6,예\nP2,67,남자,10.4,아니오\n", "euc-kr"),
        ];
        for (table, label) in tables {
            let encoding = named(label).expect("a known encoding");
            let (bytes, _, _) = encoding.encode(table);
            assert_eq!(text(&bytes), table, "{label}");
            assert_eq!(&*decode(&bytes, Some(encoding)).text, table.as_bytes(), "{label} when asked for");
        }
    }

    #[test]
    fn sixteen_bits_without_a_mark_show_by_their_zeros() {
        let table = "id,Größe,年龄\n1,2.5,61\n2,3.5,62\n";
        let little: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = table.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((text(&little), text(&big)), (table.to_owned(), table.to_owned()));
    }

    #[test]
    fn a_broken_byte_among_many_letters_does_not_change_the_encoding() {
        let mut bytes = "编号,性别,肿瘤大小,随访时间,是否复发\n".as_bytes().to_vec();
        bytes.extend(b"1,\xff,2\n");
        let decoded = decode(&bytes, None);
        assert!(decoded.fault.is_some_and(|f| f.contains("1 bytes")));
        assert!(String::from_utf8_lossy(&decoded.text).starts_with("编号"));
    }
}

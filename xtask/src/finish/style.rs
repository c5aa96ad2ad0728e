//! The shell's one `<style>`: the parts that Trunk inlined, joined and without what only people read.

/// Joins every `<style>` of the page into the first.
pub fn joined(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut styles = String::new();
    let mut rest = page;
    let mut first = None;
    while let Some((before, after)) = rest.split_once("<style") {
        out.push_str(before);
        first.get_or_insert(out.len());
        let (_, after) = after.split_once('>').unwrap_or_default();
        let (style, after) = after.split_once("</style>").unwrap_or((after, ""));
        styles.push_str(style);
        rest = after;
    }
    out.push_str(rest);
    if let Some(place) = first {
        out.insert_str(place, &format!("<style>{}</style>", small(&styles)));
    }
    out
}

/// Without comments, line ends and the spaces around punctuation (not around `+` and `-`, which `calc` needs, nor before
/// `:` and `(`, where a space is a descendant or an `and`).
fn small(style: &str) -> String {
    let mut bare = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").unwrap_or_default().1;
    }
    bare.push_str(rest);
    let mut out = String::with_capacity(bare.len());
    for word in bare.split_whitespace() {
        let glued =
            out.is_empty() || out.ends_with(['{', '}', ';', ',', ':']) || word.starts_with(['{', '}', ';']);
        if !glued {
            out.push(' ');
        }
        if word.starts_with('}') && out.ends_with(';') {
            out.pop();
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_styles_become_one_in_the_place_of_the_first() {
        let page = "<title>a</title><style type=\"text/css\">\np {\n  color: red;\n}\n</style><link><style>/* b */ b :is(i) {x:y}</style><body>";
        assert_eq!(joined(page), "<title>a</title><style>p{color:red}b :is(i){x:y}</style><link><body>");
    }

    #[test]
    fn sums_keep_their_spaces() {
        assert_eq!(
            small("a { width: calc(1px + 2px); margin: 0 -1px; }"),
            "a{width:calc(1px + 2px);margin:0 -1px}"
        );
    }
}

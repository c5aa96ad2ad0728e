//! Which language a page is served in (RFC 9110 section 12.5.4, lookup as RFC 4647 section 3.4).

const DEFAULT: &str = "en";

/// The language present that fits best; English where none fits, else the first.
pub fn best<'a>(accept_language: &str, present: &'a [String]) -> Option<&'a str> {
    let mut wanted: Vec<(f32, usize, &str)> = accept_language
        .split(',')
        .enumerate()
        .filter_map(|(place, range)| {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().filter(|tag| !tag.is_empty())?;
            let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse).ok()?;
            (quality > 0.0).then_some((quality, place, tag))
        })
        .collect();
    wanted.sort_by(|one, two| two.0.total_cmp(&one.0).then(one.1.cmp(&two.1)));
    let find = |tag: &str| present.iter().find(|language| language.eq_ignore_ascii_case(tag));
    wanted
        .iter()
        .find_map(|(_, _, tag)| {
            let mut tag = *tag;
            loop {
                match find(tag) {
                    Some(language) => return Some(language),
                    None => tag = tag.rsplit_once('-')?.0,
                }
            }
        })
        .or_else(|| find(DEFAULT))
        .or_else(|| present.first())
        .map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_language_present_is_served() {
        let present = ["en", "es", "fr"].map(str::to_owned);
        for (asked, served) in [
            ("", "en"),
            ("es-MX,es;q=0.9,en;q=0.8", "es"),
            ("de-DE,de;q=0.9,fr;q=0.5,en;q=0.4", "fr"),
            ("en;q=0.1,FR", "fr"),
            ("es;q=0,de", "en"),
            ("*", "en"),
            ("fr;q=nonsense", "en"),
        ] {
            assert_eq!(best(asked, &present), Some(served), "{asked}");
        }
        assert_eq!(best("en", &[]), None);
        assert_eq!(best("de", &["es".to_owned()]), Some("es"));
    }
}

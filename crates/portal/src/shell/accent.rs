//! The clinic's colour, moved towards black or white until text in it can be read (contrast 7:1, WCAG 2.2 1.4.6).

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// The darkest of the light theme's grounds (style/tokens.css, `--calm-wash`).
const LIGHT_GROUND: Colour = Colour([0xf1, 0xee, 0xe8]);
/// The lightest of the dark theme's grounds (style/tokens.css, `--calm-wash`).
const DARK_GROUND: Colour = Colour([0x26, 0x2e, 0x2c]);
const LEAST: f64 = 7.0;
const STEPS: u32 = 256;

impl Colour {
    /// From `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = number.to_be_bytes();
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(Self([red, green, blue]))
    }

    /// `#rrggbb`.
    pub fn to_text(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn towards(self, end: u8, step: u32) -> Self {
        Self(self.0.map(|part| {
            let mixed = (u32::from(part) * (STEPS - step) + u32::from(end) * step) / STEPS;
            u8::try_from(mixed).unwrap_or(end)
        }))
    }

    fn adjusted(self, end: u8, ground: Self) -> Self {
        (0..=STEPS)
            .map(|step| self.towards(end, step))
            .find(|colour| colour.contrast(ground) >= LEAST)
            .unwrap_or(Self([end; 3]))
    }

    /// This colour where the light theme's grounds allow it, else as little darker as needed.
    pub fn on_light(self) -> Self {
        self.adjusted(0, LIGHT_GROUND)
    }

    /// This colour where the dark theme's grounds allow it, else as little lighter as needed.
    pub fn on_dark(self) -> Self {
        self.adjusted(255, DARK_GROUND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_colour_becomes_readable_on_both_grounds(parts: [u8; 3]) {
            let colour = Colour(parts);
            prop_assert!(colour.on_light().contrast(LIGHT_GROUND) >= LEAST);
            prop_assert!(colour.on_dark().contrast(DARK_GROUND) >= LEAST);
        }

        #[test]
        fn a_colour_that_is_readable_stays(parts: [u8; 3]) {
            let once = Colour(parts).on_light();
            prop_assert_eq!(once.on_light(), once);
            let once = Colour(parts).on_dark();
            prop_assert_eq!(once.on_dark(), once);
        }

        #[test]
        fn text_and_colour_are_one(parts: [u8; 3]) {
            prop_assert_eq!(Colour::parse(&Colour(parts).to_text()), Some(Colour(parts)));
        }
    }

    #[test]
    fn black_and_white_contrast_as_the_standard_says() {
        assert!((Colour([0; 3]).contrast(Colour([255; 3])) - 21.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#fff", "red", "#12345g", "#+12345", "123456", "#1234567", "#é1234"] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }
}

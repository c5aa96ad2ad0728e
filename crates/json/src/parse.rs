//! From text to value.

use crate::{Number, Object, Value};
use alloc::{string::String, vec::Vec};

/// Deeper nesting is refused, so that no text can use up the stack. FHIR's deepest forms stand below 40.
const DEPTH: usize = 64;
/// An object of more members is refused: each is held against all before it, and a stranger's text must not make that long.
/// FHIR's widest resource has some fifty.
pub(crate) const WIDTH: usize = 256;

/// The text is not JSON, names a member twice or more than 256 of them in one object, holds half a surrogate pair, or nests deeper
/// than 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

impl core::fmt::Display for NotJson {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("not JSON")
    }
}

impl core::error::Error for NotJson {}

/// Reads one value; white space may stand around it, nothing else.
///
/// # Errors
/// [`NotJson`].
pub fn parse(text: &[u8]) -> Result<Value, NotJson> {
    let text = core::str::from_utf8(text).map_err(|_| NotJson)?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(DEPTH)?;
    match reader.next() {
        None => Ok(value),
        Some(_) => Err(NotJson),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it is not taken.
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Takes one byte if it is the next after white space.
    fn takes(&mut self, byte: u8) -> bool {
        let there = self.next() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn must(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.takes(byte) { Ok(()) } else { Err(NotJson) }
    }

    fn value(&mut self, depth: usize) -> Result<Value, NotJson> {
        let Some(deeper) = depth.checked_sub(1) else { return Err(NotJson) };
        match self.next().ok_or(NotJson)? {
            b'{' => self.object(deeper),
            b'[' => self.array(deeper),
            b'"' => self.string().map(Value::String),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, NotJson> {
        let end = self.at + word.len();
        if self.text.as_bytes().get(self.at..end) != Some(word.as_bytes()) {
            return Err(NotJson);
        }
        self.at = end;
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.must(b'{')?;
        let mut object = Object::new();
        if !self.takes(b'}') {
            loop {
                if self.next() != Some(b'"') {
                    return Err(NotJson);
                }
                let name = self.string()?;
                self.must(b':')?;
                let value = self.value(depth)?;
                if object.get(&name).is_some() || object.len() == WIDTH {
                    return Err(NotJson);
                }
                object.0.push((name, value));
                if self.takes(b'}') {
                    break;
                }
                self.must(b',')?;
            }
        }
        Ok(Value::Object(object))
    }

    fn array(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.must(b'[')?;
        let mut values = Vec::new();
        if !self.takes(b']') {
            loop {
                values.push(self.value(depth)?);
                if self.takes(b']') {
                    break;
                }
                self.must(b',')?;
            }
        }
        Ok(Value::Array(values))
    }

    fn string(&mut self) -> Result<String, NotJson> {
        self.at += 1;
        let mut string = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= b' ') {
                self.at += 1;
            }
            // Both ends stand beside an ASCII byte, so no letter is cut.
            string.push_str(self.text.get(start..self.at).ok_or(NotJson)?);
            let stopped = self.byte();
            self.at += 1;
            match stopped {
                Some(b'"') => return Ok(string),
                Some(b'\\') => string.push(self.escape()?),
                _ => return Err(NotJson),
            }
        }
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        let letter = self.byte().ok_or(NotJson)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let code = if first & 0xfc00 == 0xd800 {
                    self.word("\\u", Value::Null)?;
                    let second = self.unit()?;
                    if second & 0xfc00 != 0xdc00 {
                        return Err(NotJson);
                    }
                    0x10000 + ((first & 0x3ff) << 10 | second & 0x3ff)
                } else {
                    first
                };
                char::from_u32(code).ok_or(NotJson)?
            }
            _ => return Err(NotJson),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, NotJson> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16)).ok_or(NotJson)?;
            unit = unit << 4 | digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<Value, NotJson> {
        let start = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(Value::Number(Number(self.text.get(start..self.at).ok_or(NotJson)?.into())))
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(NotJson) }
    }
}

#[cfg(test)]
mod tests;

//! A secret as it reads when it is written in another way: in the encodings that a text may carry, backwards, in other
//! letters, and in two of these at once.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What stands before each byte of a text that is written as hexadecimal numbers, as far as it is letters and digits:
/// `41`, `\\x41` and `0x41`, `\\u0041` and `\\u{41}`, `&#x0041;`, `%2541`; of UTF-16 every other byte is none, and of UTF-32
/// and of the escapes of CSS more of them.
const BEFORE_HEX: [&str; 13] =
    ["", "x", "0x", "00", "0000", "000000", "u", "u00", "u0000", "u000000", "x00", "25", "2525"];
/// The alphabets of Base32: the standard's two, and Crockford's.
const BASE32: [&[u8; 32]; 3] = [
    b"abcdefghijklmnopqrstuvwxyz234567",
    b"0123456789abcdefghijklmnopqrstuv",
    b"0123456789abcdefghjkmnpqrstvwxyz",
];

/// Every other way in which a secret may be written.
pub(super) fn forms(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    let backwards: String = secret.chars().rev().collect();
    let turned: String = secret.chars().map(thirteen_on).collect();
    let in_hex = hex(bytes, "");
    let mut forms: Vec<String> = BEFORE_HEX.iter().map(|before| hex(bytes, before)).collect();
    // Decimal and octal, as `&#65;`, `&#065;`, `101` and `\\101` have them, and binary.
    forms.push(each(bytes, |byte, text| write!(text, "{byte}")));
    forms.push(each(bytes, |byte, text| write!(text, "{byte:03}")));
    forms.push(each(bytes, |byte, text| write!(text, "0{byte}")));
    forms.push(each(bytes, |byte, text| write!(text, "{byte:03o}")));
    forms.push(each(bytes, |byte, text| write!(text, "{byte:o}")));
    forms.push(each(bytes, |byte, text| write!(text, "{byte:08b}")));
    forms.push(each(bytes, |byte, text| write!(text, "{byte:07b}")));
    for alphabet in BASE32 {
        forms.extend((0..5).filter_map(|from| Some(base32(alphabet, bytes.get(from..)?))));
    }
    // And what is written in one way before it is in another, as a header in a body is.
    let upper = secret.to_uppercase();
    let lower = secret.to_lowercase();
    let in_upper_hex = in_hex.to_uppercase();
    let before = [secret, &backwards, &turned, &upper, &lower, &in_hex, &in_upper_hex];
    let once: Vec<String> = based(bytes).collect();
    for text in before.into_iter().chain(once.iter().map(String::as_str)) {
        forms.extend(based(text.as_bytes()));
    }
    for text in [&backwards, &in_hex, &turned].into_iter().chain(&once) {
        forms.push(hex(text.as_bytes(), ""));
    }
    forms.extend(wide(bytes).iter().flat_map(|wide| based(wide)));
    let reversed = |text: &String| text.chars().rev().collect::<String>();
    forms.push(reversed(&in_hex));
    forms.extend(once.iter().map(reversed));
    forms.push(reversed(&turned));
    forms.push(backwards);
    forms.push(turned);
    forms
}

/// The same bytes read in three ways in Base64, by where in a longer text they stand.
fn based(bytes: &[u8]) -> impl Iterator<Item = String> {
    (0..3).filter_map(|from| Some(BASE64_STANDARD.encode(bytes.get(from..)?)))
}

/// The bytes in UTF-16, which has one that is none before or after each.
fn wide(bytes: &[u8]) -> [Vec<u8>; 2] {
    [bytes.iter().flat_map(|byte| [*byte, 0]).collect(), bytes.iter().flat_map(|byte| [0, *byte]).collect()]
}

fn hex(bytes: &[u8], before: &str) -> String {
    each(bytes, |byte, text| write!(text, "{before}{byte:02x}"))
}

fn each(bytes: &[u8], write: impl Fn(u8, &mut String) -> std::fmt::Result) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write(*byte, &mut text);
        text
    })
}

/// The bytes in an alphabet of Base32, without what fills its end up.
fn base32(alphabet: &[u8; 32], bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xfff;
        count += 8;
        while count >= 5 {
            count -= 5;
            let at = (bits >> count & 31) as usize;
            text.extend(alphabet.get(at).copied().map(char::from));
        }
    }
    text
}

/// A letter as ROT13 writes it.
fn thirteen_on(c: char) -> char {
    let from = |first: u8| char::from(first + (c as u8 - first + 13) % 26);
    match c {
        'a'..='z' => from(b'a'),
        'A'..='Z' => from(b'A'),
        _ => c,
    }
}

//! Numbers as JSON5 writes them.

/// The value of a number, or nothing where the text is none.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1.0, text.get(1..)?),
        b'+' => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    let magnitude = match rest {
        "Infinity" => f64::INFINITY,
        "NaN" => f64::NAN,
        _ => match rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            Some(digits) => hexadecimal(digits)?,
            None => decimal(rest)?,
        },
    };
    Some(sign * magnitude)
}

/// Digits with at most one point and one exponent; no zero before another digit.
fn decimal(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digits_from = |start: usize| bytes.iter().skip(start).take_while(|b| b.is_ascii_digit()).count();
    let whole = digits_from(0);
    if whole > 1 && bytes.first() == Some(&b'0') {
        return None;
    }
    let mut at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits_from(at + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let exponent = digits_from(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != bytes.len() {
        return None;
    }
    text.parse().ok()
}

/// Rounds to the nearest double, ties to even, however many digits there are.
fn hexadecimal(digits: &str) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    let mut mantissa: u128 = 0;
    let mut dropped = 0i32;
    let mut sticky = false;
    for digit in digits.chars() {
        let digit = digit.to_digit(16)?;
        if mantissa >> 120 == 0 {
            mantissa = mantissa << 4 | u128::from(digit);
        } else {
            dropped = dropped.saturating_add(4);
            sticky |= digit != 0;
        }
    }
    // A lost non-zero digit only matters as "a little more than half".
    let value = (mantissa | u128::from(sticky)) as f64;
    Some(if dropped == 0 || value == 0.0 { value } else { value * 2f64.powi(dropped.min(2000)) })
}

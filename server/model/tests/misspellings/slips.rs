//! Slips of the hand.

/// A text with one slip in it, at a place by chance: a letter left out, doubled, exchanged with its neighbour, replaced,
/// put in.
pub fn slip(text: &str, rng: &mut fastrand::Rng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return String::new();
    }
    let at = rng.usize(..letters.len());
    match rng.u8(..5) {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 if at > 0 => letters.swap(at, at - 1),
        3 => letters[at] = rng.lowercase(),
        _ => letters.insert(at, rng.lowercase()),
    }
    letters.into_iter().collect()
}

/// A text with two slips in it.
pub fn two_slips(text: &str, rng: &mut fastrand::Rng) -> String {
    let once = slip(text, rng);
    slip(&once, rng)
}

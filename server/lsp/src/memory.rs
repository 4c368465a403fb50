//! The memory of a large document goes when it is closed.
//!
//! Linux' allocator (glibc's) gives the system only the end of its memory, once more of it than a bound is free there in
//! one piece; the bound grows with what a program takes and frees. A large document lies in thousands of small pieces, and
//! what was freed last may stand behind them all: of each size the allocator keeps a few pieces at hand, and others apart
//! from each other. There is a call that has it look through everything, but it is `unsafe`. Here the same is reached by
//! taking and freeing alone, of which nothing can go wrong. Other allocators give back by themselves.

use std::hint::black_box;
use std::time::Duration;

use crate::world::World;

/// A document from this size on, in bytes, is large.
pub(crate) const LARGE: usize = 128 << 10;
/// What is closed is looked at on disk first, and what was known of it goes only then.
const UNTIL_IT_IS_GONE: Duration = Duration::from_millis(300);

/// How many pieces of each size the allocator keeps at hand, up to which size, and the step from one to the next.
const AT_HAND: usize = 7;
const MAX_AT_HAND: usize = 1 << 10;
const STEP: usize = 16;
/// More than the 64 KiB from which it puts together what was freed, and less than the 128 KiB from which it may take memory
/// of its own for a piece.
const PIECE: usize = 96 << 10;
/// The bound that has to be passed at the end is never larger than this.
const MAX_BOUND: usize = 64 << 20;

impl World {
    /// Has the allocator give back what a large document took that was closed.
    pub(crate) fn give_memory_back_soon(&self) {
        if !cfg!(all(target_os = "linux", target_env = "gnu")) {
            return;
        }
        let events = self.out.events().clone();
        tokio::task::spawn_local(async move {
            tokio::time::sleep(UNTIL_IT_IS_GONE).await;
            events.send("give memory back", |_| give_back());
        });
    }
}

fn give_back() {
    for size in (STEP / 2..=MAX_AT_HAND).step_by(STEP) {
        // As many again as are at hand: those in front are freed first, and kept at hand in place of the others.
        let mut pieces: Vec<Vec<u8>> = (0..2 * AT_HAND).filter_map(|_| piece(size)).collect();
        pieces.sort_by_key(|piece| piece.as_ptr().addr());
        pieces.into_iter().for_each(drop);
    }
    // Next to nothing is written to them, so that the system has hardly any memory to find for them.
    let at_the_end: Vec<Vec<u8>> = (0..=MAX_BOUND / PIECE).map_while(|_| piece(PIECE)).collect();
    at_the_end.into_iter().for_each(drop);
}

/// Memory of a size that the compiler does not leave out, though nobody looks at it; none where there is no more.
fn piece(size: usize) -> Option<Vec<u8>> {
    let mut piece = Vec::new();
    piece.try_reserve_exact(size).ok()?;
    Some(black_box(piece))
}

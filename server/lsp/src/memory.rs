//! What the allocator is asked to give back.

/// Linux' allocator (glibc's) keeps small pieces that were freed apart from each other until so much is asked for or
/// freed at once that it puts them together, and looks only then whether the end of its memory is free and can go. This is
/// more than the 64 KiB from which it does so, and less than the 128 KiB from which it takes memory of its own for a piece.
const PUTS_TOGETHER: usize = 96 << 10;

/// Has the allocator put together what was freed, after something large was closed: it may lie in thousands of pieces.
pub(crate) fn give_back() {
    // A piece that is taken and freed without being looked at would be no piece to the compiler.
    drop(std::hint::black_box(Vec::<u8>::with_capacity(PUTS_TOGETHER)));
}

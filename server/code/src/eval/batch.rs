//! Several requests in one, as OData has them: `POST …/$batch` with `{ requests: [{ method, url, body }] }`. Each is a
//! call of its own, behind the address that the batch is sent to.

use super::*;

/// What the address of a batch ends with.
const END: &str = "/$batch";

impl Walk<'_> {
    /// Lists the calls in a batch. True where these are all; where not, or where it is no batch, there is more to say of
    /// the request itself.
    pub(super) fn batch(
        &mut self,
        token: UseId,
        url: &Value,
        bodies: &Option<Vec<Value>>,
        at: (ModId, Span),
        followed: Followed,
    ) -> bool {
        let mut base = self.pieces(url);
        let Some(Piece::Text(last)) = base.pop() else { return false };
        let Some(last) = last.strip_suffix(END) else { return false };
        base.push(Piece::Text(Name::from(last)));
        let bodies = bodies.as_deref().unwrap_or_default();
        let mut all = !bodies.is_empty();
        for body in bodies {
            let Some(list) = self.fields_of(body).and_then(|body| body.get("requests").cloned()) else {
                all = false;
                continue;
            };
            let (items, open) = self.items_of(&list);
            all &= !open && !items.is_empty();
            let parts = items.iter().flat_map(|item| self.alternatives(item));
            for (guards, part) in parts.collect::<Vec<_>>() {
                all &= self.part_of_batch(token, &base, (guards, part), at, followed);
            }
        }
        all
    }

    /// Lists a call in a batch. True where it is known where it goes.
    fn part_of_batch(
        &mut self,
        token: UseId,
        base: &[Piece],
        (guards, part): (Guards, Value),
        at: (ModId, Span),
        followed: Followed,
    ) -> bool {
        let Some(object) = self.fields_of(&part) else { return false };
        let Some(url) = object.get("url") else { return false };
        let bodies: Vec<Value> = object.get("body").cloned().into_iter().collect();
        let methods = self.methods(&[(guards, part)], None);
        let mut all = true;
        for (guards, url) in self.alternatives(url) {
            let path = self.pieces(&url);
            let Some(Piece::Text(first)) = path.first() else {
                all = false;
                continue;
            };
            let mut whole =
                if first.starts_with("https://") { PieceList::new() } else { PieceList::from(base) };
            if !whole.is_empty() && !first.starts_with('/') {
                push_pieces(&mut whole, &[Piece::Text(Name::from("/"))]);
            }
            push_pieces(&mut whole, &path);
            let whole = Value::Text(Text::of(whole));
            for (more, method) in &methods {
                if self.possible(&[&guards, more])
                    && let Some(target) = self.target(&whole)
                {
                    self.record_as(token, method.clone(), target, &Some(bodies.clone()), at, followed);
                }
            }
        }
        all
    }
}

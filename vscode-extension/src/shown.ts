/** Which messages are up, as far as that can be known: the editor takes some away by itself, and tells nobody. */

/** So many are read at a time; the editor itself would show one more. */
const MAX_SHOWN = 2;
/** After this long at the most the editor takes a message away, in milliseconds, if somebody looks at the window. */
const SHOWN_MS = 20_000;

export class Shown {
  /** Until when each is up. */
  private readonly until = new Map<symbol, number>();
  private isFocused = true;

  constructor(private readonly now: () => number = Date.now) {}

  /** Whether one more would be one too many. */
  get isFull(): boolean {
    this.forgetPast();
    return this.until.size >= MAX_SHOWN;
  }

  /** One more is up, and `stays` until it is closed; gives what is to be called then. */
  add(stays: boolean): () => void {
    const one = Symbol();
    this.until.set(one, stays ? Infinity : this.now() + SHOWN_MS);
    return () => {
      this.until.delete(one);
    };
  }

  /** None is up any more. */
  clear(): void {
    this.until.clear();
  }

  /** The person looks at the window, or no longer does: meanwhile none goes by itself, and then each has its time again. */
  focus(isFocused: boolean): void {
    this.forgetPast();
    this.isFocused = isFocused;
    if (isFocused) {
      for (const [one, until] of this.until) {
        this.until.set(one, Math.max(until, this.now() + SHOWN_MS));
      }
    }
  }

  private forgetPast(): void {
    if (this.isFocused) {
      for (const [one, until] of this.until) {
        if (until <= this.now()) {
          this.until.delete(one);
        }
      }
    }
  }
}

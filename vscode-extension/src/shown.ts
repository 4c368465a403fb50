/** Which messages are up, as far as that can be known: the editor takes some away by itself, and tells nobody. */

/** So many are read at a time; the editor itself would show one more. */
const MAX_SHOWN = 2;
/** After this long at the most the editor takes a message away, in milliseconds, if somebody looks at the window. */
const SHOWN_MS = 20_000;
/** The editor keeps out of sight what comes after so many in this time, in milliseconds: by its own clock, a little later. */
const BURST = { messages: 3, ms: 900 };

export class Shown {
  /** Until when each is up. */
  private readonly until = new Map<symbol, number>();
  private isFocused = true;
  /** When the last ones came up. */
  private times: number[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /** Whether one more would be one too many. */
  get isFull(): boolean {
    this.forgetPast();
    return this.until.size >= MAX_SHOWN;
  }

  /** How long the next one has to wait, in milliseconds, for the editor to show it. */
  get wait(): number {
    const first = this.times.length < BURST.messages ? undefined : this.times[0];
    return first === undefined ? 0 : Math.max(0, first + BURST.ms - this.now());
  }

  /** One more is up, and `stays` until it is closed; gives what is to be called then. */
  add(stays: boolean): () => void {
    const one = Symbol();
    this.times = [...this.times, this.now()].slice(-BURST.messages);
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

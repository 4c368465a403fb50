/** How often a server that dies is started again before the person is asked. */

/** Lets a few restarts through in a while, so that a server that always dies is not a loop. */
export class Restarts {
  private readonly times: number[] = [];

  constructor(
    private readonly most = 3,
    private readonly within = 180_000,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether it may be started once more; counts that it was. */
  allow(): boolean {
    const now = this.now();
    while (this.times[0] !== undefined && now - this.times[0] > this.within) {
      this.times.shift();
    }
    if (this.times.length >= this.most) {
      return false;
    }
    this.times.push(now);
    return true;
  }

  /** The person asked for a fresh start. */
  forget(): void {
    this.times.length = 0;
  }
}

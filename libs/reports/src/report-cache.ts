/** Answers that were computed, by what was asked, by whom, and of which data. The oldest unused one leaves first. */
export class ReportCache<Answer> {
  private readonly answers = new Map<string, Promise<Answer>>();

  constructor(private readonly limit: number) {}

  /** The answer of a key, computed once even when asked twice at the same time. A failure is not kept. */
  get(key: string, compute: () => Promise<Answer>): Promise<Answer> {
    const known = this.answers.get(key);
    this.answers.delete(key);
    const answer = known ?? compute();
    this.answers.set(key, answer);
    if (!known) {
      answer.catch(() => {
        if (this.answers.get(key) === answer) this.answers.delete(key);
      });
      if (this.answers.size > this.limit) this.answers.delete(this.answers.keys().next().value as string);
    }
    return answer;
  }
}

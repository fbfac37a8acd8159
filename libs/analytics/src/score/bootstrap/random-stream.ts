/**
 * Random numbers that a seed decides: the same seed gives the same numbers on every machine. Generator: sfc32 (Doty-Humphrey), which passes PractRand.
 */
export class RandomStream {
  private a = 0;
  private b = 0;
  private c = 0;
  private count = 1;

  /** Begins anew: numbers of one subject and draw, whoever else is drawn. */
  seed({ high, low }: Seed, draw: number): void {
    [this.a, this.b, this.c, this.count] = [high, low, draw, 1];
    for (let round = 0; round < 12; round++) this.next();
  }

  /** In [0, 1), of 32 bits. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.count) | 0;
    this.count = (this.count + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Poisson, exactly: by products of uniforms below 12 (Knuth), by transformed rejection from there on (Hörmann 1993, PTRS). */
  poisson(mean: number): number {
    return mean < 12 ? this.fewPoisson(mean) : this.manyPoisson(mean);
  }

  private fewPoisson(mean: number): number {
    const least = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > least; product *= this.next()) count++;
    return count;
  }

  private manyPoisson(mean: number): number {
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const inverse = 1.1239 + 1.1328 / (b - 3.4);
    const reach = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.next() - 0.5;
      const v = 1 - this.next();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= reach) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      if (Math.log(v) + Math.log(inverse) - Math.log(a / (us * us) + b) <= count * Math.log(mean) - mean - logFactorial(count))
        return count;
    }
  }
}

/** 64 bits of a seed, as two signed numbers of 32. */
export interface Seed {
  high: number;
  low: number;
}

/** 64 bits of a text (cyrb53's mixing). Texts that differ anywhere give unrelated seeds. */
export function seedOf(text: string): Seed {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  const mixed = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  return { high: mixed, low: Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(mixed ^ (mixed >>> 13), 3_266_489_909) };
}

const FACTORIALS = [0, 0];
for (let n = 2; n < 32; n++) FACTORIALS.push(FACTORIALS[n - 1] + Math.log(n));

/** ln n!, by Stirling's series from 32 on (error under 1e-13). */
function logFactorial(n: number): number {
  if (n < 32) return FACTORIALS[n];
  const x = n + 1;
  return (x - 0.5) * Math.log(x) - x + 0.9189385332046727 + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
}

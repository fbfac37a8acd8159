// Preloaded into a child: a machine whose clock is wrong, or that has little memory.
//   VITRINE_FAULT_CLOCK_MS   Date is off by so many milliseconds; with VITRINE_FAULT_CLOCK_JUMPS it jumps there and back every 50 ms
//   VITRINE_FAULT_MEMORY     bytes that the machine says it has
const os = require('node:os');
const shift = Number(process.env.VITRINE_FAULT_CLOCK_MS ?? 0);
const jumps = process.env.VITRINE_FAULT_CLOCK_JUMPS === '1';
if (shift !== 0) {
  const RealDate = Date;
  const now = () => RealDate.now() + (jumps && Math.floor(performance.now() / 50) % 2 === 0 ? 0 : shift);
  globalThis.Date = class Date extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(now());
      else super(...parts);
    }
    static now() {
      return now();
    }
  };
}
const memory = Number(process.env.VITRINE_FAULT_MEMORY ?? 0);
if (memory > 0) os.totalmem = () => memory;

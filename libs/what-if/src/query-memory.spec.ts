import { QueryMemory } from './query-memory';

const query = (sql: string) => ({ name: 'test', sql });

describe('what was read at a moment', () => {
  const reading = () => {
    const asked: string[] = [];
    const read = (name: string, rows: number) => () => {
      asked.push(name);
      return Promise.resolve(Array.from({ length: rows }, () => name));
    };
    return { asked, read };
  };

  it('is read once, and of no other moment', async () => {
    const { asked, read } = reading();
    const memory = new QueryMemory();
    for (const moment of ['now', 'now', 'then']) await memory.rows(moment, query('SELECT 1'), read(moment, 1));
    expect(asked).toEqual(['now', 'then']);
    expect(await memory.rows('now', query('SELECT 1'), read('now', 1))).toEqual(['now']);
  });

  it('does not outlive the moments that people ask about', async () => {
    const { read } = reading();
    const memory = new QueryMemory(100_000, 2);
    for (const moment of ['first', 'second', 'first', 'third'])
      for (const sql of ['SELECT 1', 'SELECT 2']) await memory.rows(moment, query(sql), read(moment, 1));
    expect(memory.size).toBe(4);
    const { asked, read: again } = reading();
    for (const moment of ['first', 'third', 'second']) await memory.rows(moment, query('SELECT 1'), again(moment, 1));
    expect(asked).toEqual(['second']);
  });

  it('holds no more than its limit of bytes, but always the rows of the last question', async () => {
    const { read } = reading();
    const memory = new QueryMemory(1200); // a row of this test: 100 + 2 × 10
    for (const sql of ['SELECT 1', 'SELECT 2', 'SELECT 3']) await memory.rows('now', query(sql), read(sql, 4));
    expect(memory.size).toBe(2);
    await memory.rows('now', query('SELECT 4'), read('large', 50));
    expect(memory.size).toBe(1);
    // wide rows count for more than narrow ones
    const wide = new QueryMemory(100_000);
    const rows = () => Promise.resolve(Array.from({ length: 10 }, () => 'x'.repeat(3000)));
    for (const sql of ['SELECT 1', 'SELECT 2']) await wide.rows('now', query(sql), rows);
    expect(wide.size).toBe(1);
  });

  it('forgets what failed', async () => {
    const { asked, read } = reading();
    const memory = new QueryMemory();
    await expect(memory.rows('now', query('SELECT 1'), () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    await memory.rows('now', query('SELECT 1'), read('again', 1));
    expect(asked).toEqual(['again']);
  });
});

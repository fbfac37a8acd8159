import { parseWireJson, wireEmbedded } from './wire-json';

describe('JSON of platforms', () => {
  it('an id of 19 digits keeps every digit, written as number or as text', () => {
    expect(parseWireJson('{"room_id":7301234567890123457,"list":[-7301234567890123457],"text":"7301234567890123457"}')).toEqual({
      room_id: '7301234567890123457',
      list: ['-7301234567890123457'],
      text: '7301234567890123457',
    });
  });

  it('wherever a long number stands, and not where only a text is long', () => {
    const id = '7301234567890123457';
    expect(parseWireJson(`{ "a" :\n ${id} , "b": [ ${id},\t-${id} ], "c": "x, ${id}" }`)).toEqual({
      a: id,
      b: [id, `-${id}`],
      c: `x, ${id}`,
    });
    expect([parseWireJson(id), parseWireJson(` -${id}`), parseWireJson(`"${id}"`)]).toEqual([id, `-${id}`, id]);
  });

  it('numbers that a double holds, and fractions, stay numbers', () => {
    expect(parseWireJson('{"a":9007199254740991,"b":1.2345678901234567,"c":1e20}')).toEqual({
      a: 9_007_199_254_740_991,
      b: 1.2345678901234567,
      c: 1e20,
    });
  });

  it('JSON inside JSON is read as the object that it is', () => {
    expect(wireEmbedded('{"summary":{"impression_uv":"12"}}')).toEqual({ summary: { impression_uv: '12' } });
    expect(wireEmbedded({ summary: 1 })).toEqual({ summary: 1 });
    expect([wireEmbedded('{'), wireEmbedded('[1]'), wireEmbedded(undefined), wireEmbedded('null')]).toEqual([null, null, null, null]);
  });
});

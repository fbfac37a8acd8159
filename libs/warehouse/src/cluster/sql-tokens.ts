/** A piece of SQL with its place in the text. Comments and spaces are between tokens. */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'number' | 'mark';
  text: string;
  start: number;
  end: number;
}

const TOKEN =
  /(?<space>\s+|--[^\n]*|\/\*[^]*?\*\/)|(?<string>'(?:[^'\\]|''|\\[^])*')|(?<quoted>`(?:[^`\\]|\\[^])*`|"(?:[^"\\]|\\[^])*")|(?<number>\d[\w.]*)|(?<word>[A-Za-z_]\w*)|(?<mark>[^])/y;

/** Cuts SQL into tokens. What is no word, number or literal is a mark of one character, an open quote too. */
export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const match of sql.matchAll(new RegExp(TOKEN, 'gy'))) {
    const kind = (Object.keys(match.groups ?? {}) as (Token['kind'] | 'space')[]).find((name) => match.groups?.[name] !== undefined);
    if (kind && kind !== 'space') tokens.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return tokens;
}

/** A reader over tokens that says what it expected where it fails. */
export class TokenReader {
  at = 0;

  constructor(
    readonly sql: string,
    readonly tokens: readonly Token[] = tokensOf(sql),
  ) {}

  get next(): Token | undefined {
    return this.tokens[this.at];
  }

  /** Where the text goes on, or its end. */
  get offset(): number {
    return this.next?.start ?? this.sql.length;
  }

  /** Takes these words or marks if all of them come next, whatever their case. */
  accept(...texts: string[]): boolean {
    const found = texts.every((text, index) => isText(this.tokens[this.at + index], text));
    if (found) this.at += texts.length;
    return found;
  }

  expect(...texts: string[]): void {
    if (!this.accept(...texts)) throw this.unexpected(texts.join(' '));
  }

  /** A plain name: neither quoted nor of another database. */
  name(): Token {
    const token = this.next;
    if (token?.kind !== 'word' || isText(this.tokens[this.at + 1], '.')) throw this.unexpected('a plain name');
    this.at++;
    return token;
  }

  /** The tokens within the parentheses that come next. */
  group(): Token[] {
    this.expect('(');
    const first = this.at;
    for (let depth = 1; depth > 0; this.at++) {
      if (!this.next) throw this.unexpected(')');
      if (isText(this.next, '(')) depth++;
      if (isText(this.next, ')')) depth--;
    }
    return this.tokens.slice(first, this.at - 1);
  }

  expectEnd(): void {
    if (this.next) throw this.unexpected('the end');
  }

  unexpected(expected: string): StatementNotUnderstood {
    return new StatementNotUnderstood(`expected ${expected}, found ${this.next?.text ?? 'the end'}`);
  }
}

/** A migration that cannot be put onto a cluster: it is refused, never skipped. */
export class StatementNotUnderstood extends Error {}

export const isText = (token: Token | undefined, text: string): boolean =>
  token !== undefined && token.kind !== 'string' && token.kind !== 'quoted' && token.text.toUpperCase() === text.toUpperCase();

/** Splits at the commas that are in no parentheses. */
export function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isText(token, '(') || isText(token, '[')) depth++;
    if (isText(token, ')') || isText(token, ']')) depth--;
    if (depth === 0 && isText(token, ',')) items.push([]);
    else items.at(-1)!.push(token);
  }
  return items.filter((item) => item.length > 0);
}

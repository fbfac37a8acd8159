/** A server-sent event. */
export interface ServerEvent {
  event: string;
  id: string | null;
  data: string;
}

/** Takes pieces of a stream as they come, cut anywhere, and gives the events that are whole. A comment is none. */
export function createEventParser(): (piece: string) => ServerEvent[] {
  let rest = '';
  return (piece) => {
    rest += piece;
    const events: ServerEvent[] = [];
    for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
      const event = eventOf(rest.slice(0, end).split('\n'));
      rest = rest.slice(end + 2);
      if (event) events.push(event);
    }
    return events;
  };
}

function eventOf(lines: string[]): ServerEvent | null {
  const found: ServerEvent = { event: 'message', id: null, data: '' };
  let said = false;
  for (const line of lines) {
    const [, field, value = ''] = /^(event|id|data):\s?(.*)$/.exec(line) ?? [];
    if (field === 'event') found.event = value;
    if (field === 'id') found.id = value;
    if (field === 'data') {
      found.data += said ? `\n${value}` : value;
      said = true;
    }
  }
  return said ? found : null;
}

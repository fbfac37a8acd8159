/** Places 0–1 of a figure and its references on one line from zero (or the smallest) to the largest; null: there is nothing to compare with. */
export function scaleOf(given: { value: number | null; own: number | null; peers: number | null }) {
  const { value, own, peers } = given;
  const references = [own, peers].filter((reference) => reference !== null);
  if (value === null || references.length === 0) return null;
  const all = [value, ...references];
  const least = Math.min(0, ...all);
  const span = Math.max(...all) - least;
  const place = (figure: number) => (span === 0 ? 0.5 : (figure - least) / span);
  return { value: place(value), own: own === null ? null : place(own), peers: peers === null ? null : place(peers) };
}

import { parsers } from 'prettier/plugins/yaml';

export type Yaml = string | null | Yaml[] | { [key: string]: Yaml };
interface Node {
  type: string;
  value?: string;
  anchor?: { value: string } | null;
  children?: (Node | null)[];
}

/** A YAML document as values, anchors and merges resolved; every scalar is its text. By the parser of the formatter, which throws at bad syntax. */
export async function readYaml(text: string): Promise<Yaml> {
  const root = (await parsers.yaml.parse(text, {} as never)) as Node;
  const anchors = new Map<string, Yaml>();
  const read = (node: Node | null | undefined): Yaml => {
    if (!node || node.type === 'null') return null;
    const value = content(node);
    if (node.anchor) anchors.set(node.anchor.value, value);
    return value;
  };
  const content = (node: Node): Yaml => {
    const children = node.children ?? [];
    if (node.type === 'alias') return anchors.get(node.value ?? '') ?? null;
    if (/^(plain|quoteSingle|quoteDouble|blockLiteral|blockFolded)$/.test(node.type)) return node.value ?? '';
    if (/^(sequence|flowSequence)$/.test(node.type))
      return children.map((item) =>
        item?.type === 'sequenceItem' || item?.type === 'flowSequenceItem' ? read(item.children?.[0]) : read(item),
      );
    if (/^(mapping|flowMapping)$/.test(node.type)) return Object.assign({}, ...children.map(pair)) as Yaml;
    throw new Error(`YAML of the kind ${node.type} is not read here`);
  };
  const pair = (item: Node | null): object => {
    const [key, value] = (item?.children ?? []).map((side) => read(side?.children?.[0]));
    return key === '<<' ? { ...(value as object) } : { [key as string]: value };
  };
  const body = root.children?.[0]?.children?.find((child) => child?.type === 'documentBody');
  return read(body?.children?.[0]);
}

import PDFDocument from 'pdfkit';

/** Pages are A4 with these margins, in points. */
const MARGIN = 48;
const FOOT = 36;
const INK = '#1f2a30';
const FAINT = '#6b7880';
const LINE = '#c9d2d6';
export const ACCENT = '#0f766e';
export const ALERT = '#b45309';

const FONT = '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2';

/** A column of a table: its share of the width, and whether it holds figures. */
export interface PackColumn {
  title: string;
  share: number;
  figures?: boolean;
}

/** A point of a curve: instant and value; null breaks the line. */
export type PackPoint = readonly [at: number, value: number | null];

/** Characters that the embedded font lacks, by what stands for them. */
const WRITTEN: readonly [RegExp, string][] = [
  [/≥/g, '>='],
  [/≤/g, '<='],
  [/→/g, '->'],
  [/√/g, 'sqrt '],
  [/[^\P{Cc}\n\t]/gu, ' '],
];
const written = (text: string): string => WRITTEN.reduce((left, [what, by]) => left.replace(what, by), text);

/** The pages of an evidence pack: text, tables and small drawings one below the other, a footer on every page. Chinese is embedded. */
export class PackPages {
  private readonly doc: PDFKit.PDFDocument;
  private readonly bytes: Promise<Buffer>;

  constructor({ title, madeAt }: { title: string; madeAt: Date }) {
    this.doc = new PDFDocument({
      size: 'A4',
      margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: MARGIN + FOOT },
      bufferPages: true,
      info: { Title: written(title), Creator: 'Vitrine', CreationDate: madeAt, ModDate: madeAt },
    });
    this.doc.registerFont('text', require.resolve(FONT)).font('text').fillColor(INK);
    this.bytes = new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.doc.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject);
    });
  }

  private get width(): number {
    return this.doc.page.width - 2 * MARGIN;
  }

  private get bottom(): number {
    return this.doc.page.height - MARGIN - FOOT;
  }

  /** Begins a page where fewer than `points` are left. */
  room(points: number): void {
    if (this.doc.y + points > this.bottom) this.doc.addPage();
  }

  heading(text: string, level: 1 | 2 | 3): void {
    const size = { 1: 18, 2: 13, 3: 10.5 }[level];
    this.room(size * 4);
    if (level > 1) this.doc.moveDown(0.6);
    this.doc.fontSize(size).fillColor(level === 3 ? INK : ACCENT);
    this.doc.text(written(text), MARGIN, this.doc.y, { width: this.width });
    this.doc.moveDown(0.25);
  }

  paragraph(text: string, { faint = false, size = 9 }: { faint?: boolean; size?: number } = {}): void {
    this.doc.fontSize(size).fillColor(faint ? FAINT : INK);
    this.doc.text(written(text), MARGIN, this.doc.y, { width: this.width, lineGap: 1.5 });
    this.doc.moveDown(0.2);
  }

  /** Rows under their titles; a row that does not fit begins a page. Figures stand to the right. */
  table(columns: readonly PackColumn[], rows: readonly (readonly string[])[]): void {
    this.row(
      columns,
      columns.map(({ title }) => title),
      FAINT,
    );
    for (const row of rows) this.row(columns, row, INK);
    this.doc.moveDown(0.4);
  }

  private row(columns: readonly PackColumn[], cells: readonly string[], colour: string): void {
    const all = columns.reduce((sum, { share }) => sum + share, 0);
    const widths = columns.map(({ share }) => (this.width * share) / all);
    this.doc.fontSize(8);
    const texts = cells.map(written);
    const height = Math.max(...texts.map((text, at) => this.doc.heightOfString(text, { width: widths[at] - 6 }))) + 5;
    this.room(height);
    const top = this.doc.y;
    let left = MARGIN;
    for (const [at, text] of texts.entries()) {
      const align = columns[at].figures ? 'right' : 'left';
      this.doc.fillColor(colour).text(text, left, top + 2, { width: widths[at] - 6, align });
      left += widths[at];
    }
    this.doc.moveTo(MARGIN, top + height).lineTo(MARGIN + this.width, top + height);
    this.doc.lineWidth(0.4).strokeColor(LINE).stroke();
    this.doc.x = MARGIN;
    this.doc.y = top + height;
  }

  /** A curve over time with shaded stretches; the axis begins at zero. Nothing is drawn without a value. */
  curve(
    points: readonly PackPoint[],
    { spans, label }: { spans: readonly { from: number; to: number; text: string }[]; label: string },
  ): void {
    const values = points.flatMap(([, value]) => value ?? []);
    if (values.length === 0) return;
    const [height, left] = [90, MARGIN + 34];
    this.room(height + 34);
    const top = this.doc.y + 10;
    const [from, to] = [points[0][0], Math.max(points[points.length - 1][0], points[0][0] + 1)];
    const most = Math.max(...values, 1);
    const x = (at: number) => left + ((Math.min(Math.max(at, from), to) - from) / (to - from)) * (this.width - 34);
    const y = (value: number) => top + height - (value / most) * height;
    for (const { from: start, to: end } of spans) {
      this.doc
        .rect(x(start), top, Math.max(1, x(end) - x(start)), height)
        .fillOpacity(0.14)
        .fill(ALERT)
        .fillOpacity(1);
    }
    this.doc.fontSize(7).fillColor(FAINT);
    this.doc.text(String(Math.round(most)), MARGIN, top - 4, { width: 30, align: 'right' });
    this.doc.text('0', MARGIN, top + height - 4, { width: 30, align: 'right' });
    this.doc
      .moveTo(left, top + height)
      .lineTo(MARGIN + this.width, top + height)
      .lineWidth(0.5)
      .strokeColor(LINE)
      .stroke();
    this.doc.lineWidth(1).strokeColor(ACCENT);
    let isOpen = false;
    for (const [at, value] of points) {
      if (value === null) isOpen = false;
      else if (isOpen) this.doc.lineTo(x(at), y(value));
      else {
        this.doc.moveTo(x(at), y(value));
        isOpen = true;
      }
    }
    this.doc.stroke();
    this.doc
      .fontSize(7)
      .fillColor(FAINT)
      .text(written(label), left, top + height + 3, { width: this.width - 34 });
    this.doc.x = MARGIN;
    this.doc.moveDown(0.8);
  }

  /** Points beside two ranges on one line: light that of peers, dark the own past, from their least to their largest quantile. Nothing is drawn without a point. */
  strip(label: string, { peers, own, points }: { peers: readonly number[]; own: readonly number[]; points: readonly number[] }): void {
    const all = [...peers, ...own, ...points, 0];
    if (points.length === 0) return;
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const left = MARGIN + 150;
    this.room(20);
    const top = this.doc.y;
    const x = (value: number) => left + ((value - least) / Math.max(1e-9, most - least)) * (this.width - 156);
    this.doc
      .fontSize(7)
      .fillColor(FAINT)
      .text(written(label), MARGIN, top + 2, { width: 144, height: 10, ellipsis: true });
    const range = (values: readonly number[], { colour, height }: { colour: string; height: number }): void => {
      if (values.length === 0) return;
      const [from, to] = [x(Math.min(...values)), x(Math.max(...values))];
      this.doc.rect(from, top + 7 - height / 2, Math.max(1, to - from), height).fill(colour);
    };
    range(peers, { colour: LINE, height: 8 });
    range(own, { colour: FAINT, height: 3 });
    for (const value of points) this.doc.circle(x(value), top + 7, 1.6).fill(ALERT);
    this.doc.fillColor(INK);
    this.doc.x = MARGIN;
    this.doc.y = top + 16;
  }

  /** The document; `foot` stands on every page beside its number. Nothing may be added afterwards. */
  end(foot: string): Promise<Buffer> {
    const { count } = this.doc.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.doc.switchToPage(page);
      // below the margin, where text would otherwise begin a page
      this.doc.page.margins.bottom = 0;
      const top = this.doc.page.height - MARGIN - FOOT + 14;
      this.doc.fontSize(7).fillColor(FAINT);
      this.doc.text(written(foot), MARGIN, top, { width: this.width - 60, lineBreak: false });
      this.doc.text(`${page + 1} / ${count}`, MARGIN + this.width - 60, top, { width: 60, align: 'right', lineBreak: false });
    }
    this.doc.end();
    return this.bytes;
  }
}

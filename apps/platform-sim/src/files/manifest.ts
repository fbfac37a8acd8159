/** One file of `manifest.json`, in import order: what `vitrine import <kind> FILE` needs to know beside the file. */
export interface WorldFile {
  /** Path below the folder. */
  file: string;
  /** Import kind or platform export. */
  kind: string;
  /** For one-account files. */
  account?: { platform: string; accountId: string };
  /** ISO instant at which the file was made. */
  observedAt?: string;
  source?: 'file' | 'feed';
}

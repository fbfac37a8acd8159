/** Rooms by their usual views a session: noise depends on the size (one-minute steps of 20–34 % under 50 viewers, of 1 % at ten thousand). */
export const SIZE_CLASSES = ['under50', 'under500', 'under5000', 'over5000'] as const;
export type SizeClass = (typeof SIZE_CLASSES)[number];
export const sizeClassOf = (usual: number): SizeClass =>
  usual < 50 ? 'under50' : usual < 500 ? 'under500' : usual < 5000 ? 'under5000' : 'over5000';

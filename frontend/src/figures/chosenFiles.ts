export type ChosenFile = File;

/** The files that somebody has just chosen in a field. */
export const chosenFiles = (event: Event): ChosenFile[] => [...((event.target as HTMLInputElement).files ?? [])];

import { VitrineError } from '@app/contracts';

/**
 * Reads something as of the data instant of a close. Where the landing logs do not reach back to it any more, what is known now has to do: `isThen` says
 * which it is. Throws what `read` throws for anything else.
 */
export async function asOfClose<Found>(
  dataInstant: string,
  read: (asOf: string | undefined) => Promise<Found>,
): Promise<{ found: Found; isThen: boolean }> {
  try {
    return { found: await read(dataInstant), isThen: true };
  } catch (error) {
    if (!(error instanceof VitrineError) || error.options.details?.[0]?.field !== 'asOf') throw error;
    return { found: await read(undefined), isThen: false };
  }
}

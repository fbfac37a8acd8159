import type { EntityManager } from 'typeorm';
import type { GrantProduct } from '@app/contracts';
import { OAUTH_FLOWS } from '@app/platforms';

/** An event about the permission of an owner. `at`: when it was sent, else received; epoch ms. */
export interface GrantEvent {
  product: GrantProduct;
  principalId: string;
  /** Permissions that were given or taken; none: all. */
  scopes: string[];
  ended: boolean;
  event: string;
  at: number;
}

interface Row {
  brand_id: number;
  scopes: string[];
  revoked_at: Date | null;
}

/**
 * Changes the grants of an owner by an event; answers what it did. An event from before the latest authorisation, that comes late, changes nothing:
 * the owner has decided again since.
 */
export async function changeGrants(tx: EntityManager, event: GrantEvent): Promise<string> {
  const { product, principalId, at } = event;
  const grants = (await tx.query(
    `SELECT brand_id, scopes, revoked_at FROM platform_grant
     WHERE product = $1 AND principal_id = $2 AND (authorised_at IS NULL OR authorised_at <= $3) ORDER BY brand_id FOR UPDATE`,
    [product, principalId, new Date(at)],
  )) as Row[];
  if (grants.length === 0) return 'no such grant';
  const outcomes = new Set<string>();
  for (const grant of grants) {
    const { scopes, revoked } = changed(grant, event);
    await tx.query(
      `UPDATE platform_grant SET scopes = $4, revoked_at = $5, revoked_code = $6 WHERE product = $1 AND principal_id = $2 AND brand_id = $3`,
      [
        product,
        principalId,
        grant.brand_id,
        scopes,
        revoked ? (grant.revoked_at ?? new Date(at)) : null,
        revoked ? `event ${event.event}` : null,
      ],
    );
    outcomes.add(revoked ? 'revoked' : event.ended ? 'permissions taken' : 'permissions given');
  }
  return [...outcomes].join(', ');
}

/** An owner who takes some permissions keeps the connection, unless none is left that figures come from. */
function changed({ scopes }: Row, event: GrantEvent): { scopes: string[]; revoked: boolean } {
  if (!event.ended) return { scopes: [...new Set([...scopes, ...event.scopes])], revoked: false };
  const needs = event.product === 'channels-app' ? [] : OAUTH_FLOWS[event.product].needs;
  const left = scopes.filter((scope) => !event.scopes.includes(scope));
  const useful = needs.some(({ scope, serves }) => serves.length > 0 && left.includes(scope));
  return event.scopes.length > 0 && useful ? { scopes: left, revoked: false } : { scopes, revoked: true };
}

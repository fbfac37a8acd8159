import type { Action } from '@app/contracts';
import type { Component } from 'vue';
import type { QueryClient } from '@tanstack/vue-query';
import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router';

export const WORKSPACES = ['brand', 'dealer', 'audit', 'live'] as const;
export type WorkspaceId = (typeof WORKSPACES)[number];

/** What a page needs of the person: an action, as far as `reach` says (`brand`: all of the brand; `own`: only their own rows); without it however far. */
export interface Need {
  action: Action;
  reach?: 'own' | 'brand';
}

/** A line of the rail. `level` only for those that open the ranking. */
export interface RailEntry {
  /** Path of its words in the locale files. */
  word: string;
  icon: Component;
  /** Name of the route that it opens; it is current on those in `also`, too. */
  route: string;
  also?: string[];
  level?: 'dealer' | 'account' | 'region';
  need: Need;
}

/**
 * What one slice of the page adds: routes (each lazy, with `meta.need`), lines of the rail in their order, and the route that a person opens first whose
 * main work this is.
 */
export interface Slice {
  workspace: WorkspaceId;
  routes: RouteRecordRaw[];
  entries: RailEntry[];
  home?: { route: string; need: Need };
}

declare module 'vue-router' {
  interface RouteMeta {
    /** Absent: whoever is signed in. */
    need?: Need;
    /** Asks for what the page will show, as soon as it is known who is there. */
    ask?: (to: RouteLocationNormalized, client: QueryClient) => void;
    /** Fills the screen: no rail, no bar. */
    bare?: boolean;
  }
}

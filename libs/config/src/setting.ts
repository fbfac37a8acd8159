import 'reflect-metadata';

/** How one setting is written in the environment and in `.env.example`. */
export interface SettingDeclaration {
  /** Name of the variable; in PlatformSettings the part after the platform's prefix. */
  name: string;
  /** What the value is, with its unit: `TCP port, 0–65535`. */
  unit: string;
  /** What applies when the variable is unset or blank. `null`: nothing, and `whenUnset` says what that means. */
  default: string | null;
  whenUnset?: string;
  /** What it is for, one line. */
  purpose: string;
  /** What a right value looks like; the text of the error when it is not. */
  expected: { zh: string; en: string };
}

const declarations = new Map<object, Map<string, SettingDeclaration>>();

/** Declares the variable of a property: the one source of loader, error texts and `.env.example`. */
export function Setting(declaration: SettingDeclaration): PropertyDecorator {
  return (prototype, property) => {
    const own = declarations.get(prototype) ?? new Map<string, SettingDeclaration>();
    declarations.set(prototype, own.set(String(property), declaration));
  };
}

/** Declarations of a settings class by property, in the order of the source. */
export function settingsOf(type: { prototype: object }): ReadonlyMap<string, SettingDeclaration> {
  return declarations.get(type.prototype) ?? new Map<string, SettingDeclaration>();
}

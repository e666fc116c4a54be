import type { ConfigProblem } from '@hypersync/interface';

/** One number of a configuration: a whole number in [min, max]; `reason` says what breaks outside. */
export interface IntegerSetting {
  readonly min: number;
  readonly max: number;
  readonly default: number;
  readonly reason: string;
}

/** Empty when every key is known and every value fits. */
export function integerProblems(
  settings: Readonly<Record<string, IntegerSetting>>,
  config: Readonly<Record<string, unknown>>,
): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of Object.keys(config).sort()) {
    const setting = Object.hasOwn(settings, key) ? settings[key] : undefined;
    const value = config[key];
    if (setting === undefined) {
      problems.push({
        key,
        allowed: `one of ${Object.keys(settings).join(', ')}`,
        reason: 'an unknown key is usually a misspelt one, and would be ignored silently',
      });
    } else if (!Number.isSafeInteger(value) || (value as number) < setting.min || (value as number) > setting.max) {
      problems.push({ key, allowed: `a whole number from ${setting.min} to ${setting.max}`, reason: setting.reason });
    }
  }
  return problems;
}

/** The configuration with defaults filled in. */
export function withDefaults<S extends Readonly<Record<string, IntegerSetting>>>(
  settings: S,
  config: Readonly<Record<string, unknown>>,
): { readonly [K in keyof S]: number } {
  const entries = Object.entries(settings).map(([key, setting]) => [key, config[key] ?? setting.default]);
  return Object.fromEntries(entries) as { readonly [K in keyof S]: number };
}

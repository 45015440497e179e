import { ConfigError } from "../errors.ts";
import { defaultRules } from "../identity/rules.ts";
import { type IdentificationRule, identificationRules } from "../model.ts";

/**
 * The chosen rules in their order; `null` when they are those that are on by default. The native key is always on and
 * may be named or not. @throws ConfigError when none is left, or a name is not of one
 */
export function parseRules(names: readonly string[]): IdentificationRule[] | null {
  const refuse = (problem: string) =>
    new ConfigError(`${problem} Give one or more of ${identificationRules.join(", ")}.`, {
      field: "identificationRules",
    });
  const wanted = new Set(
    names.map((name) =>
      name
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, "_"),
    ),
  );
  wanted.delete("native_key");
  const unknown = [...wanted].find((name) => !identificationRules.some((rule) => rule === name));
  if (unknown !== undefined) throw refuse(`There is no identification rule "${unknown}".`);
  if (wanted.size === 0) throw refuse("At least one identification rule stays on.");
  const chosen = identificationRules.filter((rule) => wanted.has(rule));
  return chosen.join() === defaultRules.join() ? null : chosen;
}

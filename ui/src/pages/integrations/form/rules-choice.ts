import { type IdentificationRule, identificationRules } from "../../../../../src/model.ts";

/** The rules with this one turned round, in their fixed order. The last one that is on stays on. */
export function toggled(chosen: readonly IdentificationRule[], rule: IdentificationRule): IdentificationRule[] {
  if (onlyOneLeft(chosen) === rule) return [...chosen];
  return identificationRules.filter((one) => (one === rule ? !chosen.includes(one) : chosen.includes(one)));
}

/** The rule that cannot be turned off, since no other is on. */
export function onlyOneLeft(chosen: readonly IdentificationRule[]): IdentificationRule | null {
  return chosen.length === 1 ? chosen[0]! : null;
}

export function isSameRules(a: readonly IdentificationRule[], b: readonly IdentificationRule[]): boolean {
  return a.length === b.length && a.every((rule) => b.includes(rule));
}

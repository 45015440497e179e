import type { DefinitionRecord } from "../../../model.ts";
import { stripMarkup } from "./markup.ts";
import { type Node, readNode, readNodes, readText, sortedUnique } from "./read.ts";

/** A Control, CloudConfigurationRule or CloudEventRule as the definition that its findings share. */
export function toRuleDefinition(rule: Node | null, securitySubCategories?: unknown): DefinitionRecord | null {
  const name = readText(rule?.name);
  const externalId = readText(rule?.id) ?? name;
  if (rule === null || externalId === null) return null;
  const description = readText(rule.description) ?? readAliasedDescription(rule);
  return {
    kind: "rule",
    externalId,
    title: name ?? externalId,
    description: description === null ? null : stripMarkup(description),
    remediation: readText(rule.resolutionRecommendation) ?? readText(rule.remediationInstructions),
    cvss: null,
    epss: null,
    kev: null,
    exploit: null,
    publishedAt: null,
    link: null,
    frameworks: readFrameworks(rule.securitySubCategories ?? securitySubCategories),
  };
}

/** Compliance mapping: `framework / category`, the sub-categories folded into their category. */
function readFrameworks(securitySubCategories: unknown): string[] {
  const names: string[] = [];
  for (const subCategory of readNodes(securitySubCategories)) {
    const category = readNode(subCategory.category);
    const framework = readText(readNode(category?.framework)?.name);
    const name = readText(category?.name);
    if (framework !== null) names.push(name === null ? framework : `${framework} / ${name}`);
  }
  return sortedUnique(names);
}

/** Each kind of rule has a `description`, so queries in the wild alias it once per fragment. */
function readAliasedDescription(rule: Node): string | null {
  return (
    readText(rule.controlDescription) ??
    readText(rule.cloudEventRuleDescription) ??
    readText(rule.cloudConfigurationRuleDescription)
  );
}

import { keyOf, mix, uuid } from "../tenant/hash.ts";
import { subCategoriesOf } from "./frameworks.ts";
import { platformRules } from "./platform-rules.ts";
import type { Cloud, RuleTemplate } from "./rule-template.ts";
import { workloadRules } from "./workload-rules.ts";

/** A rule as Wiz shows it, with what a finding of it says beside. */
export interface ConfigurationRule {
  __typename: "CloudConfigurationRule";
  name: string;
  severityRank: number;
  cloud: Cloud;
  types: readonly string[];
  evidencePath: string;
  expectedValue: string;
  actualValue: string;
  [field: string]: unknown;
}

const key = keyOf("configuration rule", 1);

export const configurationRules: ConfigurationRule[] = [...workloadRules, ...platformRules].flatMap((template, t) =>
  (Object.entries(template.names) as [Cloud, string][]).map(([cloud, name]) => ruleOf(template, cloud, name, t)),
);

function ruleOf(template: RuleTemplate, cloud: Cloud, name: string, t: number): ConfigurationRule {
  const index = t * 8 + ["AWS", "Azure", "GCP", "OCI", "Kubernetes", "GitHub"].indexOf(cloud);
  const severity = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"][template.severity];
  return {
    __typename: "CloudConfigurationRule",
    id: uuid(key, index),
    graphId: uuid(key, index + 4096),
    shortId: `${cloud === "Kubernetes" ? "K8s" : cloud}-${String(index).padStart(3, "0")}`,
    name,
    description: `This rule checks whether: ${name}.\n${template.why}`,
    remediationInstructions: `### Remediation\n1. Open the resource in ${cloud}.\n2. ${template.how}\n\nExpected \`${template.path}\`: \`${template.expected}\`.`,
    severity,
    severityRank: template.severity,
    cloud,
    types: template.types,
    evidencePath: template.path,
    expectedValue: template.expected,
    actualValue: template.actual,
    builtin: true,
    cloudProvider: cloud,
    control: null,
    createdAt: `2024-0${1 + (mix(key, index, 1) % 9)}-1${mix(key, index, 2) % 9}T08:00:00Z`,
    updatedAt: `2025-0${1 + (mix(key, index, 3) % 9)}-1${mix(key, index, 4) % 9}T08:00:00Z`,
    createdBy: null,
    enabled: true,
    functionAsControl: template.severity >= 3,
    hasAutoRemediation: index % 3 === 0,
    opaPolicy: null,
    risks: [template.risk],
    threats: null,
    scopeAccounts: [],
    securityScoreImpact: template.severity * 2.5,
    securitySubCategories: subCategoriesOf(template.theme),
    serviceType: cloud,
    subjectEntityType: template.types[0],
    supportsNRT: index % 2 === 0,
    tags: null,
    targetNativeTypes: null,
  };
}

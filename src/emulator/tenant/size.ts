/** How many of each kind a tenant of so many findings has. */
export interface TenantSize {
  vulnerabilities: number;
  misconfigurations: number;
  issues: number;
  threats: number;
  assets: number;
}

/** Most findings are vulnerabilities; large tenants have more findings on each asset than small ones. */
export function sizeOf(findings: number): TenantSize {
  const misconfigurations = Math.round(findings * 0.12);
  const issues = Math.round(findings * 0.08);
  const threats = Math.round(findings * 0.02);
  return {
    vulnerabilities: findings - misconfigurations - issues - threats,
    misconfigurations,
    issues,
    threats,
    assets: Math.max(
      10,
      findings <= 25_000 ? Math.round(findings / 4) : Math.round(6250 * (findings / 25_000) ** 0.65),
    ),
  };
}
